"""Documents of our own, read and not yet checked."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fingerplan.minutes.source.document import read_document
from fingerplan.minutes.tables.printed_table import Reading
from fingerplan.minutes.tables.reader import read_tables
from tests.support.minutes_documents import minutes
from tests.support.minutes_reading import known, written


@pytest.fixture
def reading_of(tmp_path: Path) -> Callable[..., Reading]:
    """Read the minutes with pairs of texts replaced."""

    def read(*replaced: tuple[str, str]) -> Reading:
        text = minutes().text()
        for before, after in replaced:
            assert before in text, before
            text = text.replace(before, after, 1)
        return read_tables(read_document(written(tmp_path, text)), known())

    return read

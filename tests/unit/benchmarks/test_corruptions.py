"""Each corruption changes the file that it is given, and the same way for the same seed."""

import copy
import random

import pytest

from benchmarks.corruptions import OF_BYTES, OF_ROWS, OF_TEXT
from benchmarks.deliveries import as_danish_csv, sample_rows

ROWS = sample_rows("cases", "2026-05")
CONTENT = as_danish_csv(ROWS)


@pytest.mark.parametrize("corruption", OF_ROWS, ids=lambda corruption: corruption.__name__)
def test_rows_are_changed(corruption):
    outcomes = [corruption(copy.deepcopy(ROWS), random.Random(seed)) for seed in range(5)]  # noqa: S311
    assert any(rows != ROWS for rows in outcomes)
    assert corruption(copy.deepcopy(ROWS), random.Random(3)) == outcomes[3]  # noqa: S311


@pytest.mark.parametrize("corruption", dict.fromkeys([*OF_BYTES, *OF_TEXT]), ids=lambda corruption: corruption.__name__)
def test_bytes_are_changed(corruption):
    outcomes = [corruption(CONTENT, random.Random(seed)) for seed in range(5)]  # noqa: S311
    assert any(content != CONTENT for content in outcomes)

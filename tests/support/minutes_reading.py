"""Read documents in the tests of `fingerplan minutes` as the command does, and take apart what was read."""

import os
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from fingerplan.errors import REJECTED, Refused
from fingerplan.minutes.known_figures import Known, load
from fingerplan.minutes.registry.compare import compare
from fingerplan.minutes.source.document import read_document
from fingerplan.minutes.tables.printed_table import Reading
from fingerplan.minutes.tables.reader import read_tables
from fingerplan.minutes.verify.checks import check_reading
from fingerplan.seeds import check_seeds
from tests.support.minutes_documents import seed_rows
from tests.support.project import ROOT

SOURCES = Path(os.environ.get("FINGERPLAN_SOURCES") or ROOT.parent / "shared" / "sources")
PLAN, OTHER_PLAN, MAP, MINUTES = (
    "fingerplan_2024_27__pdftotext.txt",
    "fingerplan_2024_27__ocr.txt",
    "fingerplan_map.txt",
    "sau_minutes_2026_06_09.txt",
)
SHIPPED = {"fingerplan_2024_27", "sau_minutes_2026_06_09"}  # documents whose figures the seeds came with
with_sources = pytest.mark.skipif(
    not SOURCES.is_dir(),
    reason=f"SKIPPED: the documents are not at {SOURCES}; set FINGERPLAN_SOURCES to read them",
)


class Place(NamedTuple):
    """Where a figure stands."""

    table_id: str
    row_label: str
    column_label: str


class Figure(NamedTuple):
    """A cell as it was read."""

    printed: str
    number: Decimal | None
    unit: str
    line: int


@cache
def known() -> Known:
    """What the seeds know, checked once."""
    return load(check_seeds(ROOT))


def read(path: Path) -> Reading:
    """Read and check a document as the command does.

    Raises:
        Refused: where it is refused.
    """
    reading = read_tables(read_document(path), known())
    check_reading(reading, known())
    compare(reading, known())
    if reading.findings:
        raise Refused(REJECTED, reading.findings)
    return reading


def written(folder: Path, text: str, name: str = "document.txt") -> Path:
    """Write a text to a file."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def numbers(reading: Reading) -> dict[str, list[list[Decimal | None]]]:
    """The numbers of each table, row by row."""
    return {
        table.table_id: [[cell.value.number for cell in row.cells] for row in table.rows] for table in reading.tables
    }


def figures(reading: Reading) -> dict[Place, Figure]:
    """Every cell by its place."""
    return {
        Place(table.table_id, row.label, column): Figure(cell.value.printed, cell.value.number, cell.unit, cell.line)
        for table in reading.tables
        for row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=True)
    }


def seed_figures(seed: str) -> dict[Place, tuple[str, str]]:
    """What a seed of cells has of the shipped documents: as printed, and its unit."""
    return {
        Place(row["table_id"], row["row_label"], row["column_label"]): (row["value_as_printed"], row["unit"])
        for row in shipped(seed_rows(seed))
    }


def shipped(rows: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """Keep the rows of the shipped documents."""
    return [row for row in rows if row["document_id"] in SHIPPED]

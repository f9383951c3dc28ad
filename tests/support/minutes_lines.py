"""Lines of a document and what is known of its tables, for the unit tests of `fingerplan/minutes`."""

from pathlib import Path

from fingerplan.minutes.known_figures import Known
from fingerplan.minutes.source.lines import Document
from fingerplan.minutes.source.text import text_line
from fingerplan.minutes.tables.body import Body
from fingerplan.minutes.tables.context import Context
from fingerplan.minutes.tables.heads import find_heads
from fingerplan.minutes.tables.printed_table import Row
from fingerplan.minutes.tables.table_specs import TABLE_SPECS, TableSpec
from tests.support.minutes_reading import known


def document(text: str) -> Document:
    """Make a document of a text, whose first line has the number 1."""
    lines = [line for number, row in enumerate(text.split("\n"), 1) for line in text_line(number, row)]
    return Document(Path("referat.txt"), lines, "")


def context(text: str, seeds: Known | None = None) -> Context:
    """Begin to read a text, by default with what the seeds of the project know."""
    return Context(document(text), seeds or known())


def spec(table_id: str) -> TableSpec:
    """The spec of a table."""
    return next(spec for spec in TABLE_SPECS if spec.table_id == table_id)


def body(text: str) -> Body:
    """Begin to read the rows under the first head of a text."""
    read = context(text)
    heads = find_heads(read)
    return Body(read, heads, heads.ours[0])


def printed(rows: list[Row]) -> list[tuple[str, list[str]]]:
    """The label and the printed cells of each row."""
    return [(row.label, [cell.value.printed for cell in row.cells]) for row in rows]

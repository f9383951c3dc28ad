"""Documents for the tests of `fingerplan minutes`: tables in words of our own, read from `tests/fixtures/minutes`.

A document is a list of paragraphs and tables. A table keeps its cells, so that a test knows what must be read whatever
the layout, and whatever was changed in it.
"""

import csv
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from fingerplan.minutes.danish_text import read_value, tidy
from fingerplan.minutes.tables.printed_table import Reading
from tests.support.project import ROOT

FOLDER = ROOT / "tests" / "fixtures" / "minutes"
PLAN_IN_READING_ORDER = FOLDER / "plan_2024_27_broken.txt"  # cells broken over lines, spaces lost


@dataclass
class PrintedTable:
    """A table as it is printed: the rows of its head, and rows of label cells and figures."""

    table_id: str
    head: list[list[str]]
    rows: list[tuple[list[str], list[str]]]
    figure_columns: int  # that a reader counts; a column with dashes only is not counted
    breaks: list[int] = field(default_factory=list)  # rows before which a page ends
    repeats_head: bool = False

    def numbers(self) -> list[tuple[list[str], list[Decimal | None]]]:
        """The labels and numbers of each row that has any; the others are headings."""
        rows = [
            (labels, [_number(cell) for cell in [*cells, *[""] * self.figure_columns][: self.figure_columns]])
            for labels, cells in self.rows
        ]
        return [(labels, numbers) for labels, numbers in rows if any(number is not None for number in numbers)]

    def expected(self) -> list[list[Decimal | None]]:
        """The numbers that must be read, row by row."""
        return [numbers for _, numbers in self.numbers()]


@dataclass
class PrintedDocument:
    """Paragraphs and tables in their order."""

    parts: list[str | PrintedTable]

    @classmethod
    def of(cls, text: str, reading: Reading) -> "PrintedDocument":
        """Take our own tables for those that a reader found in a text; the rest of it stays."""
        own = {table.table_id: table for document in (minutes(), plan()) for table in document.tables()}
        lines = text.split("\n")
        parts: list[str | PrintedTable] = []
        at = 0
        for table in sorted(reading.tables, key=lambda table: table.line):
            parts += ["\n".join(lines[at : table.line - 1]), own[table.table_id]]
            at = max(cell.line for row in table.rows for cell in row.cells)
        return cls([*parts, "\n".join(lines[at:])])

    def expected(self) -> dict[str, list[list[Decimal | None]]]:
        """The numbers that must be read of each table; of one that stands there twice, each row once."""
        tables: dict[str, list[list[Decimal | None]]] = {}
        labels: dict[str, list[list[str]]] = {}
        for table in self.tables():
            rows = tables.setdefault(table.table_id, [])
            if rows == table.expected():
                continue
            seen = labels.setdefault(table.table_id, [])
            for label, numbers in table.numbers():
                if label not in seen:
                    rows.append(numbers)
                    seen.append(label)
        return tables

    def table(self, table_id: str) -> PrintedTable:
        """The table of an id."""
        return next(part for part in self.tables() if part.table_id == table_id)

    def tables(self) -> list[PrintedTable]:
        """All tables."""
        return [part for part in self.parts if isinstance(part, PrintedTable)]

    def text(self, layout: str = "tabs") -> str:
        """Render as text: `tabs`, `columns`, `spaces`, `markdown` or `html`."""
        lines: list[str] = []
        for part in self.parts:
            lines += [*([part] if isinstance(part, str) else render(part, layout)), ""]
        return "\n".join(lines) + "\n"


def _number(cell: str) -> Decimal | None:
    value = read_value(tidy(cell))
    return value.number if value else None


def minutes(held_on: str = "09-06-2026", rise: str = "11,8") -> PrintedDocument:
    """The tables of the minutes of June 2026 under items of our own, with sentences on the rise since April."""
    document = _document("minutes_2026_06_09.txt")
    document.parts = [
        part.replace("d. 09-06-2026", f"d. {held_on}").replace("11,8 mio.", f"{rise} mio.")
        if isinstance(part, str)
        else part
        for part in document.parts
    ]
    return document


def next_minutes() -> PrintedDocument:
    """The minutes two months later: a row more, unemployment a month on, follow-ups of the end of June."""
    return _document("minutes_2026_08_11.txt")


def plan() -> PrintedDocument:
    """The tables of the plan under headings of our own."""
    return _document("plan_2024_27.txt")


def _document(name: str) -> PrintedDocument:
    return deepcopy(_read(name))


@cache
def _read(name: str) -> PrintedDocument:
    """Read a document; `tables.csv` says which of its paragraphs are tables, and what their cells are."""
    with (FOLDER / "tables.csv").open(encoding="utf-8") as stream:
        tables = {int(row["line"]): row for row in csv.DictReader(stream) if row["document"] == name}
    parts: list[str | PrintedTable] = []
    line = 1
    for paragraph in (FOLDER / name).read_text(encoding="utf-8").removesuffix("\n").split("\n\n"):
        table = tables.pop(line, None)
        parts.append(_table(table, paragraph) if table else paragraph)
        line += paragraph.count("\n") + 2
    assert not tables, f"no paragraph of {name} begins where tables.csv says: {sorted(tables)}"
    return PrintedDocument(parts)


def _table(declared: dict[str, str], paragraph: str) -> PrintedTable:
    rows = [line.split("\t") for line in paragraph.split("\n")]
    head, labels = int(declared["head_rows"]), int(declared["label_cells"])
    return PrintedTable(
        declared["table_id"],
        rows[:head],
        [(row[:labels], row[labels:]) for row in rows[head:]],
        int(declared["figure_columns"]),
    )


def render(table: PrintedTable, layout: str = "tabs") -> list[str]:
    """Render a table as lines; a page break puts blank lines and the foot of a page between two rows."""
    rows: list[list[str] | None] = [list(row) for row in table.head]
    for number, (labels, cells) in enumerate(table.rows):
        if number in table.breaks:
            rows.append(None)
            if table.repeats_head:
                rows += [list(row) for row in table.head]
        rows.append([*labels, *cells])
    widest = max(len(row) for row in rows if row)
    widths = [max(len(row[at]) for row in rows if row and at < len(row)) for at in range(widest)]
    lines: list[str] = []
    for at, row in enumerate(rows):
        if row is None:
            lines += ["", "Side 31 af 47", ""]
            continue
        lines.append(_rendered(row, layout, widths))
        if layout == "markdown" and at == 0:
            lines.append("|" + " --- |" * widest)
    return lines


def _rendered(row: list[str], layout: str, widths: list[int]) -> str:
    if layout == "tabs":
        return "\t".join(row)
    if layout == "markdown":
        return "| " + " | ".join(row) + " |"
    if layout == "html":
        return "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>"
    if layout == "columns":
        figures = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=False)]
        return "   ".join([row[0].ljust(widths[0]), *figures]).rstrip()
    return "    ".join(row).rstrip()


@cache
def seed_rows(name: str) -> list[dict[str, str]]:
    """The rows of a seed."""
    with next(ROOT.glob(f"seeds/*/{name}.csv")).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))

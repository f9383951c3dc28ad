"""The tables of a document as they were read."""

import re
from dataclasses import dataclass, field
from datetime import date

from fingerplan.minutes.danish_text import YEAR, Value, period_of, read_value
from fingerplan.minutes.source.lines import Document
from fingerplan.minutes.tables.table_specs import Form


@dataclass
class Cell:
    """A cell as the document prints it."""

    value: Value
    unit: str
    line: int
    page: int | None


@dataclass
class Row:
    """A row of figures with its label."""

    label: str
    cells: list[Cell]
    is_known: bool
    line: int
    open_blanks: list[list[int]] = field(default_factory=list)  # ways in which its figures can stand, if not one
    is_doubtful: bool = False  # one of its figures stands alone in its line, as the number of a page does
    aligned: list[int] | None = None  # the way in which they stand below the head, if every one does


@dataclass
class Table:
    """A table as the document prints it; `form` says which one it is."""

    form: Form
    columns: list[str]
    rows: list[Row]
    line: int
    page: int | None
    punkt: str
    head: str
    stated_unit: str | None
    as_of: date | None = None
    price_level: int | None = None

    @property
    def table_id(self) -> str:
        """The table as the contract names it."""
        return self.form.table_id


@dataclass
class Unknown:
    """What looks like a table and is none of the known ones."""

    line: int
    page: int | None
    rows: int
    head: str


@dataclass
class Reading:
    """Everything that was found in a document."""

    document: Document
    tables: list[Table]
    unknown: list[Unknown]
    findings: list[str]
    repeated: list[str]

    def find(self, line: int, what: str) -> None:
        """Add a finding at a line of a number."""
        page = next((other.page for other in self.document.lines if other.number == line), None)
        place = f"page {page}, line {line}" if page else f"line {line}"
        self.findings.append(f"{self.document.path.name}: {place}: {what}")

    def table(self, table_id: str) -> Table | None:
        """The table of an id, where the document prints it."""
        return next((table for table in self.tables if table.table_id == table_id), None)


@dataclass
class Head:
    """A head that was recognised: its first line, the line after it, and how wide its rows are."""

    start: int
    end: int
    form: Form
    columns: list[str]
    width: int | None
    text: str
    price_level: int | None


def kind_of_period(text: str) -> str | None:
    """Say whether a text begins with a month or a year."""
    first = re.match(rf"\W*([a-zæøå]{{3,9}}\.?[ -]+{YEAR}|{YEAR})(?![0-9-])", text, re.I)
    if first is None or period_of(first[1]) is None:
        return None
    return "year" if re.fullmatch(YEAR, first[1]) else "month"


def is_figure(text: str) -> bool:
    """Whether a text is one printed number, and no year."""
    value = read_value(text)
    return value is not None and value.number is not None and not re.fullmatch(YEAR, text)

"""The tables of a document as they were read."""

from dataclasses import dataclass, field
from datetime import date

from fingerplan.minutes.danish_text import Value
from fingerplan.minutes.source.lines import Document, place
from fingerplan.minutes.tables.table_specs import TableSpec


@dataclass
class Cell:
    """A cell as the document prints it."""

    value: Value
    unit: str
    line: int
    page: int | None


@dataclass
class Row:
    """A row of figures with its label.

    A way is the list of the columns (from 0) that the row's figures are in. `open_blanks` lists the possible ways of a
    row with blank cells, where there are several; `aligned` is the way that the columns of the head suggest, where
    every figure is below one. `is_doubtful` is true where a figure is alone in its line, as a page number is.
    """

    label: str
    cells: list[Cell]
    is_known: bool
    line: int
    open_blanks: list[list[int]] = field(default_factory=list)
    is_doubtful: bool = False
    aligned: list[int] | None = None


@dataclass
class Table:
    """A table as the document prints it; `form` says which of the known tables it is."""

    form: TableSpec
    columns: list[str]
    rows: list[Row]
    line: int
    page: int | None
    punkt: str  # the item of the agenda, or the station of the plan, that it is printed under
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
    """What looks like a table and is not a known one."""

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
        """Add a finding at the line of a number."""
        page = next((other.page for other in self.document.lines if other.number == line), None)
        self.findings.append(f"{self.document.path.name}: {place(line, page)}: {what}")

    def table(self, table_id: str) -> Table | None:
        """The table of an id; None where the document does not print it."""
        return next((table for table in self.tables if table.table_id == table_id), None)

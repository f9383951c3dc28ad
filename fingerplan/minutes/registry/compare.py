"""Compare what a document prints with the seeds: which figures are new, which are revised, which are the same."""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from fingerplan.minutes.danish_text import MONTHS, YEAR, key, period_of
from fingerplan.minutes.known_figures import Known, KnownTable
from fingerplan.minutes.source.lines import Document
from fingerplan.minutes.tables.printed_table import Cell, Reading, Table

_DATE = re.compile(rf"[0-9]{{1,2}}\. (?:{'|'.join(MONTHS)}) {YEAR}")
_SHORT_DATE = re.compile(rf"[0-9]{{2}}\.[0-9]{{2}} {YEAR}")


@dataclass(frozen=True)
class Difference:
    """A cell that the seeds do not have, or have with another value."""

    row_no: int
    column_no: int
    row_label: str
    column_label: str
    cell: Cell
    earlier: str | None  # as printed before; None where the cell is new


@dataclass
class Comparison:
    """A table of the document, and the table of the seeds that it prints again."""

    table: Table
    table_id: str
    title: str
    known: KnownTable | None  # None where no document printed this date or period before
    new: list[Difference] = field(default_factory=list)
    revised: list[Difference] = field(default_factory=list)
    same: int = 0
    superseded: int = 0  # figures of an older document that a later one has revised

    @property
    def rows(self) -> dict[int, str]:
        """The rows of the seeds and of the document, by number."""
        return (self.known.rows if self.known else {}) | {d.row_no: d.row_label for d in self.new}

    @property
    def columns(self) -> dict[int, str]:
        """The columns of the seeds and of the document, by number."""
        return (self.known.columns if self.known else {}) | {d.column_no: d.column_label for d in self.new}


def compare(reading: Reading, known: Known) -> list[Comparison]:
    """Compare every table; a figure that an older document cannot revise is added to the reading's findings."""
    return [_compare_table(table, reading, known) for table in reading.tables]


def _compare_table(table: Table, reading: Reading, known: Known) -> Comparison:
    earlier = _earlier_table(table, known)
    if earlier is None and _is_dated(table, known) and table.as_of is None:
        earlier = known.of_form(table.table_id)[-1]
        comparison = _compare_cells(table, earlier, reading, known)
        if comparison.new or comparison.revised:
            reading.find(
                table.line,
                f"{table.table_id}: no date for this follow-up; write 'pr. 31. marts 2026' above it",
            )
        return comparison
    if earlier is None:
        title = _new_title(known.of_form(table.table_id)[0].title, table)
        comparison = Comparison(table, _new_id(table), title, None)
        for row_no, row in enumerate(table.rows, 1):
            for column_no, (label, cell) in enumerate(zip(table.columns, row.cells, strict=True), 1):
                comparison.new.append(Difference(row_no, column_no, row.label, label, cell, None))
        return comparison
    return _compare_cells(table, earlier, reading, known)


def _compare_cells(table: Table, earlier: KnownTable, reading: Reading, known: Known) -> Comparison:
    comparison = Comparison(table, earlier.table_id, earlier.title, earlier)
    rows, columns = dict(earlier.rows), dict(earlier.columns)
    column_nos = [_place(columns, label) for label in table.columns]
    for row in table.rows:
        row_no = _place(rows, row.label)
        for column_no, label, cell in zip(column_nos, table.columns, row.cells, strict=True):
            there = earlier.cells.get((row_no, column_no))
            difference = Difference(row_no, column_no, rows[row_no], columns[column_no], cell, None)
            if there is None:
                comparison.new.append(difference)
            elif there.number == cell.value.number:
                comparison.same += 1
            elif _is_superseded(reading.document, there.document_id, known):
                if any(value == cell.value.number for value in there.earlier_numbers):
                    comparison.superseded += 1
                else:
                    reading.find(
                        cell.line,
                        f"{table.table_id}, row {row.label!r}, column {label!r}: {cell.value.printed!r}, and the later"
                        f" {there.document_id} has {there.printed!r}; an older document cannot revise it",
                    )
            elif problem := _no_revision(cell, there.number):
                reading.find(
                    cell.line,
                    f"{table.table_id}, row {row.label!r}, column {label!r}: {cell.value.printed or 'blank'!r} where"
                    f" the seeds have {there.printed!r}: {problem}",
                )
            else:
                comparison.revised.append(
                    Difference(row_no, column_no, rows[row_no], columns[column_no], cell, there.printed)
                )
    if table.form.rows == "labels":
        _refuse_renamed(table, earlier, reading)
    return comparison


def _place(labels: dict[int, str], label: str) -> int:
    """Give the number of a label; a new label gets the next one."""
    found = next((number for number, known in labels.items() if key(known) == key(label)), None)
    if found is None:
        found = max(labels, default=0) + 1
        labels[found] = label
    return found


def _is_dated(table: Table, known: Known) -> bool:
    return any(other.as_of for other in known.of_form(table.table_id))


def _earlier_table(table: Table, known: Known) -> KnownTable | None:
    """Find the table of the seeds that this one prints again."""
    candidates = known.of_form(table.table_id)
    if _is_dated(table, known):
        return next((other for other in candidates if other.as_of == table.as_of), None)
    if table.price_level is not None:
        return next((other for other in candidates if other.price_level == table.price_level), None)
    if table.form.series:
        return candidates[0]
    return next((other for other in candidates if list(other.columns.values()) == table.columns), None)


def _new_id(table: Table) -> str:
    """Name a table after its form and what sets it apart: the date, the price level or the years."""
    if table.as_of is not None:
        return f"{table.table_id}-{table.as_of}"
    if table.price_level is not None:
        return f"{table.table_id}-{table.price_level}"
    years = [label for label in table.columns if period_of(label)]
    return f"{table.table_id}-{years[0]}-{years[-1]}"


def _new_title(title: str, table: Table) -> str:
    """Write the first table's title with the date, the years and the item of this one."""
    if table.as_of:
        title = _DATE.sub(f"{table.as_of.day}. {MONTHS[table.as_of.month - 1]} {table.as_of.year}", title)
        title = _SHORT_DATE.sub(f"{table.as_of:%d.%m %Y}", title)
    years = [label for label in table.columns if re.fullmatch(YEAR, label)]
    if years:
        title = re.sub(rf"{YEAR}-(?:{YEAR}|[0-9]{{2}})\b", f"{years[0]}-{years[-1]}", title)
    return re.sub(r"punkt [0-9]+", table.punkt, title) if table.punkt.startswith("punkt") else title


def _no_revision(cell: Cell, earlier: Decimal | None) -> str | None:
    """Say why another value is more likely a misreading than a revision; None where it may be a revision."""
    if not cell.value.printed:
        return "a figure does not become blank; write '-' if it is withdrawn"
    number = cell.value.number
    if number and earlier and number == -earlier:
        return "only the sign differs; correct the extraction"
    if number and earlier and not Decimal("0.1") < abs(number / earlier) < 10:
        return "more than ten times as large or as small; correct the extraction"
    return None


def _refuse_renamed(table: Table, earlier: KnownTable, reading: Reading) -> None:
    """Refuse the figures of a known row under a new label: it is that row, and its label is misread."""
    printed = {key(row.label) for row in table.rows}
    for row_no, label in earlier.rows.items():
        if key(label) in printed:
            continue
        known = [cell.number for (row, _), cell in sorted(earlier.cells.items()) if row == row_no]
        for row in table.rows:
            if not row.is_known and [cell.value.number for cell in row.cells] == known:
                reading.find(
                    row.line,
                    f"{table.table_id}, row {row.label!r}: has the figures of {label!r}; correct the label",
                )


def _is_superseded(document: Document, other_id: str, known: Known) -> bool:
    """Whether a later document has printed a cell since, by its date or else by the order of registration."""
    ids = list(known.documents)
    other_date = known.documents[other_id]["document_date"]
    if document.held_on and other_date and document.held_on != date.fromisoformat(other_date):
        return document.held_on < date.fromisoformat(other_date)
    own = next((name for name, row in known.documents.items() if row["sha256"] == document.sha256), None)
    return own is not None and ids.index(own) < ids.index(other_id)


def document_id_of(reading: Reading, known: Known) -> str:
    """Name the document: minutes by the day of the meeting, a plan by its years.

    A file that prints other lines than the one registered under that name is a document of its own: its lines are
    counted in it.
    """
    document = reading.document
    same = next((name for name, row in known.documents.items() if row["sha256"] == document.sha256), None)
    if same is not None:
        return same
    if document.held_on is not None:
        name = f"sau_minutes_{document.held_on:%Y_%m_%d}"
    else:
        plan = next((table for table in reading.tables if table.form.prose), reading.tables[0])
        years = [label for label in plan.columns if period_of(label)]
        name = f"fingerplan_{years[0]}_{years[-1][2:]}" if years else "document"
    number = 1
    while (name if number == 1 else f"{name}_{number}") in known.documents:
        number += 1
    return name if number == 1 else f"{name}_{number}"

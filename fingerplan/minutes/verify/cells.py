"""Find the cell of a document that a check means, which the seeds name by its place in the first document."""

import re

from fingerplan.minutes.danish_text import MONTH_AND_YEAR, YEAR, period_of
from fingerplan.minutes.known_figures import Known, KnownTable
from fingerplan.minutes.tables.printed_table import Reading, Row, Table
from fingerplan.minutes.tables.table_specs import bracket_and_measure
from fingerplan.minutes.verify.verdict import Interval, printed_interval

_CELL = re.compile(r"([A-Z]+-[0-9]+)\.r([0-9]+)\.c([0-9]+)")
_LAST_FOLLOW_UP = re.compile(rf"sidste opfølgning, der omfattede data fra ({MONTH_AND_YEAR})", re.I)


class CellFinder:
    """Looks cells up in a document: rows and columns by label, or from the end where a series grows.

    Attributes:
        is_later: whether the document is of another meeting than the first one that printed its tables.
    """

    def __init__(self, reading: Reading, known: Known, text: str):
        """Take what was read, and the text that names the month of the last follow-up."""
        self._reading = reading
        self._known = known
        first = {table.document_id for table in known.tables.values() if reading.table(table.form_id)}
        dates = {known.documents[name]["document_date"] for name in first}
        held = reading.document.held_on
        self.is_later = held is not None and held.isoformat() not in dates
        self._follow_up = max(filter(None, map(period_of, _LAST_FOLLOW_UP.findall(text))), default=None)

    def interval(self, figure_id: str) -> Interval | None:
        """Give the interval of a cell such as SAU-09.r7.c8 in its base unit; None where it is not printed."""
        place = _CELL.fullmatch(figure_id)
        table = self._reading.table(place[1]) if place else None
        if place is None or table is None or not table.rows:
            return None
        base = self._known.tables[place[1]]
        row = self._row(table, base, int(place[2]))
        at = self._column(table, base, int(place[3]))
        if row is None or at is None or not 0 <= at < len(table.columns):
            return None
        return printed_interval(row.cells[at].value, self._known.units[row.cells[at].unit])

    def _row(self, table: Table, base: KnownTable, row_no: int) -> Row | None:
        if table.form.rows == "labels":
            return next((row for row in table.rows if row.label == base.rows[row_no]), None)
        if row_no == 1:
            return table.rows[0]
        from_end = base.first_rows - row_no
        if from_end == 1 and table.form.rows == "month" and self.is_later and self._is_before_last(table):
            return next((row for row in table.rows if period_of(row.label) == self._follow_up), None)
        return table.rows[-1 - from_end] if from_end < len(table.rows) else None

    def _is_before_last(self, table: Table) -> bool:
        """Whether the last follow-up was of an earlier month than the last one printed."""
        last = period_of(table.rows[-1].label)
        return self._follow_up is not None and last is not None and self._follow_up < last

    def _column(self, table: Table, base: KnownTable, column_no: int) -> int | None:
        label = base.columns[column_no]
        has_months = table.form.column != YEAR and any(period_of(column) for column in table.columns)
        if has_months and self.is_later:
            return len(table.columns) - 1 - (base.first_columns - column_no)
        if table.form.rows == "labels":
            return table.columns.index(label) if label in table.columns else None
        wanted = bracket_and_measure(label)
        return next((at for at, column in enumerate(table.columns) if bracket_and_measure(column) == wanted), None)

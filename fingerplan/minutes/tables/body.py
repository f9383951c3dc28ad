"""The rows under one head as far as they are read, and the lines since the last of them."""

import re

from fingerplan.minutes.danish_text import Value, key, kind_of_period, period_of, read_value
from fingerplan.minutes.source.lines import Line
from fingerplan.minutes.tables.context import Context
from fingerplan.minutes.tables.figures import all_ways
from fingerplan.minutes.tables.heads import Head, Heads
from fingerplan.minutes.tables.labels import Labels
from fingerplan.minutes.tables.printed_table import Cell, Row

_MOST_ROWS = 300  # the longest table has 16
_FURNITURE = re.compile(
    r"(?:side )?[0-9]{1,3}(?: ?(?:af|/) ?[0-9]{1,3})?|referat\b.{0,80}"
    r"|(?:social|randers kommune)\b[^.:;]{0,60}\b[0-9]{1,4}",
    re.I,
)


class Body:
    """The rows under a head, and what has been seen since the last one.

    Attributes:
        rows: the rows read.
        pending: indices of the lines of text, and of the blank ones between them, since the last row.
        end: index of the line behind the last row.
    """

    def __init__(self, context: Context, heads: Heads, head: Head):
        """Begin behind a head of a document; `heads` are all of the document's."""
        self.context = context
        self.heads = heads
        self.head = head
        self.spec = head.spec
        self.wanted = len(head.columns)
        self.rows: list[Row] = []
        self.pending: list[int] = []
        self.end = head.end
        self.labels = Labels(
            head.spec, context.row_labels(head.spec), [name for _, name in context.known.tracks], self.rows
        )
        self.label_above = ""  # first label cell of the last delimited row, which the rows below may leave blank

    @property
    def lines(self) -> list[Line]:
        """The lines of the document."""
        return self.context.lines

    def find(self, index: int, what: str, *, row: str | None = None) -> None:
        """Add a finding about this table, or about a row of it."""
        self.context.find(index, f"{self.spec.table_id}{'' if row is None else f', row {row!r}'}: {what}")

    def refuse(self, index: int, what: str) -> None:
        """Add a finding at a row of this table, which is not read."""
        self.find(index, what)
        self.took(index)

    def took(self, index: int) -> None:
        """Count a line as the last one of the table so far."""
        self.pending = []
        self.end = index + 1

    # --- what follows the last row -----------------------------------------------------------------------------------

    def text_before(self) -> str:
        """The text since the last row."""
        return " ".join(self.lines[at].text for at in self.pending if self.lines[at].text)

    def _paragraphs_before(self) -> list[str]:
        """The text since the last row, split where blank lines stand."""
        paragraphs: list[list[str]] = [[]]
        for at in self.pending:
            if self.lines[at].text:
                paragraphs[-1].append(self.lines[at].text)
            elif paragraphs[-1]:
                paragraphs.append([])
        return [" ".join(paragraph) for paragraph in paragraphs if paragraph]

    def words_since_last_row(self) -> list[int]:
        """The lines of words since the last row, other than the foot and the head of a page."""
        filled = [at for at in self.pending if self.rows and self.lines[at].text]
        return [at for at in filled if not is_furniture(self.lines[at])]

    def belongs(self, index: int, label: str) -> bool:
        """Whether a row continues the table: behind a gap, an unknown label is another table's or cannot be told."""
        if self.spec.prose or self.spec.rows != "labels" or not self.rows or not self.pending:
            return True
        if self.labels.resolve(label, self._paragraphs_before(), self.lines[index].delimited)[1]:
            return True
        words = self.words_since_last_row()
        if not words or len(words) == len(self.pending):
            self.find(
                index,
                f"after a gap comes a row {label!r} that the table has never had; remove the gap if the row belongs to"
                " it, or put a heading between them if it does not",
            )
        return False

    # --- rows --------------------------------------------------------------------------------------------------------

    def add(
        self,
        own: str,
        values: list[tuple[str, int]],
        index: int,
        *,
        is_short: bool = False,
        ways: list[list[int]] | None = None,
    ) -> Row | None:
        """Add a row of as many printed figures as there are columns.

        Args:
            own: the label in the row's own line.
            values: each figure with the index of its line.
            index: the line that ends the row.
            is_short: cells are missing at the end of the row.
            ways: the columns that its figures may be in, where that is not certain; empty: any.

        Returns:
            The row; None where it is refused, or repeats an earlier one.
        """
        row = self._row(own, values, index)
        if row is not None:
            if is_short or ways is not None:
                filled = [at for at, cell in enumerate(row.cells) if cell.value.printed]
                row.open_blanks = ways or ([filled] if is_short else all_ways(len(filled), self.wanted))
            self.rows.append(row)
        self.took(index)
        return row

    def _row(self, own: str, values: list[tuple[str, int]], index: int) -> Row | None:
        if len(self.rows) == _MOST_ROWS:
            self.find(index, f"more than {_MOST_ROWS} rows; this is not a printed table")
            return None
        if self._has_footnote(own):
            self.find(index, "a footnote follows the label; remove it", row=own)
            return None
        line = self.lines[index]
        label, is_known = self.labels.resolve(own, self._paragraphs_before(), line.delimited)
        if line.delimited and len(line.cells) > 1 and line.cells[0]:
            self.label_above = line.cells[0]
        read = [value for text, _ in values if (value := read_value(text)) is not None]
        if not label or len(read) < len(values):
            self.find(index, f"a row of figures that cannot be read: {own or values}")
            return None
        if self.spec.rows != "labels" and (period_of(label) is None or kind_of_period(label) != self.spec.rows):
            self.find(index, f"{label!r} is not a {self.spec.rows}, as the label of each of its rows must be")
            return None
        if self._is_repeated(label, read, index):
            return None
        cells = [
            Cell(value, self._unit(label, column), self.lines[at].number, self.lines[at].page)
            for value, (_, at), column in zip(read, values, self.head.columns, strict=True)
        ]
        return Row(label, cells, is_known, line.number)

    def _has_footnote(self, own: str) -> bool:
        """Whether a known label is followed by the number of a footnote."""
        bare = re.sub(r"[ *]*[0-9]{1,2}\)?$", "", own)
        return (
            self.spec.rows == "labels"
            and bare != own
            and not self.labels.is_known(own)
            and self.labels.is_exact(bare)
        )

    def _is_repeated(self, label: str, read: list[Value], index: int) -> bool:
        """Whether a row of the label was read before; it must have had the same figures."""
        earlier = next((row for row in self.rows if key(row.label) == key(label)), None)
        if earlier is None:
            return False
        if [cell.value.number for cell in earlier.cells] != [value.number for value in read]:
            self.find(index, "is printed twice with different figures; keep one", row=label)
        return True

    def _unit(self, label: str, column: str) -> str:
        """Take the unit of a cell from the seeds: of its row, else its column, else of all the table's amounts."""
        for table in self.context.tables_of(self.spec):
            row, at = table.row_no(label), table.column_no(column)
            for units in (
                {cell.unit for (r, _), cell in table.cells.items() if r == row},
                {cell.unit for (_, c), cell in table.cells.items() if c == at},
                {cell.unit for cell in table.cells.values()},
            ):
                if len(units) == 1:
                    return units.pop()
        if re.search(r"\bi pct\b|procent|%", label, re.I):
            return "percent"
        return "persons" if self.spec.table_id == "SAU-07" else "mdkk"


def is_furniture(line: Line) -> bool:
    """Whether a line is the foot or the head of a page."""
    return _FURNITURE.fullmatch(line.text) is not None


def is_head_of_periods(values: list[str]) -> bool:
    """Whether a row is the head of another table: its cells are years, or months of years."""
    filled = [value for value in values if value]
    return bool(filled) and all(period_of(value) is not None for value in filled)

"""What a document prints besides the tables that were read: unknown tables, and known ones that would be lost."""

import re
from collections.abc import Iterator

from fingerplan.minutes.danish_text import YEAR, is_figure, key, kind_of_period, read_value
from fingerplan.minutes.source.lines import Line
from fingerplan.minutes.tables.context import Context
from fingerplan.minutes.tables.figures import split_line
from fingerplan.minutes.tables.heads import Heads
from fingerplan.minutes.tables.printed_table import Unknown
from fingerplan.minutes.tables.rows import TELLING_LABEL
from fingerplan.minutes.tables.table_specs import TABLE_SPECS, TableSpec

_HEAD_ADVICE = "correct the extraction; if the committee has changed the head, see docs/how-to/read-minutes.md"
_HIGH_COST_TABLES = ("SAU-09", "SAU-10")
_LONGEST_HEAD_LINE = 400  # characters
_LINES_BELOW_STATION = 120


def _traces() -> list[tuple[re.Pattern[str], list[str]]]:
    """The words found only in one head, or in a few alike, with the tables of those heads."""
    names: dict[str, list[str]] = {}
    for spec in TABLE_SPECS:
        if spec.trace:
            names.setdefault(spec.trace, []).append(spec.table_id)
    return [(re.compile(trace, re.I), tables) for trace, tables in names.items()]


_TRACES = _traces()


def find_unmatched(context: Context, heads: Heads, taken: set[int]) -> list[Unknown]:
    """Look through the lines that no table has taken.

    Args:
        context: the document, whose known tables are read.
        heads: the heads found in it.
        taken: indices of the lines that the known tables take.

    Returns:
        The unknown tables; what looks like a known one is a finding.
    """
    return _Unmatched(context, heads, taken).find()


class _Unmatched:
    def __init__(self, context: Context, heads: Heads, taken: set[int]):
        self.context = context
        self.heads = heads
        self.taken = taken
        self.lines = context.lines
        self.reported: set[int] = set()  # first lines of what looks like a known table

    def find(self) -> list[Unknown]:
        found: list[Unknown] = []
        for run in self._runs():
            first = self.lines[run[0]]
            if len(run) > 1:
                found.append(Unknown(first.number, first.page, len(run), first.text[:80]))
            self._refuse_look_alike(run)
            self._refuse_stray_figures(run)
            self._refuse_above_head(run)
        self._refuse_traces()
        return found

    def _runs(self) -> Iterator[list[int]]:
        """Give the runs of rows under no known head; blank lines may come between them."""
        contents = self._table_of_contents()
        run: list[int] = []
        for index, line in enumerate(self.lines):
            if index not in self.taken:
                if index not in contents and _is_row(line):
                    run.append(index)
                    continue
                if not line.text:
                    continue
            if run:
                yield run
            run = []
        if run:
            yield run

    def _table_of_contents(self) -> range:
        start = next((at for at, line in enumerate(self.lines) if line.text == "Indholdsfortegnelse"), None)
        agenda = self.context.agenda
        return range(start, agenda[0].index) if start is not None and agenda else range(0)

    def _refuse_look_alike(self, run: list[int]) -> None:
        """Report a known table under a head that is not recognised: it would be lost without a word."""
        before = [at for at in range(max(0, run[0] - 6), run[0]) if self.lines[at].text]
        if self.heads.foreign.intersection((*before, *run)):
            if any(self._is_high_cost_row(self.lines[at]) for at in run):
                self.context.find(
                    run[0], "rows of SAU-09 or SAU-10 under the head of another table; correct the head"
                )
            return
        texts = [self.lines[at].text for at in (*before[-2:], *run)]
        spec = next((spec for spec in TABLE_SPECS if self._looks_like(spec, texts, run)), None)
        if spec is not None:
            self.reported.add(run[0])
            self.context.find(
                run[0],
                f"these rows look like {spec.table_id}, and there is no known head above them:"
                f" {self.lines[run[0]].text[:80]!r}; {_HEAD_ADVICE}",
            )

    def _looks_like(self, spec: TableSpec, texts: list[str], run: list[int]) -> bool:
        if spec.rows != "labels":
            periods = sum(kind_of_period(text) == spec.rows for text in texts)
            return periods >= 2 and any(re.search(r"refusion|sager", text, re.I) for text in texts)
        labels = tuple({key(label) for label in self.context.row_labels(spec)})
        hits = sum(key(text).startswith(labels) for text in texts)
        # other tables have a row or two with the same words; Landsplan and Randers are two
        return hits >= max(2, min(3, len(labels))) or any(self._is_row_of(spec, self.lines[at]) for at in run)

    def _is_high_cost_row(self, line: Line) -> bool:
        """Whether a line has the very figures of a row of the high-cost tables."""
        cells = line.cells if line.delimited else split_line(line.cells[0])[1]
        numbers = [value.number for cell in cells if (value := read_value(cell)) and value.number is not None]
        for table_id in _HIGH_COST_TABLES:
            table = self.context.known.of_form(table_id)[0]
            for row_no in table.rows:
                known = [cell.number for (row, _), cell in sorted(table.cells.items()) if row == row_no]
                if numbers[-len(known) :] == known:
                    return True
        return False

    def _refuse_stray_figures(self, run: list[int]) -> None:
        """Report a line of figures alone below a station's heading: a row whose head was lost."""
        for index in run:
            line = self.lines[index]
            if line.delimited:
                continue
            lead, values, tail = split_line(line.cells[0])
            is_head = all(re.fullmatch(YEAR, value) for value in values)
            is_alone = not lead and not tail and len(values) > 2 and not is_head
            if is_alone and self.context.station_at(index, _LINES_BELOW_STATION) is not None:
                self.context.find(
                    index, f"figures without a head that can be read: {line.text[:80]!r}; correct the extraction"
                )
                return

    def _refuse_above_head(self, run: list[int]) -> None:
        """Report a row of a table above its head: it belongs below it."""
        last = run[-1]
        head = next((head for head in self.heads.ours if last < head.start <= last + 3), None)
        if head is not None and self._is_row_of(head.spec, self.lines[last], telling=1):
            self.context.find(last, f"{head.spec.table_id}: a row above its head: {self.lines[last].text[:80]!r}")

    def _is_row_of(self, spec: TableSpec, line: Line, telling: int = TELLING_LABEL) -> bool:
        """Whether a line is a table's row by its label and number of figures; other tables have short labels too."""
        labels = tuple(name for label in self.context.row_labels(spec) if len(name := key(label)) >= telling)
        if not key(line.text).startswith(labels):
            return False
        columns = len(self.context.tables_of(spec)[0].columns)
        printed = line.cells if line.delimited else split_line(line.cells[0])[1]
        return columns - 1 <= sum(is_figure(cell) for cell in printed) <= columns + 1

    def _refuse_traces(self) -> None:
        """Report the words of a known head outside a table that was read: the table would be lost without a word."""
        others = self.taken | self.heads.foreign
        for index, line in enumerate(self.lines):
            if index in others or not line.text or len(line.text) > _LONGEST_HEAD_LINE:
                continue
            if self.reported.intersection(range(index - 3, index + 4)):
                continue
            behind = [at for at in range(index + 1, min(index + 3, len(self.lines))) if at not in others]
            after = next((self.lines[at].text for at in behind if self.lines[at].text), "")
            text = f"{line.text} {after}"
            names = next((names for trace, names in _TRACES if trace.match(text)), None)
            if names is not None:
                self.context.find(
                    index,
                    f"this looks like the head of {' or '.join(names)} but cannot be read: {line.text[:80]!r};"
                    f" {_HEAD_ADVICE}",
                )


def _is_row(line: Line) -> bool:
    if line.delimited:
        return sum(bool(cell) for cell in line.cells) >= 2
    _, values, tail = split_line(line.cells[0])
    return len(values) >= 2 and not tail

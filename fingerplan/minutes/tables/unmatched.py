"""What a document prints beside the tables that were read: unknown tables, and known ones that would be lost."""

import re

from fingerplan.minutes.danish_text import YEAR, key, read_value
from fingerplan.minutes.source.lines import Line
from fingerplan.minutes.tables.printed_table import Unknown, is_figure, kind_of_period
from fingerplan.minutes.tables.rows import TELLING_LABEL, split
from fingerplan.minutes.tables.table_specs import FORMS, Form

_HEAD_ADVICE = "correct the extraction; if the committee has changed the head, see docs/minutes.md"


class Leftovers:
    """Looks through the lines that no table has taken."""

    def __init__(self, reader, taken: set[int]):
        """Take a reader whose tables are read, and the indices of the lines they take."""
        self.reader = reader
        self.taken = taken
        self.lines = reader.lines
        self.known = reader.known
        self.find = reader.find
        self.look_alikes: list[int] = []

    def look(self) -> list[Unknown]:
        """List the unknown tables; add a finding for each that looks like a known one."""
        unknown = self._unknown()
        self._refuse_traces()
        return unknown

    def _unknown(self) -> list[Unknown]:
        """List the runs of rows that no known head stands over; refuse those that look like a known table."""
        found: list[Unknown] = []
        run: list[int] = []
        contents = next((at for at, line in enumerate(self.lines) if line.text == "Indholdsfortegnelse"), None)
        items = range(contents, self.reader.punkter[0][0]) if contents is not None and self.reader.punkter else range(0)
        for index in [*range(len(self.lines)), None]:
            line = self.lines[index] if index is not None else None
            if line is not None and index not in self.taken and index not in items and _is_row(line):
                run.append(index)
                continue
            if line is not None and not line.text and run and index not in self.taken:
                continue
            if run:
                first = self.lines[run[0]]
                if len(run) > 1:
                    found.append(Unknown(first.number, first.page, len(run), first.text[:80]))
                self._refuse_look_alike(run)
                self._refuse_stray_figures(run)
                self._refuse_above_head(run)
            run = []
        return found

    def _refuse_look_alike(self, run: list[int]) -> None:
        """A known table under a head that is not recognised would be lost without a word."""
        before = [at for at in range(max(0, run[0] - 6), run[0]) if self.lines[at].text]
        if self.reader.foreign.intersection((*before, *run)):
            if any(self._is_known_row(self.lines[at]) for at in run):
                self.find(run[0], "rows of SAU-09 or SAU-10 under the head of another table; correct the head")
            return
        texts = [self.lines[at].text for at in (*before[-2:], *run)]
        for form in FORMS:
            labels = {key(label) for label in self.known.row_labels(form.table_id)}
            if form.rows == "labels":
                hits = sum(any(key(text).startswith(label) for label in labels) for text in texts)
                # a row or two of the same words stand in other tables too; Landsplan and Randers are two
                alike = hits >= max(2, min(3, len(labels)))
                alike = alike or any(self._is_row_of(form, self.lines[at]) for at in run)
            else:
                periods = sum(kind_of_period(text) == form.rows for text in texts)
                alike = periods >= 2 and any(re.search(r"refusion|sager", text, re.I) for text in texts)
            if alike:
                self.look_alikes.append(run[0])
                self.find(
                    run[0],
                    f"these rows look like {form.table_id}, and no known head stands above them:"
                    f" {self.lines[run[0]].text[:80]!r}; {_HEAD_ADVICE}",
                )
                return

    def _is_known_row(self, line: Line) -> bool:
        """Whether a line has the very figures of a row of the high-cost tables."""
        cells = line.cells if line.delimited else split(line.cells[0])[1]
        numbers = [value.number for cell in cells if (value := read_value(cell)) and value.number is not None]
        for table_id in ("SAU-09", "SAU-10"):
            table = self.known.of_form(table_id)[0]
            for row_no in table.rows:
                known = [cell.number for (row, _), cell in sorted(table.cells.items()) if row == row_no]
                if numbers[-len(known) :] == known:
                    return True
        return False

    def _refuse_above_head(self, run: list[int]) -> None:
        """A row of a table above its head belongs below it."""
        head = next((head for head in self.reader.heads if run[-1] < head.start <= run[-1] + 3), None)
        if head is not None and self._is_row_of(head.form, self.lines[run[-1]], telling=1):
            self.find(run[-1], f"{head.form.table_id}: a row above its head: {self.lines[run[-1]].text[:80]!r}")

    def _refuse_stray_figures(self, run: list[int]) -> None:
        """Below a station's heading, a line of figures alone is a row whose head was lost."""
        for index in run:
            lead, values, tail = split(self.lines[index].cells[0]) if not self.lines[index].delimited else ("-", [], "")
            is_head = all(re.fullmatch(YEAR, value) for value in values)
            is_alone = not lead and not tail and len(values) > 2 and not is_head
            if is_alone and self.reader.station_at(index, 120) is not None:
                self.find(
                    index,
                    f"figures under no head that can be read: {self.lines[index].text[:80]!r}; correct the extraction",
                )
                return

    def _is_row_of(self, form: Form, line: Line, telling: int = TELLING_LABEL) -> bool:
        """Whether a line is a row of a form by its label and its number of figures; labels of a word or two are not."""
        columns = len(self.known.of_form(form.table_id)[0].columns)
        printed = line.cells if line.delimited else split(line.cells[0])[1]
        figures = sum(is_figure(cell) for cell in printed)
        labels = [key(label) for label in self.known.row_labels(form.table_id)]
        begins = any(len(label) >= telling and key(line.text).startswith(label) for label in labels)
        return begins and columns - 1 <= figures <= columns + 1

    def _refuse_traces(self) -> None:
        """The words of a known head outside a table that was read: a table that would be lost without a word."""
        traces: dict[str, list[str]] = {}
        for form in FORMS:
            if form.trace:
                traces.setdefault(form.trace, []).append(form.table_id)
        told = set(self.look_alikes)
        for index, line in enumerate(self.lines):
            if index in self.taken or index in self.reader.foreign or len(line.text) > 400 or not line.text:
                continue
            others = self.taken | self.reader.foreign
            behind = [at for at in range(index + 1, min(index + 3, len(self.lines))) if at not in others]
            after = next((self.lines[at].text for at in behind if self.lines[at].text), "")
            for trace, names in traces.items():
                found = re.match(trace, f"{line.text} {after}", re.I)
                if found and found.start() == 0 and not told.intersection(range(index - 3, index + 4)):
                    self.find(
                        index,
                        f"this looks like the head of {' or '.join(names)}, and it cannot be read: {line.text[:80]!r};"
                        f" {_HEAD_ADVICE}",
                    )
                    break


def _is_row(line: Line) -> bool:
    if line.delimited:
        return sum(bool(cell) for cell in line.cells) >= 2
    _, values, tail = split(line.cells[0])
    return len(values) >= 2 and not tail

"""Find the known tables of a document and read their cells.

Nothing is guessed: a row with fewer figures than its table has columns is read only where its blanks can stand in one
way, and whatever cannot be read is a finding with its line, its cell and the reason.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise, takewhile

from fingerplan.minutes.document import Document, Line
from fingerplan.minutes.forms import FORMS, OUR_CORNER, Form, bracket_and_measure, columns_of, stated_unit
from fingerplan.minutes.known import Known
from fingerplan.minutes.printed import (
    NUMBER,
    YEAR,
    Value,
    dates_in,
    key,
    likeness,
    period_label,
    period_of,
    read_value,
    same_label,
    without_years,
)

_HEAD_LINES = 10  # lines that are not blank; a head of five columns takes six where it is wrapped
_TEXT_BETWEEN_ROWS = {True: 70, False: 5}  # lines of text within a table, with and without descriptions
_HEAD_ADVICE = "correct the extraction; if the committee has changed the head, see docs/minutes.md"
_TELLING_LABEL = 10  # letters and digits from which on a label stands in no other table by chance
_ENOUGH_FIGURES = 20  # that stand below their heads, or do not: the text then has columns, or has none
_NEARLY_ALL = 0.95
_MOST_ROWS = 300  # the longest table has 16
_LINES_BEHIND = 14  # in which a row may still be the table's, as after a page break
_LONGEST_LABEL = 160  # characters; the longest known one has 104
_ENDS_TABLE = re.compile(r"(?:punkt [0-9]+\s*[:.]|uddybende beskrivelse|note:|kilde:|beslutning$|indstilling$)", re.I)
_PUNKT = re.compile(r"punkt ([0-9]+)\s*[:.]\s*(.*)", re.I)
_FURNITURE = re.compile(
    r"(?:side )?[0-9]{1,3}(?: ?(?:af|/) ?[0-9]{1,3})?|referat\b.{0,80}"
    r"|(?:social|randers kommune)\b[^.:;]{0,60}\b[0-9]{1,4}",
    re.I,
)
_PAGE_NUMBER = re.compile(r"[0-9]{1,3}")
_WHOLE_NUMBER = re.compile(r"[0-9]{1,4}")


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
class _Head:
    """A head that was recognised: its first line, the line after it, and how wide its rows are."""

    start: int
    end: int
    form: Form
    columns: list[str]
    width: int | None
    text: str
    price_level: int | None


def read_tables(document: Document, known: Known) -> Reading:
    """Read every known table of a document.

    Returns:
        The tables in printed order, the unknown ones by their place, and a finding for whatever cannot be read.
    """
    return _Reader(document, known).read()


class _Reader:
    def __init__(self, document: Document, known: Known):
        self.document = document
        self.lines = document.lines
        self.known = known
        self.findings: list[str] = []
        self.repeated: list[str] = []
        self.look_alikes: list[tuple[int, str]] = []
        self.alignment: list[bool] = []  # of each figure of a full row: whether it stands below its head
        self.punkter = self._punkter()
        self.foreign: set[int] = set()  # heads of tables that look like ours and are another area's
        self.heads = self._find_heads()

    def read(self) -> Reading:
        tables: list[Table] = []
        taken: set[int] = set()
        starts = {head.start: head for head in self.heads}
        for at, head in enumerate(self.heads):
            rows, end = _Rows(self, head, starts).read()
            taken.update(range(head.start, end))
            table = self._table(head, rows)
            _drop_empty_columns(table)
            follows = self.heads[at + 1 : at + 2]
            if not rows and not (follows and follows[0].form is head.form):  # a page ended behind the head
                self.find(head.start, f"{head.form.table_id}: no row of figures follows this head")
            if not rows and follows:
                continue
            earlier = next((other for other in tables if other.table_id == table.table_id), None)
            if earlier is None:
                tables.append(table)
            else:
                self._join(earlier, table)
        if len(self.alignment) >= _ENOUGH_FIGURES and sum(self.alignment) >= _NEARLY_ALL * len(self.alignment):
            for row in (row for table in tables for row in table.rows if row.aligned):
                row.open_blanks = [row.aligned]
        for table in tables:
            self._check_order(table)
        unknown = self._unknown(taken)
        self._refuse_traces(taken)
        return Reading(self.document, tables, unknown, self.findings, self.repeated)

    def find(self, index: int, what: str) -> None:
        """Add a finding at a line."""
        self.findings.append(f"{self.document.path.name}: {self.place(index)}: {what}")

    def find_at(self, line: int, what: str) -> None:
        """Add a finding at a line of a number."""
        self.find(next(at for at, other in enumerate(self.lines) if other.number == line), what)

    def place(self, index: int) -> str:
        """Name a line as a reader finds it."""
        line = self.lines[min(index, len(self.lines) - 1)]
        return f"page {line.page}, line {line.number}" if line.page else f"line {line.number}"

    # --- heads -------------------------------------------------------------------------------------------------------

    def _punkter(self) -> list[tuple[int, str, str]]:
        """Find the items of the agenda: index, number and title; a title can go on in the next lines."""
        found = []
        for index, line in enumerate(self.lines):
            match = _PUNKT.match(line.text)
            if match:
                title = match[2]
                for after in self.lines[index + 1 : index + 4]:
                    if not after.text or re.match(r"[0-9]{2}\.[0-9]{2}\.", after.text):
                        break
                    title += " " + after.text
                found.append((index, match[1], title))
        return found

    def punkt_at(self, index: int) -> tuple[str, str]:
        """Number and title of the item of the agenda that a line stands under; empty where it stands under none."""
        before = [entry for entry in self.punkter if entry[0] <= index]
        return (before[-1][1], before[-1][2]) if before else ("", "")

    def _station_at(self, index: int, lines: int = 40) -> int | None:
        """Number of the station whose heading stands last in so many lines before one."""
        names = {key(name): number for number, name in self.known.stations.items()}
        for at in range(index - 1, max(-1, index - lines), -1):
            text = self.lines[at].text
            if self.lines[at].delimited or not text:
                continue
            following = next((line.text for line in self.lines[at + 1 : at + 3] if line.text), "")
            for candidate in (text, f"{text} {following}"):
                label = re.sub(r"^[#* ]*(?:[0-9]+\. )?", "", candidate).strip("* ")
                for name, number in names.items():
                    if key(label) == name or (len(label) > 20 and likeness(label, self.known.stations[number]) > 0.9):
                        return number
        return None

    def _find_heads(self) -> list[_Head]:
        heads: list[_Head] = []
        filled = [index for index, line in enumerate(self.lines) if line.text]
        texts = {index: self.lines[index].text for index in filled}
        patterns = [(form, form.pattern) for form in FORMS]
        past = -1
        for at, index in enumerate(filled):
            if index <= past or len(texts[index]) > 400:
                continue
            window = filled[at : at + _HEAD_LINES]
            joined = "\n".join(texts[line] for line in window)
            matches = [(form, match) for form, pattern in patterns if (match := pattern.match(joined))]
            matches = [(form, match) for form, match in matches if self._may_start(index, form, match)]
            if matches and not OUR_CORNER.fullmatch(matches[0][1].groupdict().get("corner", "").strip()):
                self.foreign.add(index)
                continue
            if not matches:
                continue
            last = joined[: matches[0][1].end()].count("\n")
            end = window[last] + 1
            form, match = self._choose(matches, index, end)
            if form is None:
                continue
            head = self._head(form, match, index, end)
            if head is not None:
                heads.append(head)
                past = end - 1
        return heads

    def _may_start(self, index: int, form: Form, match: re.Match[str]) -> bool:
        if "corner" not in match.groupdict():
            return True
        # a corner of any words could be the end of a sentence; the head of a table has it in its first line
        corner = match["corner"]
        return "\n" not in corner and (corner.endswith("kr.") or not corner.endswith((".", ":")))

    def _choose(self, matches, index: int, end: int):
        """Choose among the forms of one head by heading, area, or the labels that follow."""
        if len(matches) == 1 and matches[0][0].station is None:
            return matches[0]
        following = [line.text for line in self.lines[end : end + 60] if line.text]
        if any(form.rows != "labels" for form, _ in matches):
            kind = next((kind for text in following[:6] if (kind := _kind_of_period(text))), None)
            return next(((form, match) for form, match in matches if form.rows == kind), (None, None))
        stations = [(form, match) for form, match in matches if form.station is not None]
        if stations:
            station = self._station_at(index)
            own = self._rows_below(following, stations[0][0])
            by_station = [(form, match) for form, match in stations if form.station == station]
            by_label = [(form, match) for form, match in stations if self._prints_label_of(form, own)]
            if len(stations) == 1:  # the same head over other rows is another table
                return by_label[0] if by_label else (None, None)
            if by_station and by_label and by_station[0] not in by_label:
                self.find(
                    index,
                    f"the heading above says {by_station[0][0].table_id} and the rows below {by_label[0][0].table_id};"
                    " a heading is missing",
                )
                return (None, None)
            chosen = by_station or by_label
            return chosen[0] if len(chosen) == 1 else (None, None)
        title = self.punkt_at(index)[1]
        by_area = [(f, m) for f, m in matches if key(self.known.areas.get(f.table_id, "?")) in key(title)]
        by_label = [(f, m) for f, m in matches if self._prints_label_of(f, following[:6], only_own=matches)]
        chosen = by_area if len(by_area) == 1 else by_label
        if len(chosen) != 1:
            names = " or ".join(form.table_id for form, _ in matches)
            self.find(index, f"the head of {names}, and neither the item's title nor its rows say which of them")
            return (None, None)
        return chosen[0]

    @staticmethod
    def _rows_below(texts: list[str], form: Form) -> list[str]:
        """Leave out what stands below the next head of the same kind."""
        end = next((at for at, text in enumerate(texts) if form.trace and re.match(form.trace, text, re.I)), len(texts))
        return texts[:end]

    def _prints_label_of(self, form: Form, texts: list[str], only_own=()) -> bool:
        others = {
            key(label)
            for other, _ in only_own
            if other.table_id != form.table_id
            for label in self.known.row_labels(other.table_id)
        }
        joined = key(" ".join(texts))
        return any(key(label) in joined for label in self.known.row_labels(form.table_id) if key(label) not in others)

    def _head(self, form: Form, match: re.Match[str], start: int, end: int) -> _Head | None:
        printed = columns_of(match, form)
        text = match[0]
        if printed is None:
            self.find(start, f"{form.table_id}: the two rows of the head do not fit together: {' '.join(text.split())}")
            return None
        columns = self._column_labels(form, printed)
        if len(set(columns)) != len(columns):
            self.find(start, f"{form.table_id}: a column stands twice in the head: {', '.join(printed)}")
            return None
        price_level = match.groupdict().get("price_level")
        level = 2000 + int(price_level) if price_level else None
        return _Head(start, end, form, columns, self._width(start, end), text, level)

    def _width(self, start: int, end: int) -> int | None:
        """How many cells a row has: as the head, or as most rows below one whose cells stand in lines of their own."""
        head = [line for line in self.lines[start:end] if line.text]
        if all(line.delimited for line in head):
            return max(len(line.cells) for line in head)
        if not any(line.delimited for line in head):
            return None
        below = Counter(len(line.cells) for line in takewhile(lambda line: line.delimited, self.lines[end:]))
        return below.most_common(1)[0][0] if below else None

    def _column_labels(self, form: Form, printed: list[str]) -> list[str]:
        """Name the columns as the seeds do, where they know them."""
        tables = self.known.of_form(form.table_id)
        labels = [label for table in tables for label in table.columns.values()]
        if form.rows != "labels":
            named = {bracket_and_measure(label): label for label in labels}
            return [named.get(bracket_and_measure(label), label) for label in printed]
        if any(period_of(label) for label in printed):
            rest = [label for label in labels if not period_of(label)]
            return [
                period_label(label) if period_of(label) else (_stem(label, rest) or label) for label in printed
            ]  # fmt: skip
        by_key = {key(label): label for label in labels}
        if len(printed) == len(tables[0].columns):  # each column has its own pattern: the order is the known one
            pairs = zip(printed, tables[0].columns.values(), strict=True)
            return [by_key.get(key(label), known) for label, known in pairs]
        return printed

    # --- tables ------------------------------------------------------------------------------------------------------

    def _table(self, head: _Head, rows: list[Row]) -> Table:
        line = self.lines[head.start]
        number, title = self.punkt_at(head.start)
        station = self._station_at(head.start) if head.form.station is not None else None
        place = f"punkt {number}" if number else (f"station {station}" if station else "")
        unit = stated_unit(head.text)
        if unit is None and head.form.prose:
            above = [line.text for line in self.lines[max(0, head.start - 8) : head.start]]
            unit = next((stated for text in reversed(above) if (stated := stated_unit(text))), None)
        as_of = None
        if any(table.as_of for table in self.known.of_form(head.form.table_id)):
            above = [line.text for line in self.lines[max(0, head.start - 4) : head.start]]
            dates = [found for text in (*reversed(above), head.text, title) for found in dates_in(text)]
            as_of = dates[0] if dates else None
        return Table(
            head.form, head.columns, rows, line.number, line.page, place, head.text, unit, as_of, head.price_level
        )

    def _join(self, earlier: Table, later: Table) -> None:
        """Put together what a page break parted; a table that stands there twice must say the same twice."""
        index = next(at for at, line in enumerate(self.lines) if line.number == later.line)
        if later.columns != earlier.columns:
            self.find(index, f"{later.table_id}: printed twice with other columns; keep the one that holds")
            return
        labels = {key(row.label): row for row in earlier.rows}
        again = 0
        for row in later.rows:
            first = labels.get(key(row.label))
            if first is None:
                earlier.rows.append(row)
                continue
            again += 1
            for column, one, other in zip(earlier.columns, first.cells, row.cells, strict=True):
                if one.value.number != other.value.number:
                    self.find_at(
                        other.line,
                        f"{later.table_id}, row {row.label!r}, column"
                        f" {column!r}: {other.value.printed!r} here and {one.value.printed!r} in line {one.line};"
                        " keep the one that holds",
                    )
        if again:
            self.repeated.append(f"{later.table_id} stands again in line {later.line}")

    def _check_order(self, table: Table) -> None:
        """Months and years run forward, and a plan's years follow on each other."""
        if table.form.rows != "labels":
            self._check_forward(table, [(row.label, row.line) for row in table.rows])
            kinds = {_kind_of_period(row.label) for row in table.rows}
            if kinds - {table.form.rows}:
                self.find_at(table.line, f"{table.table_id}: months and years among the rows")
        periods = [label for label in table.columns if period_of(label)]
        self._check_forward(table, [(label, table.line) for label in periods])
        years = [int(label) for label in periods if re.fullmatch(YEAR, label)]
        if any(after != before + 1 for before, after in pairwise(years)):
            self.find_at(
                table.line, f"{table.table_id}: the years {', '.join(map(str, years))} do not follow on each other"
            )

    def _check_forward(self, table: Table, labels: list[tuple[str, int]]) -> None:
        for (before, _), (after, line) in pairwise(labels):
            one, other = period_of(before), period_of(after)
            if one and other and other <= one:
                self.find_at(line, f"{table.table_id}: {after!r} stands after {before!r}; the periods must run forward")
        for label, line in labels:
            period = period_of(label)
            if (
                table.form.series
                and period
                and self.document.held_on
                and _kind_of_period(label) == "month"
                and period > self.document.held_on
            ):
                self.find_at(line, f"{table.table_id}: {label!r} lies after the meeting of {self.document.held_on}")

    # --- what is left ------------------------------------------------------------------------------------------------

    def _unknown(self, taken: set[int]) -> list[Unknown]:
        """List the runs of rows that no known head stands over; refuse those that look like a known table."""
        found: list[Unknown] = []
        run: list[int] = []
        contents = next((at for at, line in enumerate(self.lines) if line.text == "Indholdsfortegnelse"), None)
        items = range(contents, self.punkter[0][0]) if contents is not None and self.punkter else range(0)
        for index in [*range(len(self.lines)), None]:
            line = self.lines[index] if index is not None else None
            if line is not None and index not in taken and index not in items and _is_row(line):
                run.append(index)
                continue
            if line is not None and not line.text and run and index not in taken:
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
        if self.foreign.intersection((*before, *run)):
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
                periods = sum(_kind_of_period(text) == form.rows for text in texts)
                alike = periods >= 2 and any(re.search(r"refusion|sager", text, re.I) for text in texts)
            if alike:
                self.look_alikes.append((run[0], form.table_id))
                self.find(
                    run[0],
                    f"these rows look like {form.table_id}, and no known head stands above them:"
                    f" {self.lines[run[0]].text[:80]!r}; {_HEAD_ADVICE}",
                )
                return

    def _is_known_row(self, line: Line) -> bool:
        """Whether a line has the very figures of a row of the high-cost tables."""
        cells = line.cells if line.delimited else _split(line.cells[0])[1]
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
        head = next((head for head in self.heads if run[-1] < head.start <= run[-1] + 3), None)
        if head is not None and self._is_row_of(head.form, self.lines[run[-1]], telling=1):
            self.find(run[-1], f"{head.form.table_id}: a row above its head: {self.lines[run[-1]].text[:80]!r}")

    def _refuse_stray_figures(self, run: list[int]) -> None:
        """Below a station's heading, a line of figures alone is a row whose head was lost."""
        for index in run:
            lead, values, tail = (
                _split(self.lines[index].cells[0]) if not self.lines[index].delimited else ("-", [], "")
            )
            is_head = all(re.fullmatch(YEAR, value) for value in values)
            if not lead and not tail and len(values) > 2 and not is_head and self._station_at(index, 120) is not None:
                self.find(
                    index,
                    f"figures under no head that can be read: {self.lines[index].text[:80]!r}; correct the extraction",
                )
                return

    def _is_row_of(self, form: Form, line: Line, telling: int = _TELLING_LABEL) -> bool:
        """Whether a line is a row of a form by its label and its number of figures; labels of a word or two are not."""
        columns = len(self.known.of_form(form.table_id)[0].columns)
        printed = line.cells if line.delimited else _split(line.cells[0])[1]
        figures = sum(_is_figure(cell) for cell in printed)
        labels = [key(label) for label in self.known.row_labels(form.table_id)]
        begins = any(len(label) >= telling and key(line.text).startswith(label) for label in labels)
        return begins and columns - 1 <= figures <= columns + 1

    def _refuse_traces(self, taken: set[int]) -> None:
        """The words of a known head outside a table that was read: a table that would be lost without a word."""
        traces: dict[str, list[str]] = {}
        for form in FORMS:
            if form.trace:
                traces.setdefault(form.trace, []).append(form.table_id)
        told = {index for index, _ in self.look_alikes}
        for index, line in enumerate(self.lines):
            if index in taken or index in self.foreign or len(line.text) > 400 or not line.text:
                continue
            behind = [at for at in range(index + 1, min(index + 3, len(self.lines))) if at not in taken | self.foreign]
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


class _Rows:
    """Reads the rows under one head."""

    def __init__(self, reader: _Reader, head: _Head, starts: dict[int, _Head]):
        self.reader = reader
        self.lines = reader.lines
        self.head = head
        self.form = head.form
        self.starts = starts
        self.wanted = len(head.columns)
        self.known_labels = reader.known.row_labels(head.form.table_id)
        self.rows: list[Row] = []
        self.pending: list[int] = []  # lines of text, and blank ones between them, since the last row
        self.partial: list[tuple[str, int]] = []  # figures of a row that is not full yet, with their lines
        self.partial_text = ""
        self.last_row_end = head.end
        self.skip_to = 0  # lines before it are read already
        self.in_cells = False  # whether the row that is read is a delimited one
        self.edges = self._edges()
        self.above = ""  # the first label cell of a delimited row, which the rows below may leave blank

    def read(self) -> tuple[list[Row], int]:
        """Read to the end of the table; returns the rows and the line after the last."""
        index = self.head.end
        while index < len(self.lines):
            if index < self.skip_to:
                index += 1
                continue
            line = self.lines[index]
            if index in self.starts or (line.text and _ENDS_TABLE.match(line.text)):
                break
            if not line.text:
                self.pending.append(index)
            elif line.delimited:
                if not self._delimited(index):
                    break
            elif not self._text(index):
                break
            index += 1
        self._close_partial()
        self._find_rows_behind()
        return self.rows, self.last_row_end

    def _find_rows_behind(self) -> None:
        """A line that is none of the table must not hide the rows behind it."""
        used = {key(row.label) for row in self.rows}
        for at in range(self.last_row_end, min(self.last_row_end + _LINES_BEHIND, len(self.lines))):
            line = self.lines[at]
            if at in self.starts or at in self.reader.foreign or _PUNKT.match(line.text):
                return
            values = list(line.cells[1:]) if line.delimited else _split(line.cells[0])[1]
            figures = sum(_is_figure(value) for value in values)
            if figures * 2 < self.wanted or not figures:
                continue
            if self.form.rows != "labels":
                is_row = _kind_of_period(line.text) == self.form.rows and figures >= self.wanted - 1
            else:
                label = self._begins_with_label(line.text)
                is_row = label is not None and len(key(label)) >= _TELLING_LABEL and key(label) not in used
                is_row = is_row and figures <= self.wanted + 1
            if is_row and not self.form.prose:
                self.reader.find(
                    at,
                    f"{self.form.table_id}: a row behind lines that are none of it: {line.text[:80]!r};"
                    " take those lines out",
                )
                return
            if figures and line.text and not self.form.prose and self._is_orphan(at):
                self.reader.find(
                    at, f"{self.form.table_id}: figures behind its last row that belong to no row: {line.text[:80]!r}"
                )
                return

    def _is_orphan(self, index: int) -> bool:
        """Whether the next line behind the last row is of figures only, and that row has blanks."""
        line = self.lines[index]
        between = [at for at in range(self.last_row_end, index) if self.lines[at].text]
        cells = line.cells if line.delimited else (_split(line.cells[0])[0],)
        only = all(read_value(cell) is not None for cell in cells)
        return not between and only and bool(self.rows) and any(not cell.value.printed for cell in self.rows[-1].cells)

    # --- delimited rows ----------------------------------------------------------------------------------------------

    def _delimited(self, index: int) -> bool:
        """Read a delimited row; False where the table ends before it."""
        self._close_partial()
        cells = list(self.lines[index].cells)
        if any(self.lines[at].cells == tuple(cells) for at in range(self.head.start, self.head.end)):
            return True  # the head again, on the next page
        width = self.head.width or len(cells)
        labels_wide = max(1, width - self.wanted)
        if width <= self.wanted:
            width = self.wanted + 1  # a head whose first cell stands in another line
        while len(cells) > width and not cells[-1]:
            cells.pop()
        if not any(cells[labels_wide:]) or not any(read_value(cell) and cell for cell in cells[labels_wide:]):
            if not self._begins_with_label(cells[0]) and self._words_between():
                return False
            damaged = re.search("[0-9]", "".join(cells[labels_wide:])) or self._begins_with_label(cells[0])
            if any(cells[labels_wide:]) and len(cells) <= width and damaged and self._is_own(cells):
                self._unreadable(index, cells, labels_wide)
                return True
            return self._without_figures(index, cells)
        if self._is_head(cells[labels_wide:]):
            return False
        if len(cells) > width or (len(cells) < width and not self._is_own(cells)):
            self.reader.find(
                index, f"{self.form.table_id}: {len(cells)} cells where the head has {width}: {' | '.join(cells)}"
            )
            self._took(index)
            return True
        short = width - len(cells)
        cells += [""] * short
        labels, values = cells[:labels_wide], cells[labels_wide:]
        if any(read_value(cell) is None for cell in values):
            self._unreadable(index, cells, labels_wide)
            return True
        label = self._delimited_label(labels)
        if not label:
            self.reader.find(index, f"{self.form.table_id}: a row of figures without a label: {' | '.join(cells)}")
            self._took(index)
            return True
        if len(labels) > 1 and self.form.label_cells is None and any(_is_figure(part) for part in labels):
            self.reader.find(index, f"{self.form.table_id}: a figure where the label stands: {' | '.join(cells)}")
            self._took(index)
            return True
        if not self._belongs(index, label):
            return False
        self._add(label, [(value, index) for value in values], index, self._label_before(), is_short=short > 0)
        return True

    def _belongs(self, index: int, label: str) -> bool:
        """Whether a row continues the table: behind a gap, an unknown label is another table's or cannot be told."""
        if self.form.prose or self.form.rows != "labels" or not self.rows or not self.pending:
            return True
        if self._resolve(label, self._label_before())[1]:
            return True
        words = self._words_between()
        if not words or len(words) == len(self.pending):
            self.reader.find(
                index,
                f"{self.form.table_id}: behind a gap stands a row {label!r} that it never had; take the gap out if the"
                " row is its own, or write a heading between them if it is not",
            )
        return False

    def _words_between(self) -> list[int]:
        """The lines of words since the last row that are no foot or head of a page."""
        filled = [at for at in self.pending if self.rows and self.lines[at].text]
        return [at for at in filled if not _FURNITURE.fullmatch(self.lines[at].text)]

    @staticmethod
    def _is_head(values: list[str]) -> bool:
        """Whether a row is the head of another table: its cells are years, or months of years."""
        filled = [value for value in values if value]
        return bool(filled) and all(period_of(value) is not None for value in filled)

    def _is_own(self, cells: list[str]) -> bool:
        """Whether a row of another width belongs here all the same: then it is damaged, and not another table's."""
        label = self._delimited_label([cell for cell in cells if not _is_figure(cell)][:2])
        if self.form.rows != "labels":
            return period_of(cells[0]) is not None
        return bool(label) and (
            same_label(label, self.known_labels) is not None
            or any(key(known).startswith(key(label)) for known in self.known_labels)
            or (self.head.width is not None and len(cells) >= self.head.width - 1)
        )

    def _delimited_label(self, labels: list[str]) -> str:
        if self.form.label_cells is not None:
            return next((labels[at] for at in self.form.label_cells if at < len(labels) and labels[at]), "")
        if len(labels) > 1 and not labels[0]:
            labels = [self.above, *labels[1:]]
        return " / ".join(label for label in labels if label)

    def _unreadable(self, index: int, cells: list[str], labels_wide: int) -> None:
        for column, cell in zip(self.head.columns, cells[labels_wide:], strict=False):
            if read_value(cell) is None:
                self.reader.find(
                    index,
                    f"{self.form.table_id}, row {self._delimited_label(cells[:labels_wide])!r}, column {column!r}:"
                    f" {cell!r} is no number; correct the extraction",
                )
        self._took(index)

    def _without_figures(self, index: int, cells: list[str]) -> bool:
        """A row of words: the rest of a label, the heading of a group, or the first row of another table."""
        text = " ".join(cell for cell in cells if cell)
        if self.rows and self._continues(text):
            self._took(index)
            return True
        if any(cells[1:]) and self.form.label_cells is None and not self._starts_known_label(cells[0]):
            return False  # words where figures stand: the head of another table
        if len(cells) != self.head.width and not self._starts_known_label(text):
            return False
        self.pending.append(index)
        return True

    # --- rows of text ------------------------------------------------------------------------------------------------

    def _text(self, index: int) -> bool:
        """Read a line of text: a row, part of one, or text between rows; False where the table ends before it."""
        line = self.lines[index]
        if _FURNITURE.fullmatch(line.text) and (line.text[0].isalpha() or self._goes_on(index)):
            return True  # the foot and the head of a page, in the middle of a table
        lead, values, tail = _split(line.cells[0])
        if tail:  # figures before their label
            chosen = _fit(values, self.wanted)
            if chosen is not None and not lead:
                self._close_partial()
                return self._label_after(index, chosen, tail)
            values, lead = [], line.text
        if values and not lead and (not self._full(values)) and self._partial_row(index, values):
            return True
        if values:
            fitted = self._fit_with_label(lead, values)
            if fitted is not None and self._may_be_row(index, *fitted):
                label, chosen = fitted
                self._close_partial()
                if label or self.pending or self.form.rows != "labels":
                    if self._is_head(chosen) or not self._belongs(index, label):
                        return False
                    if self.edges:
                        below = self._below(index) or []
                        self.reader.alignment += [at == place for place, at in enumerate(below)] or [False]
                    self._add(label, [(value, index) for value in chosen], index, self._label_before())
                    return True
            elif fitted is None and lead and len(values) < self.wanted and self._may_be_label(lead):
                self._close_partial()
                self.partial = [(value, index) for value in values]
                self.partial_text = lead
                return True
        return self._plain(index)

    def _full(self, values: list[str]) -> bool:
        return not self.partial and _fit(values, self.wanted) is not None

    def _partial_row(self, index: int, values: list[str]) -> bool:
        """Take figures on a line of their own as the next ones of a row that is not full yet."""
        if self.form.table_id == "FP-01" or (not self.partial and not any(self.lines[at].text for at in self.pending)):
            return False
        if self.form.rows != "labels" and not self.partial:
            return False
        joined = [value for value, _ in self.partial] + values
        chosen = _fit(joined, self.wanted)
        if chosen is None and len(joined) > self.wanted:
            return False
        places = [at for _, at in self.partial] + [index] * len(values)
        if chosen is not None:
            text, self.partial, self.partial_text = self.partial_text, [], ""
            last = places[-len(chosen) :]  # of a sign on a line of its own, the figure's line is the one behind
            rows = len(self.rows)
            self._add(text, list(zip(chosen, last, strict=True)), index, self._label_before())
            for row in self.rows[rows:]:
                row.is_doubtful = any(_PAGE_NUMBER.fullmatch(self.lines[at].text) for at in last)
            return True
        self.partial = list(zip(joined, places, strict=True))
        return True

    def _edges(self) -> list[tuple[int, int]]:
        """Where the columns stand in the head's last line, if all of them stand there."""
        line = self.lines[self.head.end - 1]
        if line.delimited:
            return []
        edges = [found.span() for found in re.finditer(rf"(?:{self.form.column})(?!\S)", line.cells[0], re.I)]
        return edges if len(edges) == self.wanted else []

    def _below(self, index: int) -> list[int] | None:
        """In which columns the figures of a line stand, by their left or right edges; None where one stands in none."""
        found = [f.span() for f in re.finditer(rf"(?<!\S)(?:- )?(?:{NUMBER}|-)(?!\S)", self.lines[index].cells[0])]
        places = []
        for left, right in found[-self.wanted :]:
            near = [
                at for at, edge in enumerate(self.edges) if abs(right - edge[1]) <= 1 or abs(left - edge[0]) <= 1
            ]  # fmt: skip
            if len(near) != 1:
                return None
            places += near
        return places

    def _close_partial(self) -> None:
        """End a row that did not get all its figures: its blanks may stand in one way only."""
        if not self.partial:
            return
        values, text = self.partial, self.partial_text
        self.partial, self.partial_text = [], ""
        index = values[-1][1]
        printed = [value for value, _ in values]
        ways = self._ways(printed, index)
        cells = [("", index)] * self.wanted
        for place, entry in zip(ways[0] if ways else range(len(values)), values, strict=False):
            cells[place] = entry
        before = [at for at in self.pending if at < values[0][1]]
        after = [at for at in self.pending if at > values[0][1]]
        self.pending = before
        rows = len(self.rows)
        self._add(text, cells, index, self._label_before(), ways=ways if len(ways) != 1 else None)
        if self.edges and len(self.rows) > rows and values[0][1] == index:
            below = self._below(index)
            self.rows[-1].aligned = below if below is not None and len(below) == len(values) else None
        self.pending = after

    def _ways(self, printed: list[str], index: int) -> list[list[int]]:
        """Say in which columns the figures of a row with blanks can stand, by what the line's spaces tell.

        An extraction writes a blank cell as a space of its own; text that was tabbed keeps its stops.
        """
        raw = self.lines[index].cells[0]
        missing = self.wanted - len(printed)
        if read_value(raw.strip()) is not None or re.fullmatch(rf"\s*(?:(?:{NUMBER}) )+\s*", raw):
            trailing = len(raw) - len(raw.rstrip(" "))
            if trailing == missing + 1:
                return [list(range(len(printed)))]
        document = self.reader.document
        places = _places_by_tabs(raw, document.tab_stops, document.tab_width)
        if places is not None and len(places) == len(printed) and max(places) < self.wanted:
            return [places]
        return []

    def _label_after(self, index: int, chosen: list[str], tail: str) -> bool:
        """Read a row whose figures stand before the label: the label goes on to the next blank line."""
        label = tail
        at = index + 1
        while at < len(self.lines) and self.lines[at].text and not self.lines[at].delimited and at - index < 8:
            label += " " + self.lines[at].text
            at += 1
        known = self._known_in(label) or self._known_in(self._label_before() + tail)
        if known is None:
            return self._plain(index)
        self._add(known, [(value, index) for value in chosen], index, "")
        self.skip_to = at
        return True

    def _fit_with_label(self, lead: str, values: list[str]) -> tuple[str, list[str]] | None:
        """Part label and figures: a number at the end of a label is one that the known label has too."""
        chosen = _fit(values, self.wanted)
        if chosen is not None and not (self.form.rows != "labels" and period_of(f"{lead} {values[0]}")):
            if self.form.rows == "labels" or not lead or period_of(lead):
                return (lead, chosen)
            return None
        for taken in range(1, min(3, len(values) - self.wanted + 1) + 1):
            rest = values[:taken]
            chosen = _fit(values[taken:], self.wanted)
            if chosen is None or not all(_WHOLE_NUMBER.fullmatch(value) for value in rest):
                continue
            label = " ".join([*([lead] if lead else []), *rest])
            whole = " ".join(filter(None, [self._label_before(), label]))
            if self.form.rows != "labels":
                if period_of(label):
                    return label, chosen
            elif self._is_known(label) or self._is_known(whole):
                return label, chosen
        return None

    def _is_known(self, label: str) -> bool:
        return same_label(label, self.known_labels) is not None or any(
            key(without_years(label)) == key(without_years(known)) for known in self.known_labels
        )

    def _may_be_row(self, index: int, label: str, chosen: list[str]) -> bool:
        """Whether text before a single number is a label: many a sentence ends in a number."""
        if self.wanted > 1 or self.form.rows != "labels":
            return True
        whole = " ".join(filter(None, [self._label_before(), label]))
        return self._is_known(label) or self._is_known(whole) or self._below(index) == [0]

    def _may_be_label(self, text: str) -> bool:
        """Whether the text before too few figures is a label, and not a sentence that ends in a number."""
        if self.form.prose:
            return self._begins_with_label(text) is not None
        return len(text) <= _LONGEST_LABEL and self._starts_known_label(text)

    def _begins_with_label(self, text: str) -> str | None:
        """The known label that a line begins with, if any."""
        used = {key(row.label) for row in self.rows}
        begun = [k for k in self.known_labels if key(text).startswith(key(k)) and key(k) not in used]
        return max(begun, key=len, default=None)

    def _starts_known_label(self, text: str) -> bool:
        return any(
            key(known).startswith(key(text)) or likeness(text, known) for known in self.known_labels if key(text)
        )

    def _plain(self, index: int) -> bool:
        """Text between rows; False where it is too much of it for a table."""
        self._close_partial()
        text = self.lines[index].text
        if self._is_damaged(index):
            self.reader.find(index, f"{self.form.table_id}: a row with a figure that cannot be read: {text[:100]}")
            self._took(index)
            return True
        if self.rows and not self.form.prose and self._continues(text):
            self._took(index)
            return True
        self.pending.append(index)
        filled = [at for at in self.pending if self.lines[at].text]
        if not self.form.prose and (len(text) > _LONGEST_LABEL or len(filled) > _TEXT_BETWEEN_ROWS[False]):
            return self.head.width is not None and self._goes_on(index) and len(text) <= _LONGEST_LABEL
        return len(filled) <= _TEXT_BETWEEN_ROWS[True]

    def _is_damaged(self, index: int) -> bool:
        """Whether a line is a row of this table that only an unreadable cell keeps from being one."""
        text = self.lines[index].text
        parts = text.split()
        cells = re.split(r" {2,}", self.lines[index].cells[0].strip())[-self.wanted :]
        readable = sum(bool(re.fullmatch(NUMBER, cell)) for cell in cells)
        if len(cells) == self.wanted > 1 and readable * 2 >= self.wanted:
            return True
        numbers = sum(bool(re.fullmatch(NUMBER, part)) for part in parts)
        if numbers >= 2 and numbers * 2 >= len(parts) and numbers * 2 >= self.wanted:
            return True
        if self.form.rows != "labels":
            return _kind_of_period(text) == self.form.rows and numbers * 2 >= self.wanted
        label = self._begins_with_label(text)
        if label is None or self.form.prose:
            return False
        rest = key(text)[len(key(label)) :]
        return bool(rest) and (numbers > 0 or self.wanted == 1) and len(parts) <= len(label.split()) + self.wanted + 2

    def _goes_on(self, index: int) -> bool:
        """Whether the table's next row comes within a few short lines: a page break stands between."""
        short = 0
        for at in range(index, min(index + 12, len(self.lines))):
            line = self.lines[at]
            if at in self.starts:
                return self.starts[at].form is self.form
            if _PUNKT.match(line.text):
                return False
            if line.delimited:
                return len(line.cells) == self.head.width
            if line.text:
                short += 1
                if short > 4 or len(line.text) > 90:
                    return False
        return False

    # --- labels ------------------------------------------------------------------------------------------------------

    def _label_before(self) -> str:
        """The text since the last row; what parts its lines does not matter for a label that is known."""
        return " ".join(self.lines[at].text for at in self.pending if self.lines[at].text)

    def _paragraphs_before(self) -> list[str]:
        paragraphs: list[list[str]] = [[]]
        for at in self.pending:
            if self.lines[at].text:
                paragraphs[-1].append(self.lines[at].text)
            elif paragraphs[-1]:
                paragraphs.append([])
        return [" ".join(paragraph) for paragraph in paragraphs if paragraph]

    def _known_in(self, text: str) -> str | None:
        """Find the longest known label that a text holds and no row has yet."""
        whole = key(text)
        used = {key(row.label) for row in self.rows}
        held = [label for label in self.known_labels if key(label) in whole and key(label) not in used]
        return max(held, key=len, default=None)

    def _holds_two(self, text: str) -> bool:
        """Whether a text holds two known labels that no row has yet, neither of them part of the other."""
        whole = key(text)
        used = {key(row.label) for row in self.rows}
        held = [key(label) for label in self.known_labels if key(label) in whole and key(label) not in used]
        return any(one not in other and other not in one for at, one in enumerate(held) for other in held[:at])

    def _continues(self, text: str) -> bool:
        """Join the rest of a label that goes on below its figures."""
        row = self.rows[-1]
        whole = f"{row.label} {text}"
        if row.is_known and same_label(row.label, self.known_labels) and not text[:1].islower():
            return False
        known = same_label(whole, self.known_labels)
        if known is None and (row.is_known or not text[:1].islower() or len(text) > 60):
            return False
        row.label, row.is_known = known or whole, known is not None
        return True

    def _resolve(self, own: str, before: str) -> tuple[str, bool]:
        """Give a row's label as the seeds write it, or as printed where they do not know it."""
        if self.form.rows != "labels":
            for text in (own, before):
                if period_of(text):
                    return period_label(text), True
            return own or before, False
        candidates = [own, " ".join(filter(None, [before, own]))]
        paragraphs = self._paragraphs_before()
        candidates += [" ".join(filter(None, [paragraph, own])) for paragraph in paragraphs]
        for candidate in filter(None, candidates):
            exact = next((known for known in self.known_labels if key(known) == key(candidate)), None)
            if exact:
                return exact, True
        for candidate in filter(None, candidates):
            known = same_label(candidate, self.known_labels)
            if known:
                return known, True
        if self.form.prose and not self.in_cells and self._holds_two(f"{before} {own}"):
            return "", False  # a row between them has lost its figures
        if self.form.prose and not self.in_cells:
            held = self._known_in(f"{before} {own}")
            if held:
                return held, True
            # without a blank line between them, nothing tells a label from the description behind it
            label = self._first_paragraph(paragraphs) if len(paragraphs) > 1 and not own else ""
            return (label if len(label) <= _LONGEST_LABEL else ""), False
        if not own:
            return self._known_in(before) or before, self._known_in(before) is not None
        return own, False

    def _first_paragraph(self, paragraphs: list[str]) -> str:
        if self.form.table_id != "FP-01":
            return paragraphs[0]
        whole = " ".join(paragraphs)
        ends = [whole.find(name) for _, name in self.reader.known.tracks if name in whole]
        return re.sub(r"^[0-9]+ ", "", whole[: min(ends)].strip()) if ends else paragraphs[0]

    # --- rows --------------------------------------------------------------------------------------------------------

    def _took(self, index: int) -> None:
        self.pending = []
        self.last_row_end = index + 1

    def _add(self, own, values, index, before, is_short=False, ways=None) -> None:
        """Add a row of as many printed figures as there are columns.

        Args:
            own: the label in the row's own line.
            values: each figure with the index of its line.
            index: the line that ends the row.
            before: the text between the last row and this one.
            is_short: cells are missing at the end of the row.
            ways: the ways in which the figures can stand, where that is not certain.
        """
        self.in_cells = self.lines[index].delimited
        if len(self.rows) == _MOST_ROWS:
            self.reader.find(index, f"{self.form.table_id}: more than {_MOST_ROWS} rows; this is no printed table")
        if len(self.rows) >= _MOST_ROWS:
            self._took(index)
            return
        label, is_known = self._resolve(own, before)
        if self.lines[index].delimited and len(self.lines[index].cells) > 1 and self.lines[index].cells[0]:
            self.above = self.lines[index].cells[0]
        read = [read_value(text) for text, _ in values]
        if not label or any(value is None for value in read):
            self.reader.find(index, f"{self.form.table_id}: a row of figures that cannot be read: {own or values}")
            self._took(index)
            return
        if self.form.rows != "labels" and (period_of(label) is None or _kind_of_period(label) != self.form.rows):
            self.reader.find(index, f"{self.form.table_id}: {label!r} is no {self.form.rows}, as its rows must be")
            self._took(index)
            return
        if any(key(row.label) == key(label) for row in self.rows):
            earlier = next(row for row in self.rows if key(row.label) == key(label))
            if [cell.value.number for cell in earlier.cells] != [value.number for value in read]:
                self.reader.find(
                    index, f"{self.form.table_id}, row {label!r}: stands twice with different figures; keep one"
                )
            self._took(index)
            return
        cells = [
            Cell(value, self._unit(label, column), self.lines[at].number, self.lines[at].page)
            for value, (_, at), column in zip(read, values, self.head.columns, strict=True)
        ]
        row = Row(label, cells, is_known, self.lines[index].number)
        if is_short or ways is not None:
            filled = [at for at, value in enumerate(read) if value.printed]
            row.open_blanks = ways or ([filled] if is_short else _all_ways(len(filled), self.wanted))
        self.rows.append(row)
        self._took(index)

    def _unit(self, label: str, column: str) -> str:
        """Take the unit of a cell from the seeds: of its row, else its column, else of all the table's amounts."""
        for table in self.reader.known.of_form(self.form.table_id):
            row, at = table.row_no(label), table.column_no(column)
            units = {cell.unit for (r, c), cell in table.cells.items() if r == row} if row else set()
            if len(units) == 1:
                return units.pop()
            units = {cell.unit for (r, c), cell in table.cells.items() if c == at} if at else set()
            if len(units) == 1:
                return units.pop()
            units = {cell.unit for cell in table.cells.values()}
            if len(units) == 1:
                return units.pop()
        if re.search(r"\bi pct\b|procent|%", label, re.I):
            return "percent"
        return "persons" if self.form.table_id == "SAU-07" else "mdkk"


def _drop_empty_columns(table: Table) -> None:
    """Leave out a column beside the periods that holds no figure: 'Anlægsbevillinger' with dashes only."""
    for at in reversed(range(len(table.columns))):
        is_period = period_of(table.columns[at]) is not None
        has_figure = any(row.cells[at].value.number is not None for row in table.rows)
        if table.rows and len(table.columns) > 1 and not is_period and not has_figure:
            del table.columns[at]
            for row in table.rows:
                del row.cells[at]


def _split(text: str) -> tuple[str, list[str], str]:
    """Part a line into text, the figures at its end, and, where it begins with figures, the text behind those."""
    text = re.sub(r" og derunder\b", "_og_derunder", text)
    parts = text.split()
    is_value = [bool(re.fullmatch(rf"(?:{NUMBER})(?:_og_derunder)?|[-–—]", part)) for part in parts]
    values = [part.replace("_og_derunder", " og derunder") for part in parts]
    if is_value and is_value[0] and not is_value[-1]:
        count = next(at for at, value in enumerate(is_value) if not value)
        if any(is_value[count:]) and count < 2:
            return " ".join(parts), [], ""
        return "", values[:count], " ".join(parts[count:])
    count = next((at for at, value in enumerate(reversed(is_value)) if not value), len(parts))
    first = len(parts) - count
    return " ".join(parts[:first]), values[first:], ""


def _fit(values: list[str], wanted: int) -> list[str] | None:
    """Read a run of figures as exactly so many; a dash may be a cell of its own or the sign of the next figure."""
    signs = [
        at
        for at, (one, other) in enumerate(pairwise(values))
        if one in "-–—" and re.match("[0-9]", other)
    ]  # fmt: skip
    surplus = len(values) - wanted
    if surplus == 0:
        return values
    if surplus < 0 or surplus != len(signs):
        return None
    joined: list[str] = []
    for at, value in enumerate(values):
        if at - 1 in signs:
            joined[-1] = f"- {value}"
        else:
            joined.append(value)
    return joined


def _places_by_tabs(raw: str, stops: int | None, width: int | None) -> list[int] | None:
    """Count the tabs that a text had before they were made into spaces: in which column each figure stands."""
    places: list[int] = []
    column = -1
    end = None
    for match in re.finditer(r"\S+(?: \S+)*", raw):
        start = match.start()
        if end is None:
            if read_value(match[0]) is not None:
                return None  # no label before the figures to count from
        elif stops and start % stops == 0:
            column += start // stops - end // stops
            places.append(column)
        elif width and not stops and (start - end) % width == 0:
            column += (start - end) // width
            places.append(column)
        else:
            return None
        end = match.end()
    return places


def _all_ways(count: int, wanted: int) -> list[list[int]]:
    from itertools import combinations

    return [list(way) for way in combinations(range(wanted), count)]


def _kind_of_period(text: str) -> str | None:
    """Say whether a text begins with a month or a year."""
    first = re.match(rf"\W*([a-zæøå]{{3,9}}\.?[ -]+{YEAR}|{YEAR})(?![0-9-])", text, re.I)
    if first is None or period_of(first[1]) is None:
        return None
    return "year" if re.fullmatch(YEAR, first[1]) else "month"


def _is_figure(text: str) -> bool:
    value = read_value(text)
    return value is not None and value.number is not None and not re.fullmatch(YEAR, text)


def _is_row(line: Line) -> bool:
    if line.delimited:
        return sum(bool(cell) for cell in line.cells) >= 2
    _, values, tail = _split(line.cells[0])
    return len(values) >= 2 and not tail


def _stem(label: str, known: list[str]) -> str | None:
    return next((k for k in known if key(k).startswith(key(label)[:5])), None)

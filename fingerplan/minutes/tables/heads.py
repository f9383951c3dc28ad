"""Find the known tables of a document and read their cells.

Nothing is guessed: a row with fewer figures than its table has columns is read only where its blanks can stand in one
way, and whatever cannot be read is a finding with its line, its cell and the reason.
"""

import re
from collections import Counter
from itertools import pairwise, takewhile

from fingerplan.minutes.danish_text import YEAR, dates_in, dates_of_record, key, likeness, period_label, period_of
from fingerplan.minutes.registry.known_figures import Known
from fingerplan.minutes.source.lines import Document
from fingerplan.minutes.tables.printed_table import Head, Reading, Row, Table, kind_of_period
from fingerplan.minutes.tables.rows import PUNKT, Rows
from fingerplan.minutes.tables.table_specs import FORMS, OUR_CORNER, Form, bracket_and_measure, columns_of, stated_unit
from fingerplan.minutes.tables.unmatched import Leftovers

_HEAD_LINES = 10  # lines that are not blank; a head of five columns takes six where it is wrapped
_ENOUGH_FIGURES = 20  # that stand below their heads, or do not: the text then has columns, or has none
_YEARS_AHEAD = 10  # a budget reaches four years ahead
_COMMON_HEADS = {"FP-06", "SAU-01"}  # which stand over other tables too: a row of theirs must follow
_NEARLY_ALL = 0.95


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
        self.alignment: list[bool] = []  # of each figure of a full row: whether it stands below its head
        self.punkter = self._punkter()
        self.foreign: set[int] = set()  # heads of tables that look like ours and are another area's
        self.heads = self._find_heads()

    def read(self) -> Reading:
        tables: list[Table] = []
        taken: set[int] = set()
        starts = {head.start: head for head in self.heads}
        for at, head in enumerate(self.heads):
            rows, end = Rows(self, head, starts).read()
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
        unknown = Leftovers(self, taken).look()
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
            match = PUNKT.match(line.text)
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

    def station_at(self, index: int, lines: int = 40) -> int | None:
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

    def _find_heads(self) -> list[Head]:
        heads: list[Head] = []
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
        return "\n" not in corner and (corner.lower().endswith("kr.") or not corner.endswith((".", ":")))

    def _choose(self, matches, index: int, end: int):
        """Choose among the forms of one head by heading, area, or the labels that follow."""
        if self.document.held_on and matches[0][0].table_id.startswith("FP-"):
            return (None, None)  # minutes print no table of the plan
        if len(matches) == 1 and matches[0][0].station is None and matches[0][0].table_id not in _COMMON_HEADS:
            return matches[0]
        following = [line.text for line in self.lines[end : end + 60] if line.text]
        if len(matches) == 1 and matches[0][0].table_id in _COMMON_HEADS:
            return matches[0] if self._prints_label_of(matches[0][0], following[:8]) else (None, None)
        if any(form.rows != "labels" for form, _ in matches):
            kind = next((kind for text in following[:6] if (kind := kind_of_period(text))), None)
            return next(((form, match) for form, match in matches if form.rows == kind), (None, None))
        stations = [(form, match) for form, match in matches if form.station is not None]
        if stations:
            station = self.station_at(index)
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

    def _head(self, form: Form, match: re.Match[str], start: int, end: int) -> Head | None:
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
        return Head(start, end, form, columns, self._width(start, end), text, level)

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

    def _table(self, head: Head, rows: list[Row]) -> Table:
        line = self.lines[head.start]
        number, title = self.punkt_at(head.start)
        station = self.station_at(head.start) if head.form.station is not None else None
        place = f"punkt {number}" if number else (f"station {station}" if station else "")
        unit = stated_unit(head.text)
        if unit is None and head.form.prose:
            above = [line.text for line in self.lines[max(0, head.start - 8) : head.start]]
            unit = next((stated for text in reversed(above) if (stated := stated_unit(text))), None)
        as_of = None
        if any(table.as_of for table in self.known.of_form(head.form.table_id)):
            above = [line.text for line in self.lines[max(0, head.start - 4) : head.start]]
            dates = dates_in(head.text) + [found for text in (*above, title) for found in dates_of_record(text)]
            as_of = dates[0] if dates else None
            if len(set(dates)) > 1:
                said = ", ".join(sorted({str(found) for found in dates}))
                self.find(head.start, f"{head.form.table_id}: of several dates ({said}); keep the one it is of")
        return Table(
            head.form, head.columns, rows, line.number, line.page, place, head.text, unit, as_of, head.price_level
        )

    def _join(self, earlier: Table, later: Table) -> None:
        """Put together what a page break parted; a table that stands there twice must say the same twice."""
        index = next(at for at, line in enumerate(self.lines) if line.number == later.line)
        is_other = (later.price_level, later.as_of) != (earlier.price_level, earlier.as_of)
        if is_other or (later.punkt != earlier.punkt and not all(row.is_known for row in later.rows)):
            self.find(
                index,
                f"{later.table_id}: a second table under this head, in line {earlier.line} the first; keep the one of"
                " the series, and read the other by itself",
            )
            return
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
            kinds = {kind_of_period(row.label) for row in table.rows}
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
            period, held_on = period_of(label), self.document.held_on
            if not table.form.series or period is None or held_on is None:
                continue
            is_month = kind_of_period(label) == "month"
            if period > held_on if is_month else period.year > held_on.year + _YEARS_AHEAD:
                self.find_at(
                    line, f"{table.table_id}: {label!r} lies after the meeting of {held_on}, or far ahead of it"
                )


def _drop_empty_columns(table: Table) -> None:
    """Leave out a column beside the periods that holds no figure: 'Anlægsbevillinger' with dashes only."""
    for at in reversed(range(len(table.columns))):
        is_period = period_of(table.columns[at]) is not None
        has_figure = any(row.cells[at].value.number is not None for row in table.rows)
        if table.rows and len(table.columns) > 1 and not is_period and not has_figure:
            del table.columns[at]
            for row in table.rows:
                del row.cells[at]


def _stem(label: str, known: list[str]) -> str | None:
    return next((k for k in known if key(k).startswith(key(label)[:5])), None)

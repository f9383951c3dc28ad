"""Read the rows under one head: of delimited cells, or of text whose cells must be told apart."""

import re
from itertools import combinations, pairwise

from fingerplan.minutes.danish_text import (
    NUMBER,
    key,
    likeness,
    period_label,
    period_of,
    read_value,
    same_label,
    without_years,
)
from fingerplan.minutes.tables.printed_table import Cell, Head, Row, is_figure, kind_of_period

PUNKT = re.compile(r"punkt ([0-9]+)\s*[:.]\s*(.*)", re.I)
TELLING_LABEL = 10  # letters and digits from which on a label stands in no other table by chance
_TEXT_BETWEEN_ROWS = {True: 70, False: 5}  # lines of text within a table, with and without descriptions
_MOST_ROWS = 300  # the longest table has 16
_LINES_BEHIND = 14  # in which a row may still be the table's, as after a page break
_LONGEST_LABEL = 160  # characters; the longest known one has 104
_ENDS_TABLE = re.compile(r"(?:punkt [0-9]+\s*[:.]|uddybende beskrivelse|note:|kilde:|beslutning$|indstilling$)", re.I)
_PAGE_NUMBER = re.compile(r"[0-9]{1,3}")
_WHOLE_NUMBER = re.compile(r"[0-9]{1,4}")
_FURNITURE = re.compile(
    r"(?:side )?[0-9]{1,3}(?: ?(?:af|/) ?[0-9]{1,3})?|referat\b.{0,80}"
    r"|(?:social|randers kommune)\b[^.:;]{0,60}\b[0-9]{1,4}",
    re.I,
)


class Rows:
    """Reads the rows under one head."""

    def __init__(self, reader, head: Head, starts: dict[int, Head]):
        """Take the reader, the head, and every head of the document by its first line."""
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
            if at in self.starts or at in self.reader.foreign or PUNKT.match(line.text):
                return
            values = list(line.cells[1:]) if line.delimited else split(line.cells[0])[1]
            figures = sum(is_figure(value) for value in values)
            if figures * 2 < self.wanted or not figures:
                continue
            if self.form.rows != "labels":
                is_row = kind_of_period(line.text) == self.form.rows and figures >= self.wanted - 1
            else:
                label = self._begins_with_label(line.text)
                is_row = label is not None and len(key(label)) >= TELLING_LABEL and key(label) not in used
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
        cells = line.cells if line.delimited else (split(line.cells[0])[0],)
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
        if len(labels) > 1 and self.form.label_cells is None and any(is_figure(part) for part in labels):
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
        label = self._delimited_label([cell for cell in cells if not is_figure(cell)][:2])
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
        lead, values, tail = split(line.cells[0])
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
            elif fitted is not None and self._stands_apart(index):
                self.reader.find(
                    index,
                    f"{self.form.table_id}: {line.text[:80]!r} looks like a row that it never had; part its cells with"
                    " tabs, or take the line out",
                )
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

    def _is_exact(self, label: str) -> bool:
        return any(key(label) == key(known) for known in self.known_labels)

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

    def _stands_apart(self, index: int) -> bool:
        """Whether a line of a table with one column is a short text and, a gap behind it, a number."""
        raw = self.lines[index].cells[0].strip()
        return (
            self.wanted == 1 and len(raw) <= _LONGEST_LABEL and bool(re.fullmatch(rf"\S.*\S {{2,}}(?:{NUMBER})", raw))
        )

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
            return kind_of_period(text) == self.form.rows and numbers * 2 >= self.wanted
        label = self._begins_with_label(text)
        if label is None or self.form.prose:
            return False
        rest = key(text)[len(key(label)) :]
        if self.wanted == 1 and re.search("[0-9]", rest) and len(parts) <= len(label.split()) + 6:
            return True
        return bool(rest) and (numbers > 0 or self.wanted == 1) and len(parts) <= len(label.split()) + self.wanted + 2

    def _goes_on(self, index: int) -> bool:
        """Whether the table's next row comes within a few short lines: a page break stands between."""
        short = 0
        for at in range(index, min(index + 12, len(self.lines))):
            line = self.lines[at]
            if at in self.starts:
                return self.starts[at].form is self.form
            if PUNKT.match(line.text):
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
        marked = re.sub(r"[ *]*[0-9]{1,2}\)?$", "", own)
        if self.form.rows == "labels" and marked != own and not self._is_known(own) and self._is_exact(marked):
            self.reader.find(index, f"{self.form.table_id}, row {own!r}: a footnote behind the label; take it out")
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
        if self.form.rows != "labels" and (period_of(label) is None or kind_of_period(label) != self.form.rows):
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


def split(text: str) -> tuple[str, list[str], str]:
    """Part a line into text, the figures at its end, and, where it begins with figures, the text behind those."""
    text = re.sub(r" og derunder\b", "_og_derunder", text, flags=re.I)
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
    return [list(way) for way in combinations(range(wanted), count)]

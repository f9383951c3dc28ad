"""Read the rows of text under a head: only their spaces, their numbers and the known labels say where a cell ends."""

import re
from collections.abc import Sequence

from fingerplan.minutes.danish_text import NUMBER, joined, key, kind_of_period, period_of, read_value
from fingerplan.minutes.tables.body import Body, is_furniture, is_head_of_periods
from fingerplan.minutes.tables.context import AGENDA_ITEM
from fingerplan.minutes.tables.figures import columns_by_tabs, fit, split_line
from fingerplan.minutes.tables.labels import LONGEST_LABEL

_MOST_TEXT = 70  # lines between two rows, where descriptions are expected
_MOST_TEXT_WITHOUT_PROSE = 5
_LABEL_LINES = 8  # of a label behind its figures
_PAGE_NUMBER = re.compile(r"[0-9]{1,3}")
_WHOLE_NUMBER = re.compile(r"[0-9]{1,4}")
_FIGURES_ONLY = re.compile(rf"\s*(?:(?:{NUMBER}) )+\s*")
_PRINTED_FIGURE = re.compile(rf"(?<!\S)(?:- )?(?:{NUMBER}|-)(?!\S)")
_APART = re.compile(rf"\S.*\S {{2,}}(?:{NUMBER})")
_NUMBER = re.compile(NUMBER)


class TextRows:
    """Reads the rows of a table that are text.

    Attributes:
        skip_to: lines before this index are read already.
        alignment: of each figure of a full row, whether it is below the head of its column.
    """

    def __init__(self, body: Body):
        """Take the table whose rows are read."""
        self.body = body
        self.skip_to = 0
        self.alignment: list[bool] = []
        self._partial: list[tuple[str, int]] = []  # figures of a row that is not full yet, with their lines
        self._partial_label = ""
        self._edges = self._column_edges()

    def read(self, index: int) -> bool:
        """Read a line: a row, part of one, or text between rows; False where the table ends before it."""
        line = self.body.lines[index]
        if is_furniture(line) and (line.text[0].isalpha() or self._goes_on(index)):
            return True  # the foot and the head of a page, in the middle of a table
        lead, values, tail = split_line(line.cells[0])
        if tail:
            chosen = fit(values, self.body.wanted)
            return self._read_text(index) if chosen is None else self._read_label_behind(index, chosen, tail)
        if values and not lead and not self._is_full(values) and self._take_figures(index, values):
            return True
        is_read = self._read_row(index, lead, values) if values else None
        return self._read_text(index) if is_read is None else is_read

    def _read_row(self, index: int, lead: str, values: Sequence[str]) -> bool | None:
        """Read a label with figures behind it; None where the line is text, False where the table ends before it."""
        body = self.body
        fitted = self._split_label(lead, values)
        if fitted is None:
            if not lead or len(values) >= body.wanted or not self._may_be_label(lead):
                return None
            self.close_partial()
            self._partial = [(value, index) for value in values]
            self._partial_label = lead
            return True
        label, chosen = fitted
        if not self._may_be_row(index, label):
            if self._stands_apart(index):
                body.find(
                    index,
                    f"{body.lines[index].text[:80]!r} looks like a row that the table has never had; separate its"
                    " cells by tabs, or remove the line",
                )
            return None
        self.close_partial()
        if not label and not body.pending and body.spec.rows == "labels":
            return None
        if is_head_of_periods(chosen) or not body.belongs(index, label):
            return False
        if self._edges:
            below = self._columns_above(index) or []
            self.alignment += [at == place for place, at in enumerate(below)] or [False]
        body.add(label, [(value, index) for value in chosen], index)
        return True

    def _read_label_behind(self, index: int, chosen: list[str], tail: str) -> bool:
        """Read a row whose figures precede the label, which goes on to the next blank line."""
        self.close_partial()
        body = self.body
        label = tail
        at = index + 1
        while at < min(len(body.lines), index + _LABEL_LINES) and body.lines[at].text and not body.lines[at].delimited:
            label += " " + body.lines[at].text
            at += 1
        known = body.labels.known_in(label) or body.labels.known_in(body.text_before() + tail)
        if known is None:
            return self._read_text(index)
        body.add(known, [(value, index) for value in chosen], index)
        self.skip_to = at
        return True

    def _read_text(self, index: int) -> bool:
        """Read text between rows; False where it is too much of it for a table."""
        self.close_partial()
        body = self.body
        text = body.lines[index].text
        if self._is_damaged(index):
            body.refuse(index, f"a row with a figure that cannot be read: {text[:100]}")
            return True
        if body.rows and not body.spec.prose and body.labels.take_rest(text):
            body.took(index)
            return True
        body.pending.append(index)
        filled = sum(bool(body.lines[at].text) for at in body.pending)
        if body.spec.prose:
            return filled <= _MOST_TEXT
        if len(text) > LONGEST_LABEL or filled > _MOST_TEXT_WITHOUT_PROSE:
            return body.head.width is not None and self._goes_on(index) and len(text) <= LONGEST_LABEL
        return True

    # --- rows over several lines -------------------------------------------------------------------------------------

    def _is_full(self, values: Sequence[str]) -> bool:
        return not self._partial and fit(values, self.body.wanted) is not None

    def _take_figures(self, index: int, values: Sequence[str]) -> bool:
        """Take figures on a line of their own as the next ones of a row that is not full yet."""
        body = self.body
        if body.spec.table_id == "FP-01" or (not self._partial and not body.text_before()):
            return False
        if body.spec.rows != "labels" and not self._partial:
            return False
        figures = [*(value for value, _ in self._partial), *values]
        chosen = fit(figures, body.wanted)
        if chosen is None and len(figures) > body.wanted:
            return False
        places = [at for _, at in self._partial] + [index] * len(values)
        if chosen is None:
            self._partial = list(zip(figures, places, strict=True))
            return True
        label, self._partial, self._partial_label = self._partial_label, [], ""
        last = places[-len(chosen) :]  # where a sign has a line of its own, the figure's is the next one
        row = body.add(label, list(zip(chosen, last, strict=True)), index)
        if row is not None:
            row.is_doubtful = any(_PAGE_NUMBER.fullmatch(body.lines[at].text) for at in last)
        return True

    def close_partial(self) -> None:
        """End a row that did not get all its figures: its blanks can be placed in one way only."""
        if not self._partial:
            return
        body = self.body
        values, label = self._partial, self._partial_label
        self._partial, self._partial_label = [], ""
        first, index = values[0][1], values[-1][1]
        ways = self._ways([value for value, _ in values], index)
        cells = [("", index)] * body.wanted
        for place, value in zip(ways[0] if ways else range(len(values)), values, strict=False):
            cells[place] = value
        after = [at for at in body.pending if at > first]
        body.pending = [at for at in body.pending if at < first]
        row = body.add(label, cells, index, ways=ways if len(ways) != 1 else None)
        if row is not None and self._edges and first == index:
            columns = self._columns_above(index)
            row.aligned = columns if columns is not None and len(columns) == len(values) else None
        body.pending = after

    def _ways(self, printed: list[str], index: int) -> list[list[int]]:
        """Say in which columns the figures of a row with blanks can stand, by what the line's spaces tell.

        An extraction writes a blank cell as a space of its own; text that was tabbed keeps its stops.
        """
        text = self.body.lines[index].cells[0]
        missing = self.body.wanted - len(printed)
        if read_value(text.strip()) is not None or _FIGURES_ONLY.fullmatch(text):
            trailing = len(text) - len(text.rstrip(" "))
            if trailing == missing + 1:
                return [list(range(len(printed)))]
        document = self.body.context.document
        columns = columns_by_tabs(text, document.tab_stops, document.tab_width)
        if columns is not None and len(columns) == len(printed) and max(columns) < self.body.wanted:
            return [columns]
        return []

    # --- columns of spaces -------------------------------------------------------------------------------------------

    def _column_edges(self) -> list[tuple[int, int]]:
        """Where the columns are in the head's last line, if all of them are there."""
        line = self.body.lines[self.body.head.end - 1]
        if line.delimited:
            return []
        column = rf"(?:{self.body.spec.column})(?!\S)"
        edges = [found.span() for found in re.finditer(column, line.cells[0], re.I)]
        return edges if len(edges) == self.body.wanted else []

    def _columns_above(self, index: int) -> list[int] | None:
        """The columns that a line's figures are below, by their left or right edges; None where one is below none."""
        found = [figure.span() for figure in _PRINTED_FIGURE.finditer(self.body.lines[index].cells[0])]
        columns = []
        for left, right in found[-self.body.wanted :]:
            near = [
                at for at, edge in enumerate(self._edges) if abs(right - edge[1]) <= 1 or abs(left - edge[0]) <= 1
            ]
            if len(near) != 1:
                return None
            columns += near
        return columns

    # --- label or sentence -------------------------------------------------------------------------------------------

    def _split_label(self, lead: str, values: Sequence[str]) -> tuple[str, list[str]] | None:
        """Split label and figures: a number at the end of a label is one that the known label has too."""
        body = self.body
        chosen = fit(values, body.wanted)
        is_period = body.spec.rows != "labels"
        if chosen is not None and not (is_period and period_of(f"{lead} {values[0]}")):
            return (lead, chosen) if not is_period or not lead or period_of(lead) else None
        for taken in range(1, min(3, len(values) - body.wanted + 1) + 1):
            chosen = fit(values[taken:], body.wanted)
            if chosen is None or not all(_WHOLE_NUMBER.fullmatch(value) for value in values[:taken]):
                continue
            label = joined(lead, *values[:taken])
            if bool(period_of(label)) if is_period else self._is_known(label):
                return label, chosen
        return None

    def _is_known(self, label: str) -> bool:
        """Whether a label is known, by itself or with the text since the last row in front of it."""
        return self.body.labels.is_known(label) or self.body.labels.is_known(joined(self.body.text_before(), label))

    def _may_be_row(self, index: int, label: str) -> bool:
        """Whether text before a single number is a label: many a sentence ends in a number."""
        if self.body.wanted > 1 or self.body.spec.rows != "labels":
            return True
        return self._is_known(label) or self._columns_above(index) == [0]

    def _stands_apart(self, index: int) -> bool:
        """Whether a line of a table with one column is a short text and, a gap behind it, a number."""
        text = self.body.lines[index].cells[0].strip()
        return self.body.wanted == 1 and len(text) <= LONGEST_LABEL and _APART.fullmatch(text) is not None

    def _may_be_label(self, text: str) -> bool:
        """Whether the text before too few figures is a label, and not a sentence that ends in a number."""
        if self.body.spec.prose:
            return self.body.labels.begins(text) is not None
        return len(text) <= LONGEST_LABEL and self.body.labels.may_begin_known(text)

    def _is_damaged(self, index: int) -> bool:
        """Whether a line is a row of this table that only an unreadable cell keeps from being one."""
        wanted = self.body.wanted
        text = self.body.lines[index].text
        words = text.split()
        cells = re.split(r" {2,}", self.body.lines[index].cells[0].strip())[-wanted:]
        readable = sum(bool(_NUMBER.fullmatch(cell)) for cell in cells)
        if len(cells) == wanted > 1 and readable * 2 >= wanted:
            return True
        numbers = sum(bool(_NUMBER.fullmatch(word)) for word in words)
        if numbers >= 2 and numbers * 2 >= len(words) and numbers * 2 >= wanted:
            return True
        if self.body.spec.rows != "labels":
            return kind_of_period(text) == self.body.spec.rows and numbers * 2 >= wanted
        return not self.body.spec.prose and self._is_damaged_behind_label(text, words, numbers)

    def _is_damaged_behind_label(self, text: str, words: list[str], numbers: int) -> bool:
        """Whether something other than figures follows a known label, in a line no longer than a row."""
        label = self.body.labels.begins(text)
        if label is None:
            return False
        rest = key(text)[len(key(label)) :]
        label_words = len(label.split())
        if self.body.wanted == 1 and re.search("[0-9]", rest) and len(words) <= label_words + 6:
            return True
        has_figure = numbers > 0 or self.body.wanted == 1
        return bool(rest) and has_figure and len(words) <= label_words + self.body.wanted + 2

    def _goes_on(self, index: int) -> bool:
        """Whether the table's next row comes within a few short lines: a page break comes between."""
        body = self.body
        short = 0
        for at in range(index, min(index + 12, len(body.lines))):
            line = body.lines[at]
            if at in body.heads.by_start:
                return body.heads.by_start[at].spec is body.spec
            if AGENDA_ITEM.match(line.text):
                return False
            if line.delimited:
                return len(line.cells) == body.head.width
            if line.text:
                short += 1
                if short > 4 or len(line.text) > 90:
                    return False
        return False

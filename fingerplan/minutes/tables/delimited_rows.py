"""Read the delimited rows under a head: where their cells end is known, and what they hold is not."""

import re

from fingerplan.minutes.danish_text import is_figure, key, period_of, read_value, same_label
from fingerplan.minutes.tables.body import Body, is_head_of_periods


class DelimitedRows:
    """Reads the delimited rows of a table."""

    def __init__(self, body: Body):
        """Take the table whose rows are read."""
        self.body = body

    def read(self, index: int) -> bool:
        """Read a row; False where the table ends before it."""
        body = self.body
        cells = list(body.lines[index].cells)
        if any(body.lines[at].cells == tuple(cells) for at in range(body.head.start, body.head.end)):
            return True  # the head again, on the next page
        width = body.head.width or len(cells)
        labels_wide = max(1, width - body.wanted)
        if width <= body.wanted:
            width = body.wanted + 1  # a head whose first cell is in another line
        while len(cells) > width and not cells[-1]:
            cells.pop()
        if not any(cell and read_value(cell) for cell in cells[labels_wide:]):
            return self._read_without_figures(index, cells, labels_wide, width)
        if is_head_of_periods(cells[labels_wide:]):
            return False
        if len(cells) > width or (len(cells) < width and not self._is_own(cells)):
            body.refuse(index, f"{len(cells)} cells where the head has {width}: {' | '.join(cells)}")
            return True
        is_short = len(cells) < width
        cells += [""] * (width - len(cells))
        return self._read_figures(index, cells, labels_wide, is_short)

    def _read_figures(self, index: int, cells: list[str], labels_wide: int, is_short: bool) -> bool:
        """Read a row of the table's width; False where it is another table's."""
        labels, values = cells[:labels_wide], cells[labels_wide:]
        label = self._label(labels)
        if any(read_value(cell) is None for cell in values):
            self._refuse_unreadable(index, cells, labels_wide)
        elif not label:
            self.body.refuse(index, f"a row of figures without a label: {' | '.join(cells)}")
        elif len(labels) > 1 and self.body.spec.label_cells is None and any(is_figure(part) for part in labels):
            self.body.refuse(index, f"a figure where the label should be: {' | '.join(cells)}")
        elif not self.body.belongs(index, label):
            return False
        else:
            self.body.add(label, [(value, index) for value in values], index, is_short=is_short)
        return True

    def _read_without_figures(self, index: int, cells: list[str], labels_wide: int, width: int) -> bool:
        """Read a row without a figure that can be read; False where the table ends before it."""
        begins_with_label = self.body.labels.begins(cells[0]) is not None
        if not begins_with_label and self.body.words_since_last_row():
            return False
        values = cells[labels_wide:]
        is_damaged = begins_with_label or re.search("[0-9]", "".join(values)) is not None
        if any(values) and len(cells) <= width and is_damaged and self._is_own(cells):
            self._refuse_unreadable(index, cells, labels_wide)
            return True
        return self._read_words(index, cells)

    def _read_words(self, index: int, cells: list[str]) -> bool:
        """Read a row of words: the rest of a label, the heading of a group, or the first row of another table."""
        body = self.body
        text = " ".join(cell for cell in cells if cell)
        if body.rows and body.labels.take_rest(text):
            body.took(index)
            return True
        if any(cells[1:]) and body.spec.label_cells is None and not body.labels.may_begin_known(cells[0]):
            return False  # words where figures stand: the head of another table
        if len(cells) != body.head.width and not body.labels.may_begin_known(text):
            return False
        body.pending.append(index)
        return True

    def _refuse_unreadable(self, index: int, cells: list[str], labels_wide: int) -> None:
        label = self._label(cells[:labels_wide])
        for column, cell in zip(self.body.head.columns, cells[labels_wide:], strict=False):
            if read_value(cell) is None:
                self.body.context.find(
                    index,
                    f"{self.body.spec.table_id}, row {label!r}, column {column!r}:"
                    f" {cell!r} is not a number; correct the extraction",
                )
        self.body.took(index)

    def _is_own(self, cells: list[str]) -> bool:
        """Whether a row of another width is this table's all the same: damaged, and not another table's."""
        if self.body.spec.rows != "labels":
            return period_of(cells[0]) is not None
        label = self._label([cell for cell in cells if not is_figure(cell)][:2])
        known_labels = self.body.labels.known
        return bool(label) and (
            same_label(label, known_labels) is not None
            or any(key(known).startswith(key(label)) for known in known_labels)
            or (self.body.head.width is not None and len(cells) >= self.body.head.width - 1)
        )

    def _label(self, labels: list[str]) -> str:
        """The label that a row's label cells make up; a blank first one repeats that of the row above."""
        if self.body.spec.label_cells is not None:
            return next((labels[at] for at in self.body.spec.label_cells if at < len(labels) and labels[at]), "")
        if len(labels) > 1 and not labels[0]:
            labels = [self.body.label_above, *labels[1:]]
        return " / ".join(label for label in labels if label)

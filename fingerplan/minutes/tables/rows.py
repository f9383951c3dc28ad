"""Read the rows under one head, delimited ones and text, to the end of the table."""

import re
from dataclasses import dataclass

from fingerplan.minutes.danish_text import is_figure, key, kind_of_period, read_value
from fingerplan.minutes.tables.body import Body
from fingerplan.minutes.tables.context import AGENDA_ITEM, Context
from fingerplan.minutes.tables.delimited_rows import DelimitedRows
from fingerplan.minutes.tables.figures import split_line
from fingerplan.minutes.tables.heads import Head, Heads
from fingerplan.minutes.tables.printed_table import Row
from fingerplan.minutes.tables.text_rows import TextRows

TELLING_LABEL = 10  # letters and digits from which on no other table has a label by chance
_LINES_BEHIND = 14  # in which a row may still be the table's, as after a page break
_ENDS_TABLE = re.compile(r"(?:punkt [0-9]+\s*[:.]|uddybende beskrivelse|note:|kilde:|beslutning$|indstilling$)", re.I)


@dataclass
class RowsRead:
    """The rows under a head.

    Attributes:
        rows: the rows.
        end: index of the line behind the last one.
        alignment: of each figure of a full row of text, whether it is below the head of its column.
    """

    rows: list[Row]
    end: int
    alignment: list[bool]


def read_rows(context: Context, heads: Heads, head: Head) -> RowsRead:
    """Read the rows under a head; a row of the table that cannot be read is a finding."""
    body = Body(context, heads, head)
    delimited, text = DelimitedRows(body), TextRows(body)
    index = head.end
    while index < len(context.lines):
        line = context.lines[index]
        if index < text.skip_to:
            index += 1
            continue
        if index in heads.by_start or (line.text and _ENDS_TABLE.match(line.text)):
            break
        if not line.text:
            body.pending.append(index)
        elif line.delimited:
            text.close_partial()
            if not delimited.read(index):
                break
        elif not text.read(index):
            break
        index += 1
    text.close_partial()
    _find_row_behind(body)
    return RowsRead(body.rows, body.end, text.alignment)


def _find_row_behind(body: Body) -> None:
    """Report a row behind lines that are not the table's: they must not hide it."""
    for at in range(body.end, min(body.end + _LINES_BEHIND, len(body.lines))):
        line = body.lines[at]
        if at in body.heads.by_start or at in body.heads.foreign or AGENDA_ITEM.match(line.text):
            return
        values = list(line.cells[1:]) if line.delimited else split_line(line.cells[0])[1]
        figures = sum(is_figure(value) for value in values)
        if body.spec.prose or not figures or figures * 2 < body.wanted:
            continue
        if _is_row_of(body, line.text, figures):
            body.find(
                at, f"a row after lines that are not part of the table: {line.text[:80]!r}; remove those lines"
            )
            return
        if line.text and _is_orphan(body, at):
            body.find(at, f"figures after its last row that belong to no row: {line.text[:80]!r}")
            return


def _is_row_of(body: Body, text: str, figures: int) -> bool:
    """Whether a line with so many figures is a row of the table that is not read yet."""
    if body.spec.rows != "labels":
        return kind_of_period(text) == body.spec.rows and figures >= body.wanted - 1
    label = body.labels.begins(text)
    return label is not None and len(key(label)) >= TELLING_LABEL and figures <= body.wanted + 1


def _is_orphan(body: Body, index: int) -> bool:
    """Whether the next line behind the last row has figures only, and that row has blanks."""
    line = body.lines[index]
    is_next = not any(body.lines[at].text for at in range(body.end, index))
    cells = line.cells if line.delimited else (split_line(line.cells[0])[0],)
    has_only_figures = all(read_value(cell) is not None for cell in cells)
    has_blanks = bool(body.rows) and any(not cell.value.printed for cell in body.rows[-1].cells)
    return is_next and has_only_figures and has_blanks

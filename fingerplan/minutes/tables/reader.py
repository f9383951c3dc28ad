"""Read the known tables of a document.

Nothing is guessed: a row with fewer figures than its table has columns is read only where its blanks can be placed in
one way, and whatever cannot be read is a finding with its line, its cell and the reason.
"""

import re
from datetime import date
from itertools import pairwise

from fingerplan.minutes.danish_text import YEAR, dates_in, dates_of_record, key, kind_of_period, period_of
from fingerplan.minutes.known_figures import Known
from fingerplan.minutes.source.lines import Document
from fingerplan.minutes.tables.context import Context
from fingerplan.minutes.tables.heads import Head, find_heads
from fingerplan.minutes.tables.printed_table import Reading, Row, Table
from fingerplan.minutes.tables.rows import read_rows
from fingerplan.minutes.tables.table_specs import stated_unit
from fingerplan.minutes.tables.unmatched import find_unmatched

_ENOUGH_FIGURES = 20  # to say whether a text has columns: whether its figures are below their heads
_NEARLY_ALL = 0.95
_YEARS_AHEAD = 10  # a budget reaches four years ahead
_LINES_WITH_UNIT = 8  # above the head, where a table of the plan states its unit
_LINES_WITH_DATE = 4  # above the head


def read_tables(document: Document, known: Known) -> Reading:
    """Read every known table of a document.

    Returns:
        The tables in printed order, the unknown ones by their place, and a finding for whatever cannot be read.
    """
    context = Context(document, known)
    heads = find_heads(context)
    tables: list[Table] = []
    repeated: list[str] = []
    alignment: list[bool] = []
    taken: set[int] = set()
    for at, head in enumerate(heads.ours):
        read = read_rows(context, heads, head)
        alignment += read.alignment
        taken.update(range(head.start, read.end))
        table = _table(context, head, read.rows)
        _drop_empty_columns(table)
        following = heads.ours[at + 1] if at + 1 < len(heads.ours) else None
        if not read.rows and (following is None or following.spec is not head.spec):
            context.find(head.start, f"{head.spec.table_id}: no row of figures follows this head")
        if not read.rows and following is not None:  # else a page ended behind the head
            continue
        earlier = next((other for other in tables if other.table_id == table.table_id), None)
        if earlier is None:
            tables.append(table)
        else:
            repeated += _join(context, earlier, table)
    if len(alignment) >= _ENOUGH_FIGURES and sum(alignment) >= _NEARLY_ALL * len(alignment):
        _settle_by_alignment(tables)
    for table in tables:
        _check_order(context, table)
    unknown = find_unmatched(context, heads, taken)
    return Reading(document, tables, unknown, context.findings, repeated)


def _settle_by_alignment(tables: list[Table]) -> None:
    """In a text with columns, a figure belongs to the column above it."""
    for table in tables:
        for row in table.rows:
            if row.aligned:
                row.open_blanks = [row.aligned]


# --- what surrounds the rows ------------------------------------------------------------------------------------------


def _table(context: Context, head: Head, rows: list[Row]) -> Table:
    line = context.lines[head.start]
    unit = stated_unit(head.text)
    if unit is None and head.spec.prose:
        above = [line.text for line in context.lines[max(0, head.start - _LINES_WITH_UNIT) : head.start]]
        unit = next((stated for text in reversed(above) if (stated := stated_unit(text))), None)
    return Table(
        head.spec,
        head.columns,
        rows,
        line.number,
        line.page,
        _place(context, head),
        head.text,
        unit,
        _as_of(context, head),
        head.price_level,
    )


def _place(context: Context, head: Head) -> str:
    """Name the agenda item that a table is printed under, or the station of the plan."""
    item = context.item_at(head.start)
    if item is not None:
        return f"punkt {item.number}"
    station = context.station_at(head.start) if head.spec.station is not None else None
    return f"station {station}" if station else ""


def _as_of(context: Context, head: Head) -> date | None:
    """The date of a follow-up: in its head, in the lines above it, or in the title of the item."""
    if not any(table.as_of for table in context.tables_of(head.spec)):
        return None
    above = [line.text for line in context.lines[max(0, head.start - _LINES_WITH_DATE) : head.start]]
    item = context.item_at(head.start)
    texts = [*above, item.title if item else ""]
    dates = dates_in(head.text) + [found for text in texts for found in dates_of_record(text)]
    if len(set(dates)) > 1:
        said = ", ".join(sorted({str(found) for found in dates}))
        context.find(head.start, f"{head.spec.table_id}: several dates ({said}); keep the one of the figures")
    return dates[0] if dates else None


def _drop_empty_columns(table: Table) -> None:
    """Drop a column other than a period's that has no figure: 'Anlægsbevillinger' with dashes only."""
    for at in reversed(range(len(table.columns))):
        is_period = period_of(table.columns[at]) is not None
        has_figure = any(row.cells[at].value.number is not None for row in table.rows)
        if table.rows and len(table.columns) > 1 and not is_period and not has_figure:
            del table.columns[at]
            for row in table.rows:
                del row.cells[at]


# --- tables over several pages, and tables printed twice -------------------------------------------------------------


def _join(context: Context, earlier: Table, later: Table) -> list[str]:
    """Join what a page break separated; a table that is printed twice must say the same twice.

    Returns:
        A line for a table that is printed again.
    """
    name = later.table_id
    is_other = (later.price_level, later.as_of) != (earlier.price_level, earlier.as_of)
    if is_other or (later.punkt != earlier.punkt and not all(row.is_known for row in later.rows)):
        context.find_at(
            later.line,
            f"{name}: a second table under this head, the first is in line {earlier.line}; keep the one of"
            " the series, and read the other separately",
        )
        return []
    if later.columns != earlier.columns:
        context.find_at(later.line, f"{name}: printed twice with different columns; keep the right one")
        return []
    known = {key(row.label): row for row in earlier.rows}
    again = [(first, row) for row in later.rows if (first := known.get(key(row.label))) is not None]
    earlier.rows += [row for row in later.rows if key(row.label) not in known]
    for first, row in again:
        _compare_again(context, earlier, first, row)
    return [f"{name}, again in line {later.line}"] if again else []


def _compare_again(context: Context, table: Table, first: Row, row: Row) -> None:
    for column, one, other in zip(table.columns, first.cells, row.cells, strict=True):
        if one.value.number != other.value.number:
            context.find_at(
                other.line,
                f"{table.table_id}, row {row.label!r}, column"
                f" {column!r}: {other.value.printed!r} here and {one.value.printed!r} in line {one.line};"
                " keep the right one",
            )


# --- order -----------------------------------------------------------------------------------------------------------


def _check_order(context: Context, table: Table) -> None:
    """Check that periods ascend and do not lie ahead of the meeting, and that years are consecutive."""
    if table.form.rows != "labels":
        _check_forward(context, table, [(row.label, row.line) for row in table.rows])
        kinds = {kind_of_period(row.label) for row in table.rows}
        if kinds - {table.form.rows}:
            context.find_at(table.line, f"{table.table_id}: its rows mix months and years")
    periods = [label for label in table.columns if period_of(label)]
    _check_forward(context, table, [(label, table.line) for label in periods])
    years = [int(label) for label in periods if re.fullmatch(YEAR, label)]
    if any(after != before + 1 for before, after in pairwise(years)):
        said = ", ".join(map(str, years))
        context.find_at(table.line, f"{table.table_id}: the years {said} are not consecutive")


def _check_forward(context: Context, table: Table, labels: list[tuple[str, int]]) -> None:
    for (before, _), (after, line) in pairwise(labels):
        one, other = period_of(before), period_of(after)
        if one and other and other <= one:
            context.find_at(
                line, f"{table.table_id}: {after!r} comes after {before!r}; periods must be in ascending order"
            )
    held_on = context.document.held_on
    if not table.form.series or held_on is None:
        return
    for label, line in labels:
        period = period_of(label)
        if period is None:
            continue
        is_month = kind_of_period(label) == "month"
        if period > held_on if is_month else period.year > held_on.year + _YEARS_AHEAD:
            context.find_at(
                line, f"{table.table_id}: {label!r} lies after the meeting of {held_on}, or far ahead of it"
            )

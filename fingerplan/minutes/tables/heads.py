"""Find the heads of the known tables among the lines of a document."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import takewhile

from fingerplan.minutes.danish_text import REMEMBERED, key, kind_of_period, period_label, period_of
from fingerplan.minutes.tables.context import Context
from fingerplan.minutes.tables.table_specs import (
    OUR_CORNER,
    TABLE_SPECS,
    TableSpec,
    bracket_and_measure,
    columns_of,
)

_HEAD_LINES = 10  # lines that are not blank; a head of five columns takes six where it is wrapped
_LONGEST_LINE = 400  # characters of a line that may begin a head
_COMMON_HEADS = {"FP-06", "SAU-01"}  # which other tables have too: a row of theirs must follow

_Match = tuple[TableSpec, re.Match[str]]


@dataclass
class Head:
    """A head that was recognised.

    Attributes:
        start: index of its first line.
        end: index of the line behind it.
        spec: the table that it is the head of.
        columns: the labels of the columns, as the seeds write them where they know them.
        width: how many cells a delimited row has; None where the head is not delimited.
        text: the head as printed.
        price_level: the year of the prices, where the head states it.
    """

    start: int
    end: int
    spec: TableSpec
    columns: list[str]
    width: int | None
    text: str
    price_level: int | None


@dataclass
class Heads:
    """The heads of the known tables in printed order, and the lines where another area's look-alikes begin."""

    ours: list[Head] = field(default_factory=list)
    foreign: set[int] = field(default_factory=set)

    @cached_property
    def by_start(self) -> dict[int, Head]:
        """The heads by the index of their first line."""
        return {head.start: head for head in self.ours}


def find_heads(context: Context) -> Heads:
    """Find every head; one that cannot be told from another, or does not fit together, is a finding."""
    heads = Heads()
    lines = context.lines
    filled = [index for index, line in enumerate(lines) if line.text]
    past = -1
    for at, index in enumerate(filled):
        if index <= past or len(lines[index].text) > _LONGEST_LINE:
            continue
        window = filled[at : at + _HEAD_LINES]
        text = "\n".join(lines[line].text for line in window)
        matches = _matches(text)
        if not matches:
            continue
        first = matches[0][1]
        if not OUR_CORNER.fullmatch(first.groupdict().get("corner", "").strip()):
            heads.foreign.add(index)
            continue
        end = window[text[: first.end()].count("\n")] + 1
        chosen = _choose(context, matches, index, end)
        head = _head(context, *chosen, index, end) if chosen is not None else None
        if head is not None:
            heads.ours.append(head)
            past = end - 1
    return heads


@lru_cache(maxsize=REMEMBERED)
def _matches(text: str) -> tuple[_Match, ...]:
    found = [(spec, match) for spec in TABLE_SPECS if (match := spec.pattern.match(text))]
    return tuple((spec, match) for spec, match in found if _may_start(match))


def _may_start(match: re.Match[str]) -> bool:
    """Whether the corner is one: any words may stand in it, and they could be the end of a sentence."""
    corner = match.groupdict().get("corner")
    if corner is None:
        return True
    return "\n" not in corner and (corner.lower().endswith("kr.") or not corner.endswith((".", ":")))


# --- which table a head is of ----------------------------------------------------------------------------------------


def _choose(context: Context, matches: Sequence[_Match], index: int, end: int) -> _Match | None:
    """Choose among the tables that share a head, by the heading above, the area, or the rows below."""
    spec = matches[0][0]
    if context.document.held_on and spec.table_id.startswith("FP-"):
        return None  # minutes print no table of the plan
    is_common = spec.table_id in _COMMON_HEADS
    if len(matches) == 1 and spec.station is None and not is_common:
        return matches[0]
    following = [line.text for line in context.lines[end : end + 60] if line.text]
    if len(matches) == 1 and is_common:
        return matches[0] if _prints_label_of(context, spec, following[:8]) else None
    if any(spec.rows != "labels" for spec, _ in matches):
        kind = next((kind for text in following[:6] if (kind := kind_of_period(text))), None)
        return next((match for match in matches if match[0].rows == kind), None)
    stations = [match for match in matches if match[0].station is not None]
    if stations:
        return _choose_by_station(context, stations, following, index)
    return _choose_by_area(context, matches, following, index)


def _choose_by_station(context: Context, matches: list[_Match], following: list[str], index: int) -> _Match | None:
    own = _above_next_head(following, matches[0][0])
    by_label = [match for match in matches if _prints_label_of(context, match[0], own)]
    if len(matches) == 1:  # the same head over other rows is another table
        return by_label[0] if by_label else None
    station = context.station_at(index)
    by_station = [match for match in matches if match[0].station == station]
    if by_station and by_label and by_station[0] not in by_label:
        context.find(
            index,
            f"the heading above says {by_station[0][0].table_id} and the rows below {by_label[0][0].table_id};"
            " a heading is missing",
        )
        return None
    chosen = by_station or by_label
    return chosen[0] if len(chosen) == 1 else None


def _choose_by_area(context: Context, matches: Sequence[_Match], following: list[str], index: int) -> _Match | None:
    item = context.item_at(index)
    title = key(item.title if item else "")
    chosen = [match for match in matches if key(context.known.areas.get(match[0].table_id, "?")) in title]
    if len(chosen) != 1:
        chosen = [match for match in matches if _prints_label_of(context, match[0], following[:6], matches)]
    if len(chosen) != 1:
        names = " or ".join(spec.table_id for spec, _ in matches)
        context.find(index, f"the head of {names}, and neither the item's title nor its rows say which")
        return None
    return chosen[0]


def _above_next_head(texts: list[str], spec: TableSpec) -> list[str]:
    """Keep what stands above the next head of the same kind."""
    end = next((at for at, text in enumerate(texts) if spec.trace and re.match(spec.trace, text, re.I)), len(texts))
    return texts[:end]


def _prints_label_of(context: Context, spec: TableSpec, texts: list[str], rivals: Sequence[_Match] = ()) -> bool:
    """Whether a label of a table stands in the texts, and is not one of a rival that has the same head."""
    others = {
        key(label)
        for other, _ in rivals
        if other.table_id != spec.table_id
        for label in context.row_labels(other)
    }
    printed = key(" ".join(texts))
    return any(key(label) in printed for label in context.row_labels(spec) if key(label) not in others)


# --- its columns -----------------------------------------------------------------------------------------------------


def _head(context: Context, spec: TableSpec, match: re.Match[str], start: int, end: int) -> Head | None:
    printed = columns_of(match, spec)
    text = match[0]
    if printed is None:
        context.find(
            start, f"{spec.table_id}: the two rows of the head do not fit together: {' '.join(text.split())}"
        )
        return None
    columns = _column_labels(context, spec, printed)
    if len(set(columns)) != len(columns):
        context.find(start, f"{spec.table_id}: a column occurs twice in the head: {', '.join(printed)}")
        return None
    price_level = match.groupdict().get("price_level")
    return Head(
        start, end, spec, columns, _width(context, start, end), text, 2000 + int(price_level) if price_level else None
    )


def _width(context: Context, start: int, end: int) -> int | None:
    """How many cells a row has: as the head, or as most rows below one whose cells stand in lines of their own."""
    head = [line for line in context.lines[start:end] if line.text]
    if all(line.delimited for line in head):
        return max(len(line.cells) for line in head)
    if not any(line.delimited for line in head):
        return None
    below = Counter(len(line.cells) for line in takewhile(lambda line: line.delimited, context.lines[end:]))
    return below.most_common(1)[0][0] if below else None


def _column_labels(context: Context, spec: TableSpec, printed: list[str]) -> list[str]:
    """Name the columns as the seeds do, where they know them."""
    tables = context.tables_of(spec)
    labels = [label for table in tables for label in table.columns.values()]
    if spec.rows != "labels":
        named = {bracket_and_measure(label): label for label in labels}
        return [named.get(bracket_and_measure(label), label) for label in printed]
    if any(period_of(label) for label in printed):
        rest = [label for label in labels if not period_of(label)]
        return [period_label(label) if period_of(label) else (_same_stem(label, rest) or label) for label in printed]
    if len(printed) == len(tables[0].columns):  # each column has its own pattern: the order is the known one
        by_key = {key(label): label for label in labels}
        pairs = zip(printed, tables[0].columns.values(), strict=True)
        return [by_key.get(key(label), known) for label, known in pairs]
    return printed


def _same_stem(label: str, known: list[str]) -> str | None:
    """The known label that begins with the same letters: Anlæg, Anlægsbevillinger."""
    return next((other for other in known if key(other).startswith(key(label)[:5])), None)

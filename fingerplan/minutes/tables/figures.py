"""The figures of a line of text: where they begin, how many they are, and in which columns they stand."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations, pairwise

from fingerplan.minutes.danish_text import NUMBER, REMEMBERED, read_value

_AND_BELOW = re.compile(r" og derunder\b", re.I)
_FIGURE = re.compile(rf"(?:{NUMBER})(?:_og_derunder)?|[-–—]")


@lru_cache(maxsize=REMEMBERED)
def split_line(text: str) -> tuple[str, tuple[str, ...], str]:
    """Split a line into its text and the figures at its end.

    Returns:
        The text before the figures, the figures, and the text behind them. One of the texts is empty: a line that
        begins with figures has its text behind them.
    """
    parts = _AND_BELOW.sub("_og_derunder", text).split()
    is_value = [bool(_FIGURE.fullmatch(part)) for part in parts]
    values = tuple(part.replace("_og_derunder", " og derunder") for part in parts)
    if is_value and is_value[0] and not is_value[-1]:
        count = next(at for at, value in enumerate(is_value) if not value)
        if any(is_value[count:]) and count < 2:
            return " ".join(parts), (), ""
        return "", values[:count], " ".join(parts[count:])
    count = next((at for at, value in enumerate(reversed(is_value)) if not value), len(parts))
    first = len(parts) - count
    return " ".join(parts[:first]), values[first:], ""


def fit(values: Sequence[str], wanted: int) -> list[str] | None:
    """Read a run of figures as exactly so many; None where that is not possible.

    A dash before a figure may be a cell of its own or the sign of that figure.
    """
    signs = [at for at, (one, other) in enumerate(pairwise(values)) if one in "-–—" and re.match("[0-9]", other)]
    surplus = len(values) - wanted
    if surplus == 0:
        return list(values)
    if surplus < 0 or surplus != len(signs):
        return None
    joined: list[str] = []
    for at, value in enumerate(values):
        if at - 1 in signs:
            joined[-1] = f"- {value}"
        else:
            joined.append(value)
    return joined


def columns_by_tabs(text: str, stops: int | None, width: int | None) -> list[int] | None:
    """Count the tabs that a line had before they became spaces: the column (from 0) of each of its figures.

    Args:
        text: the line, with its spaces.
        stops: the distance between tab stops, where tabs were expanded to them.
        width: the number of spaces, where each tab was replaced by a fixed number of them.

    Returns:
        None where the spaces do not tell.
    """
    columns: list[int] = []
    column = -1
    end: int | None = None
    for match in re.finditer(r"\S+(?: \S+)*", text):
        start = match.start()
        if end is None:
            if read_value(match[0]) is not None:
                return None  # no label before the figures to count from
        elif stops and start % stops == 0:
            column += start // stops - end // stops
            columns.append(column)
        elif width and not stops and (start - end) % width == 0:
            column += (start - end) // width
            columns.append(column)
        else:
            return None
        end = match.end()
    return columns


def all_ways(count: int, wanted: int) -> list[list[int]]:
    """List every way to place so many figures in the wanted number of columns."""
    return [list(way) for way in combinations(range(wanted), count)]

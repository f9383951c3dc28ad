"""Export the cases of a month by group, so that nobody can be identified.

Groups nest: the municipality, its services, their providers, where the citizen lives, and the refund bracket. A shown
group reveals every group that can be derived from it, such as the rest: what is left when the shown groups within it
are subtracted. So a group is shown only if it has at least three cases and its rest has none or at least three. The
rests of the shown groups do not overlap, so every group that sums and differences can give consists of whole rests,
and none of these has fewer than three cases.

A case stands for a person here, because the extracts hold no persons. Two months together can reveal a case that began
or ended between them: share one month with one recipient, or whole years.
"""

import csv
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import duckdb

from fingerplan.errors import REJECTED, Refused

FEWEST = 3
LEVELS = ("municipality_code", "service_code", "provider_kind", "placement", "bracket")
# No refund: only some cases of a group have one, so it would describe fewer cases than the group has.
AMOUNTS = ("gross_dkk",)
# One reason for both: to know which of two hidden groups is the small one would narrow both down.
SUPPRESSED = f"under {FEWEST} cases, or beside such a group"


class Leaf(NamedTuple):
    """A row of `fct_case_month`: its labels by level, number of cases, and amounts in kroner (None: unknown)."""

    labels: tuple[str, ...]
    cases: int
    amounts: tuple[Decimal | None, ...]


@dataclass
class Group:
    """A group of cases: its labels by level ("all" below its own level), count, and amounts in kroner."""

    labels: tuple[str, ...]
    cases: int
    amounts: tuple[Decimal | None, ...]
    children: list["Group"] = field(default_factory=list)
    reason: str | None = None

    @property
    def shown(self) -> bool:
        """Whether the figures are shown."""
        return self.reason is None

    def frontier(self) -> list["Group"]:
        """List the largest shown groups within this one."""
        return [g for child in self.children for g in ([child] if child.shown else child.frontier())]

    def rest(self) -> int:
        """Count the cases that are left when the shown groups within this one are subtracted."""
        return self.cases - sum(group.cases for group in self.frontier())

    def below(self) -> list["Group"]:
        """List every group within this one, without itself."""
        return [group for child in self.children for group in (child, *child.below())]


def suppress(root: Group) -> None:
    """Choose what to hide: first the groups that are too small, then as many more as differences would reveal."""
    groups = [root, *root.below()]
    for group in groups:
        if group.cases < FEWEST:
            group.reason = SUPPRESSED
    while exposed := [group for group in groups if group.shown and group.children and 0 < group.rest() < FEWEST]:
        _hide_more(exposed[-1])  # no other exposed group is within the last one


def _hide_more(group: Group) -> None:
    """Make the rest of a group larger by the smallest shown group that adds to it."""
    paths: list[tuple[int, list[Group]]] = []

    def look(within: Group, hidden_above: list[Group]) -> None:
        for child in within.children:
            path = [*hidden_above, child] if child.shown else hidden_above
            if child.shown and (not child.children or child.rest()):
                paths.append((child.cases, path))
            look(child, path)

    look(group, [])
    _, path = min(paths, key=lambda candidate: (candidate[0], len(candidate[1])))
    for hidden in path:
        hidden.reason = SUPPRESSED


def write_export(published: Path, month: date | None, out: Path) -> list[Group]:
    """Write the groups of a month as CSV.

    Returns:
        The groups as written, suppressed ones without figures.

    Raises:
        Refused: exit code 3, where there are no cases of the month.
        OSError: where the file cannot be written.
    """
    with duckdb.connect(str(published), read_only=True) as connection:
        if month is None:
            ((month,),) = connection.execute("select max(month) from marts.fct_case_month").fetchall()
        rows = connection.execute(
            f"select {', '.join(LEVELS)}, cases, {', '.join(AMOUNTS)}, data_origin from marts.fct_case_month"
            " where month = ? order by all",
            [month],
        ).fetchall()
    if not rows or month is None:
        raise Refused(REJECTED, [f"no cases of {month:%Y-%m}" if month else "no cases have been delivered"])
    levels = len(LEVELS)
    root = _tree([Leaf(row[:levels], row[levels], row[levels + 1 : -1]) for row in rows])
    suppress(root)
    groups = [root, *root.below()]
    origin = max(row[-1] for row in rows)
    unfinished = out.with_name(f".{out.name}.part")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(["month", *LEVELS, "cases", *AMOUNTS, "suppressed", "data_origin"])
            for group in groups:
                figures = [group.cases, *group.amounts] if group.shown else [None] * (1 + len(AMOUNTS))
                written = ["" if figure is None else figure for figure in figures]
                writer.writerow([month.isoformat(), *group.labels, *written, group.reason or "", origin])
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)
    return groups


def _tree(leaves: list[Leaf], labels: tuple[str, ...] = ()) -> Group:
    """Nest the rows below a group, level by level."""
    depth = len(labels)
    group = Group(
        labels + ("all",) * (len(LEVELS) - depth),
        sum(leaf.cases for leaf in leaves),
        tuple(_sum([leaf.amounts[number] for leaf in leaves]) for number in range(len(AMOUNTS))),
    )
    if depth < len(LEVELS):
        for label in dict.fromkeys(leaf.labels[depth] for leaf in leaves):
            group.children.append(_tree([leaf for leaf in leaves if leaf.labels[depth] == label], (*labels, label)))
    return group


def _sum(amounts: list[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None

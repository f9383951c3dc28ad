"""Share the cases of a month by group without giving anybody away.

Groups nest: the municipality, its services, their providers, where the citizen lives, and the refund bracket. A shown
group tells something of every group that can be worked out from it: of what is left when the shown groups within it
are taken away. So a group is shown only if it has at least three cases, and so has what it leaves. The rests of the
shown groups do not overlap, so every group that any sums and differences give is made of whole rests, and none has
fewer than three.

A case stands for a person here, since the extracts hold no person. Two months together can give a case away that came
or went between them: share one month with one receiver, or whole years.
"""

import csv
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from fingerplan.errors import REJECTED, Refused

FEWEST = 3
LEVELS = ("municipality_code", "service_code", "provider_kind", "placement", "bracket")
# No refund: only some of a group's cases have one, so it would tell of fewer than the group has.
AMOUNTS = ("gross_dkk",)
# One reason for both: knowing which of two hidden groups is the small one narrows both down.
SUPPRESSED = f"under {FEWEST} cases, or beside such a group"


@dataclass
class Group:
    """A group of cases: its labels by level ("all" below its own), count and amounts in kroner (None: unknown)."""

    labels: tuple[str, ...]
    cases: int
    amounts: tuple[Decimal | None, ...]
    children: list["Group"] = field(default_factory=list)
    reason: str | None = None

    @property
    def shown(self) -> bool:
        """Whether its figures are shown."""
        return self.reason is None

    def frontier(self) -> list["Group"]:
        """The largest shown groups within this one."""
        return [g for child in self.children for g in ([child] if child.shown else child.frontier())]

    def rest(self) -> int:
        """Cases that are left when the shown groups within this one are taken away; its own count where it has none."""
        return self.cases - sum(group.cases for group in self.frontier())

    def below(self) -> list["Group"]:
        """Every group within this one, itself not."""
        return [group for child in self.children for group in (child, *child.below())]


def suppress(root: Group) -> None:
    """Choose what is not shown: first the groups that are too small, then as many more as differences need."""
    groups = [root, *root.below()]
    for group in groups:
        if group.cases < FEWEST:
            group.reason = SUPPRESSED
    while exposed := [group for group in groups if group.shown and group.children and 0 < group.rest() < FEWEST]:
        _hide_more(exposed[-1])  # the last is within no other exposed group


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
        Refused: exit code 3, where the month is not there.
        OSError: where the file cannot be written.
    """
    with duckdb.connect(str(published), read_only=True) as connection:
        if month is None:
            (month,) = connection.execute("select max(month) from marts.fct_case_month").fetchone()
        leaves = connection.execute(
            f"select {', '.join(LEVELS)}, cases, {', '.join(AMOUNTS)}, data_origin from marts.fct_case_month"
            " where month = ? order by all",
            [month],
        ).fetchall()
    if not leaves:
        raise Refused(REJECTED, [f"no cases of {month:%Y-%m}" if month else "no cases have been delivered"])
    root = _tree([leaf[:-1] for leaf in leaves])
    suppress(root)
    groups = [root, *root.below()]
    origin = max(leaf[-1] for leaf in leaves)
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


def _tree(leaves: list[tuple]) -> Group:
    """Nest the groups; (labels by level, cases, amounts) each."""

    def group(labels: tuple[str, ...], rows: list[tuple]) -> Group:
        depth = len(labels)
        made = Group(
            labels + ("all",) * (len(LEVELS) - depth),
            sum(row[len(LEVELS)] for row in rows),
            tuple(_sum([row[len(LEVELS) + 1 + number] for row in rows]) for number in range(len(AMOUNTS))),
        )
        if depth < len(LEVELS):
            for label in dict.fromkeys(row[depth] for row in rows):
                made.children.append(group((*labels, label), [row for row in rows if row[depth] == label]))
        return made

    return group((), leaves)


def _sum(amounts: list[Decimal | None]) -> Decimal | None:
    return None if any(amount is None for amount in amounts) else sum(amounts, Decimal(0))

"""What the sample must match: printed counts and sums of high-cost cases, and the lower limits of their brackets."""

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from fingerplan.sample.period import distance

BRACKETS = ("25", "50", "75")

ByBracket = tuple[int, ...]  # a figure for each of BRACKETS, in their order


@dataclass(frozen=True)
class Target:
    """Number of cases and annual cost in kroner, by bracket, in a month."""

    cases: ByBracket
    cost: ByBracket


def printed_targets(root: Path) -> dict[date, Target]:
    """Read the printed months of SAU-09, and December 2023 and 2024 of SAU-10."""
    month_numbers = {row["month_name"]: int(row["month_no"]) for row in _read(root, "documents/danish_months")}
    printed: dict[date, dict[int, str]] = {}
    for cell in _read(root, "documents/minutes_table_cells"):
        label = cell["row_label"].lower()
        if cell["table_id"] == "SAU-09":
            name, year = label.split()
            month = date(int(year), month_numbers[name], 1)
        elif cell["table_id"] == "SAU-10" and label in ("2023", "2024"):
            month = date(int(label), 12, 1)
        else:
            continue
        printed.setdefault(month, {})[int(cell["column_no"])] = cell["value_as_printed"].replace(",", ".")
    return {
        month: Target(
            tuple(int(cells[column]) for column in (1, 3, 5)),
            tuple(int(Decimal(cells[column]) * 1_000_000) for column in (2, 4, 6)),
        )
        for month, cells in printed.items()
    }


def target_of(printed: dict[date, Target], month: date) -> Target:
    """Give the printed figures of a month, or interpolate between the nearest printed months."""
    before = max(m for m in printed if m <= month)
    if before == month:
        return printed[month]
    after = min(m for m in printed if m > month)
    share = (distance(before, month), distance(before, after))

    def between(first: int, last: int) -> int:
        return first + (last - first) * share[0] // share[1]

    return Target(
        tuple(map(between, printed[before].cases, printed[after].cases)),
        tuple(map(between, printed[before].cost, printed[after].cost)),
    )


def bracket_floors(root: Path, year: int) -> ByBracket:
    """Give the lowest annual cost of each bracket, in kroner.

    The thresholds of 2023 to 2025 are unknown. The synthetic cases need some, so these are interpolated between 2022
    and 2026; nothing else uses them, and no refund is computed from them.
    """
    known = {
        (int(row["year"]), row["bracket"]): int(Decimal(row["threshold_dkk"]))
        for row in _read(root, "high_cost_cases/refund_thresholds")
    }
    return tuple(
        known.get((year, b)) or known[2022, b] + (known[2026, b] - known[2022, b]) * (year - 2022) // 4
        for b in BRACKETS
    )


def _read(root: Path, name: str) -> list[dict[str, str]]:
    with (root / "seeds" / f"{name}.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))

"""The rows of the case extract: high-cost cases, and parents on lost earnings."""

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from fingerplan.sample.caseload import STEP, Case, Caseload, pseudonym, rounded
from fingerplan.sample.period import FIRST, LAST, months
from fingerplan.sample.targets import BRACKETS, bracket_floors, printed_targets, target_of

MUNICIPALITY = "0730"


def case_rows(root: Path, chance: random.Random) -> Iterator[list[str]]:
    """Yield the rows of the case extract, month by month."""
    printed = printed_targets(root)
    caseload = Caseload(chance)
    april, may = date(2026, 4, 1), date(2026, 5, 1)
    marked: dict[str, list[Case]] = {}
    parents = list(_lost_earnings_cases(chance))
    for month in months(date(2023, 12, 1), LAST):
        floors, target = bracket_floors(root, month.year), target_of(printed, month)
        if month.month == 1:
            for cases in caseload.brackets:
                for case in cases:
                    case.annual_cost = rounded(case.annual_cost * 103 // 100)
            caseload.place(floors)
        if month == may:
            caseload.move_from_april_to_may(target, marked)
        elif month == april:
            caseload.meet(target, floors, churn=1)
            marked = caseload.mark_for_may()
            keep = frozenset(case.case_id for cases in marked.values() for case in cases)
            caseload.meet_sums(target, floors, keep)
        else:
            caseload.meet(target, floors, churn=chance.randrange(1, 4))
        if month < FIRST:
            continue
        _attribute(caseload, month)
        for bracket, cases in zip(BRACKETS, caseload.brackets, strict=True):
            for case in cases:
                yield _case_row(month, case, bracket)
        for start, case in parents:
            if start <= month:
                yield _case_row(month, case, "none")


def _case_row(month: date, case: Case, bracket: str) -> list[str]:
    return [
        MUNICIPALITY,
        month.isoformat(),
        case.case_id,
        case.service_code,
        case.provider_kind,
        case.placement,
        "level",
        f"{case.annual_cost // 12}.00",
        bracket,
        case.station_id,
        f"{(case.annual_cost + case.annual_saving) // 12}.00" if case.station_id else "",
    ]


def _attribute(caseload: Caseload, month: date) -> None:
    """Attribute cases: station 4 keeps a citizen in a home of the municipality, station 5 renegotiates contracts."""
    pathways = {date(2024, 8, 1): 456_000, date(2025, 4, 1): 492_000, date(2026, 4, 1): 432_000}
    contracts = {date(2024, 3, 1): 5, date(2024, 10, 1): 3, date(2026, 2, 1): 2}
    if month in pathways:
        own = [case for case in caseload.free(0) if case.provider_kind == "own"]
        case = caseload.chance.choice(own)
        case.station_id, case.annual_saving = "fp2024-4", pathways[month]
    for _ in range(contracts.get(month, 0)):
        private = [case for case in caseload.free(0) if case.provider_kind == "private"]
        case = caseload.chance.choice(private)
        case.station_id, case.annual_saving = "fp2024-5", rounded(case.annual_cost * 3 // 100)


def _lost_earnings_cases(chance: random.Random) -> Iterator[tuple[date, Case]]:
    """Yield parents on lost earnings whose period station 3 shortens: slowly at first, in full from 2026."""
    starts = {2024: (3, 2), 2025: (1, 2), 2026: (1, 2)}
    for year, (first_month, a_month) in starts.items():
        for month in range(first_month, 13):
            for number in range(a_month if month % 2 else 1):
                cost = chance.randrange(60, 110) * STEP
                yield (
                    date(year, month, 1),
                    Case(
                        case_id=pseudonym(chance, f"9{year % 100}{month:02d}{number}"),
                        annual_cost=cost,
                        service_code="BL §87",
                        provider_kind="own",
                        placement="own_municipality",
                        station_id="fp2024-3",
                        annual_saving=chance.randrange(35, 52) * STEP,
                    ),
                )

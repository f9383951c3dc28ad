"""Write the synthetic extracts that ship with the project.

They stand in for what a municipality delivers from its case, finance and HR systems, and everything built on them is
marked `sample`. No person and no real case is behind them. They are calibrated to what is printed: the high-cost
cases meet SAU-09 in count and sum, bracket by bracket, in all seven printed months, and SAU-10 in December 2024; from
April to May 2026 four cases come, three go and four others rise, as punkt 86 says. The printed figures are read from
the seeds. The same bytes come out each time.
"""

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from fingerplan.gate.extracts import declared_extracts
from fingerplan.gate.personal_data import in_letters

FIRST, LAST = date(2024, 1, 1), date(2026, 5, 1)
MUNICIPALITY = "0730"
BRACKETS = ("25", "50", "75")
STEP = 1200  # annual costs are whole hundreds of kroner a month, so that every month is exact
MONTH_NAMES = [
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
]  # the labels of the printed rows

# from April to May 2026 (punkt 86): four others rise by 1,6 to 4 mio. kr. each, 10,4 in all
PRICE_RISES = (1_599_600, 2_199_600, 2_600_400, 3_999_600)


@dataclass
class Case:
    """A case as the case system would hold it; costs in kroner a year."""

    case_id: str
    annual_cost: int
    service_code: str
    provider_kind: str
    placement: str
    station_id: str = ""
    annual_saving: int = 0

    @property
    def fixed(self) -> bool:
        """A case that a station works with keeps its cost, so that its saving can be followed."""
        return bool(self.station_id)


@dataclass(frozen=True)
class Target:
    """Count and annual cost in kroner of each bracket in a month."""

    cases: tuple[int, int, int]
    cost: tuple[int, int, int]


def write_sample(root: Path) -> list[Path]:
    """Write the sample extracts below `root/seeds/extracts`, the same bytes each time.

    Returns:
        The files that were written.
    """
    chance = random.Random(20260609)  # noqa: S311 - synthetic data, not a secret
    folder = root / "seeds" / "extracts"
    folder.mkdir(exist_ok=True)
    rows = list(_case_rows(root, chance))
    headers = {kind: list(declaration.column_types) for kind, declaration in declared_extracts(root).items()}
    written = []
    for year in range(FIRST.year, LAST.year + 1):
        of_year = [row for row in rows if row[1].startswith(str(year))]
        written.append(_write(folder / f"sample_cases_{year}.csv", headers["cases"], of_year))
    written.append(_write(folder / "sample_postings.csv", headers["postings"], _posting_rows(chance)))
    written.append(_write(folder / "sample_kpis.csv", headers["kpis"], _kpi_rows(chance)))
    return written


def _write(file: Path, header: list[str], rows) -> Path:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    return file


def _months(first: date, last: date) -> Iterator[date]:
    month = first
    while month <= last:
        yield month
        month = _next(month)


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _distance(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def _read(root: Path, name: str) -> list[dict[str, str]]:
    with (root / "seeds" / f"{name}.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


# --- high-cost cases -------------------------------------------------------------------------------------------------


def _printed_targets(root: Path) -> dict[date, Target]:
    """Read the printed months of SAU-09, and the Decembers of 2023 and 2024 of SAU-10."""
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


def _target(printed: dict[date, Target], month: date) -> Target:
    """The printed figures of a month, or those on the straight line between the two printed months around it."""
    before = max(m for m in printed if m <= month)
    if before == month:
        return printed[month]
    after = min(m for m in printed if m > month)
    share = (_distance(before, month), _distance(before, after))

    def between(first: int, last: int) -> int:
        return first + (last - first) * share[0] // share[1]

    return Target(
        tuple(map(between, printed[before].cases, printed[after].cases)),
        tuple(map(between, printed[before].cost, printed[after].cost)),
    )


def _floors(root: Path, year: int) -> tuple[int, int, int]:
    """Lowest annual cost of each bracket.

    The thresholds of 2023 to 2025 are not known. The synthetic cases need some all the same, so theirs lie on the line
    between 2022 and 2026; nothing else uses them, and no refund is computed from them.
    """
    known = {
        (int(row["year"]), row["bracket"]): int(Decimal(row["threshold_dkk"]))
        for row in _read(root, "high_cost_cases/refund_thresholds")
    }
    return tuple(
        known.get((year, b)) or known[2022, b] + (known[2026, b] - known[2022, b]) * (year - 2022) // 4
        for b in BRACKETS
    )


class Caseload:
    """The high-cost cases of one month, moved on to the next."""

    def __init__(self, chance: random.Random):
        """Start without cases."""
        self.chance = chance
        self.brackets: list[list[Case]] = [[], [], []]
        self.numbers = iter(range(1, 100_000))

    def enter(self, bracket: int, annual_cost: int) -> Case:
        """Let a new case in; the municipality's own places are kept at 63 pct., as they were in 2025 (punkt 78)."""
        places = [case for others in self.brackets for case in others if case.service_code != "SEL §85"]
        own_places = sum(case.placement == "own_municipality" for case in places)
        own = 100 * own_places <= 63 * len(places)
        elsewhere = self.chance.choices(["private", "other_municipality", "region"], [6, 3, 1])[0]
        case = Case(
            case_id=_pseudonym(self.chance, f"{next(self.numbers):04d}"),
            annual_cost=_rounded(annual_cost),
            service_code=self.chance.choices(["SEL §107", "SEL §108", "ABL §105", "SEL §85"], [30, 25, 40, 5])[0],
            provider_kind="own" if own else elsewhere,
            placement="own_municipality" if own else "other_municipality",
        )
        self.brackets[bracket].append(case)
        return case

    def leave(self, bracket: int) -> None:
        """Let a case go that no station works with."""
        self.brackets[bracket].remove(self.chance.choice(self.free(bracket)))

    def free(self, bracket: int) -> list[Case]:
        """The cases of a bracket whose cost may change."""
        return [case for case in self.brackets[bracket] if not case.fixed]

    def rise(self, bracket: int, floor: int) -> None:
        """Let the dearest free case of a bracket rise into the next one."""
        case = max(self.free(bracket), key=lambda c: c.annual_cost)
        self.brackets[bracket].remove(case)
        case.annual_cost = _rounded(floor + self.chance.randrange(20_000, 300_000))
        self.brackets[bracket + 1].append(case)

    def place(self, floors: tuple[int, int, int]) -> None:
        """Sort the cases by the thresholds of a new year; what falls below the first is no high-cost case."""
        cases = [case for bracket in self.brackets for case in bracket]
        self.brackets = [[], [], []]
        for case in cases:
            if case.fixed:
                case.annual_cost = max(case.annual_cost, _rounded(floors[0] + 2 * STEP))
            above = sum(case.annual_cost > floor for floor in floors)
            if above:
                self.brackets[above - 1].append(case)

    def meet(
        self, target: Target, floors: tuple[int, int, int], churn: int, keep: frozenset[str] = frozenset()
    ) -> None:
        """Let cases come, go and rise until the counts are met, then move prices until the sums are."""
        for _ in range(churn if self.brackets[0] else 0):
            self.leave(0)
        for bracket in (1, 0):
            while len(self.brackets[bracket + 1]) < target.cases[bracket + 1] and self.free(bracket):
                self.rise(bracket, floors[bracket + 1])
        for bracket in (0, 1, 2):
            while len(self.brackets[bracket]) > target.cases[bracket]:
                self.leave(bracket)
            while len(self.brackets[bracket]) < target.cases[bracket]:
                self.enter(bracket, floors[bracket] + self.chance.randrange(20_000, 250_000))
        self.meet_sums(target, floors, keep)

    def meet_sums(self, target: Target, floors: tuple[int, int, int], keep: frozenset[str]) -> None:
        """Move single prices within their bracket until each bracket has its sum, to less than a step."""
        ceilings = (floors[1], floors[2], 12_000_000)
        for bracket, cost in enumerate(target.cost):
            movable = [case for case in self.free(bracket) if case.case_id not in keep]
            missing = cost - sum(case.annual_cost for case in self.brackets[bracket])
            while abs(missing) >= STEP:
                case = self.chance.choice(movable)
                if missing > 0:
                    room = ceilings[bracket] - case.annual_cost
                else:
                    room = case.annual_cost - floors[bracket] - STEP
                move = min(abs(missing), max(room, 0), 30_000 * self.chance.randrange(1, 9)) // STEP * STEP
                move = move if missing > 0 else -move
                case.annual_cost += move
                missing -= move

    def move_from_april_to_may(self, target: Target, marked: dict[str, list[Case]]) -> None:
        """Four come, three go and four others rise, so that May is met without another price moving."""
        before = [sum(case.annual_cost for case in bracket) for bracket in self.brackets]
        for bracket, cases in ((0, marked["leave_25"]), (2, marked["leave_75"])):
            for case in cases:
                self.brackets[bracket].remove(case)
                before[bracket] -= case.annual_cost
        for bracket, cases, rises in ((0, marked["rise_25"], PRICE_RISES[:2]), (1, marked["rise_50"], PRICE_RISES[2:])):
            for case, rise in zip(cases, rises, strict=True):
                self.brackets[bracket].remove(case)
                before[bracket] -= case.annual_cost
                case.annual_cost += rise
                self.brackets[2].append(case)
                before[2] += case.annual_cost
        missing = [cost - have for cost, have in zip(target.cost, before, strict=True)]
        first = self.enter(0, missing[0] // 2)
        self.enter(0, missing[0] - first.annual_cost)
        self.enter(1, missing[1])
        self.enter(2, missing[2])

    def mark_for_may(self) -> dict[str, list[Case]]:
        """Choose in April the cases that leave or rise in May, and give them costs that let the sums of May be met."""
        low, middle, high = (self.chance.sample(self.free(bracket), 6) for bracket in (0, 1, 2))
        marked = {"leave_25": low[:2], "rise_25": low[2:4], "rise_50": middle[:2], "leave_75": high[:1]}
        for name, cost in (
            ("leave_25", 1_500_000),
            ("rise_25", 1_600_000),
            ("rise_50", 2_100_000),
            ("leave_75", 3_100_000),
        ):
            for case in marked[name]:
                case.annual_cost = _rounded(cost)
        return marked


def _pseudonym(chance: random.Random, number: str) -> str:
    """Give a case an id that says what it is, in letters: ten digits in a row would pass for a CPR number."""
    return f"sample-{in_letters(f'{chance.getrandbits(48):012x}')}{number}"


def _rounded(annual_cost: int) -> int:
    return annual_cost // STEP * STEP


def _case_rows(root: Path, chance: random.Random) -> Iterator[list]:
    """Rows of the case extract, month by month."""
    printed = _printed_targets(root)
    caseload = Caseload(chance)
    april, may = date(2026, 4, 1), date(2026, 5, 1)
    marked: dict[str, list[Case]] = {}
    parents = list(_lost_earnings_cases(chance))
    for month in _months(date(2023, 12, 1), LAST):
        floors, target = _floors(root, month.year), _target(printed, month)
        if month.month == 1:
            for bracket in caseload.brackets:
                for case in bracket:
                    case.annual_cost = _rounded(case.annual_cost * 103 // 100)
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


def _case_row(month: date, case: Case, bracket: str) -> list:
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
    """Station 4 keeps a citizen in an own home instead of an external one; station 5 renegotiates private contracts."""
    pathways = {date(2024, 8, 1): 456_000, date(2025, 4, 1): 492_000, date(2026, 4, 1): 432_000}
    contracts = {date(2024, 3, 1): 5, date(2024, 10, 1): 3, date(2026, 2, 1): 2}
    if month in pathways:
        own = [case for case in caseload.free(0) if case.provider_kind == "own"]
        case = caseload.chance.choice(own)
        case.station_id, case.annual_saving = "fp2024-4", pathways[month]
    for _ in range(contracts.get(month, 0)):
        private = [case for case in caseload.free(0) if case.provider_kind == "private"]
        case = caseload.chance.choice(private)
        case.station_id, case.annual_saving = "fp2024-5", _rounded(case.annual_cost * 3 // 100)


def _lost_earnings_cases(chance: random.Random) -> Iterator[tuple[date, Case]]:
    """Parents on lost earnings whose course station 3 shortens: slowly at first, in full from 2026."""
    starts = {2024: (3, 2), 2025: (1, 2), 2026: (1, 2)}
    for year, (first_month, a_month) in starts.items():
        for month in range(first_month, 13):
            for number in range(a_month if month % 2 else 1):
                cost = chance.randrange(60, 110) * STEP
                yield (
                    date(year, month, 1),
                    Case(
                        case_id=_pseudonym(chance, f"9{year % 100}{month:02d}{number}"),
                        annual_cost=cost,
                        service_code="BL §87",
                        provider_kind="own",
                        placement="own_municipality",
                        station_id="fp2024-3",
                        annual_saving=chance.randrange(35, 52) * STEP,
                    ),
                )


# --- postings and key figures ----------------------------------------------------------------------------------------


def _posting_rows(chance: random.Random) -> Iterator[list]:
    """What was posted on the cost lines; station 6's team costs more than planned."""
    training = {date(2024, 3, 1): 84_500, date(2024, 5, 1): 61_200, date(2024, 9, 1): 47_900}
    for month in _months(FIRST, LAST):
        if month in training:
            yield [month.isoformat(), "fp2024-1-2", f"{training[month]}.00"]
        if month.month in (4, 10):
            yield [month.isoformat(), "fp2024-1-3", f"{chance.randrange(190, 265) * 100}.00"]
        if month.month in (1, 7):
            yield [month.isoformat(), "fp2024-2-1", "100000.00"]
        if month >= date(2024, 6, 1):
            yield [month.isoformat(), "fp2024-3-1", f"{chance.randrange(395, 425) * 100}.00"]
        yield [month.isoformat(), "fp2024-6-1", f"{chance.randrange(930, 1010) * 100}.00"]
        yield [month.isoformat(), "fp2024-7-1", f"{chance.randrange(1290, 1430) * 100}.00"]


def _kpi_rows(chance: random.Random) -> Iterator[list]:
    """Key figures from the case, finance and HR systems."""
    recruitments = {date(2024, 9, 1), date(2024, 12, 1), date(2025, 2, 1), date(2025, 5, 1), date(2025, 6, 1)}
    recruitments |= {date(2025, 9, 1), date(2025, 11, 1), date(2026, 3, 1)}
    persons = 311
    for number, month in enumerate(_months(FIRST, LAST)):
        since_june = max(_distance(date(2024, 5, 1), month), 0)
        virtual = min(48 + 9 * since_june, 232) + chance.randrange(-6, 7) if since_june else 0
        persons += chance.choice([0, 1, 1, 2]) if month < date(2025, 3, 1) else chance.choice([-2, -1, 0, 1])
        sick_days = (
            Decimal("13.5") - Decimal(min(number, 18)) * Decimal("0.06") + Decimal(chance.randrange(-8, 9)) / 100
        )
        positions = {2024: "0.5", 2025: "1.0" if month.month < 7 else "1.5", 2026: "2.0" if month.month < 3 else "2.5"}
        values = {
            "virtual_visits": str(virtual),
            "physical_visits": str(675 - virtual + chance.randrange(-15, 16)),
            "positions_reduced": "0.0" if month < date(2024, 3, 1) else positions[month.year],
            "recruitments_avoided": str(int(month in recruitments)),
            "sick_days_per_employee": f"{sick_days:.2f}",
            "lost_earnings_persons": str(persons),
        }
        for kpi_id, value in values.items():
            yield [month.isoformat(), kpi_id, value]

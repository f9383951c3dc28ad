"""The high-cost cases of a month, and how they change until they match the printed figures."""

import random
from dataclasses import dataclass

from fingerplan.gate.personal_data import in_letters
from fingerplan.sample.targets import ByBracket, Target

STEP = 1200  # annual costs are whole hundreds of kroner a month, so that every month is exact

# from April to May 2026 (punkt 86) four cases rise by 1,6 to 4 mio. kr. each, 10,4 in all
PRICE_RISES = (1_599_600, 2_199_600, 2_600_400, 3_999_600)


@dataclass
class Case:
    """A case as a case system would hold it; costs in kroner a year."""

    case_id: str
    annual_cost: int
    service_code: str
    provider_kind: str
    placement: str
    station_id: str = ""
    annual_saving: int = 0

    @property
    def fixed(self) -> bool:
        """Say whether the cost stays: a station works with the case, and its saving must be traceable."""
        return bool(self.station_id)


class Caseload:
    """The high-cost cases of one month, which are advanced month by month."""

    def __init__(self, chance: random.Random):
        """Start with no cases."""
        self.chance = chance
        self.brackets: list[list[Case]] = [[], [], []]
        self.numbers = iter(range(1, 100_000))

    def enter(self, bracket: int, annual_cost: int) -> Case:
        """Add a new case; the municipality's own places stay at 63 pct., as they were in 2025 (punkt 78)."""
        places = [case for others in self.brackets for case in others if case.service_code != "SEL §85"]
        own_places = sum(case.placement == "own_municipality" for case in places)
        own = 100 * own_places <= 63 * len(places)
        elsewhere = self.chance.choices(["private", "other_municipality", "region"], [6, 3, 1])[0]
        case = Case(
            case_id=pseudonym(self.chance, f"{next(self.numbers):04d}"),
            annual_cost=rounded(annual_cost),
            service_code=self.chance.choices(["SEL §107", "SEL §108", "ABL §105", "SEL §85"], [30, 25, 40, 5])[0],
            provider_kind="own" if own else elsewhere,
            placement="own_municipality" if own else "other_municipality",
        )
        self.brackets[bracket].append(case)
        return case

    def leave(self, bracket: int) -> None:
        """Remove a case that no station works with."""
        self.brackets[bracket].remove(self.chance.choice(self.free(bracket)))

    def free(self, bracket: int) -> list[Case]:
        """List the cases of a bracket whose cost may change."""
        return [case for case in self.brackets[bracket] if not case.fixed]

    def rise(self, bracket: int, floor: int) -> None:
        """Move the most expensive free case of a bracket into the next one."""
        case = max(self.free(bracket), key=lambda c: c.annual_cost)
        self.brackets[bracket].remove(case)
        case.annual_cost = rounded(floor + self.chance.randrange(20_000, 300_000))
        self.brackets[bracket + 1].append(case)

    def place(self, floors: ByBracket) -> None:
        """Sort the cases by the thresholds of a new year; below the first threshold, a case is not high-cost."""
        cases = [case for bracket in self.brackets for case in bracket]
        self.brackets = [[], [], []]
        for case in cases:
            if case.fixed:
                case.annual_cost = max(case.annual_cost, rounded(floors[0] + 2 * STEP))
            above = sum(case.annual_cost > floor for floor in floors)
            if above:
                self.brackets[above - 1].append(case)

    def meet(
        self, target: Target, floors: ByBracket, churn: int, keep: frozenset[str] = frozenset()
    ) -> None:
        """Add, remove and move cases until the counts match, then change prices until the sums match."""
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

    def meet_sums(self, target: Target, floors: ByBracket, keep: frozenset[str]) -> None:
        """Change single prices within their bracket until each sum matches to less than a step."""
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
        """Add four cases, remove three and raise four others, so that May matches without any other price change."""
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
        """Choose in April the cases that leave or rise in May, with costs that let the sums of May match."""
        low, middle, high = (self.chance.sample(self.free(bracket), 6) for bracket in (0, 1, 2))
        marked = {"leave_25": low[:2], "rise_25": low[2:4], "rise_50": middle[:2], "leave_75": high[:1]}
        for name, cost in (
            ("leave_25", 1_500_000),
            ("rise_25", 1_600_000),
            ("rise_50", 2_100_000),
            ("leave_75", 3_100_000),
        ):
            for case in marked[name]:
                case.annual_cost = rounded(cost)
        return marked


def pseudonym(chance: random.Random, number: str) -> str:
    """Make a case id that names itself a sample, in letters: ten digits in a row could be read as a CPR number."""
    return f"sample-{in_letters(f'{chance.getrandbits(48):012x}')}{number}"


def rounded(annual_cost: int) -> int:
    """Round down to a whole number of steps."""
    return annual_cost // STEP * STEP

"""What the sample must match is read from the printed figures, and lies on a line between them."""

from datetime import date

from fingerplan.sample.targets import Target, bracket_floors, printed_targets, target_of
from tests.support.project import ROOT

APRIL, JUNE = date(2026, 4, 1), date(2026, 6, 1)
PRINTED = {APRIL: Target((10, 4, 2), (1000, 400, 200)), JUNE: Target((14, 4, 0), (1400, 500, 0))}


def test_a_printed_month_is_its_own_target_and_one_between_lies_on_the_line():
    assert target_of(PRINTED, JUNE) == PRINTED[JUNE]
    assert target_of(PRINTED, date(2026, 5, 1)) == Target((12, 4, 1), (1200, 450, 100))


def test_the_printed_months_have_counts_and_whole_kroner():
    printed = printed_targets(ROOT)
    assert {date(2023, 12, 1), date(2024, 12, 1), date(2026, 5, 1)} <= printed.keys()
    assert all(min(target.cases) > 0 and min(target.cost) > 1_000_000 for target in printed.values())


def test_known_thresholds_are_the_floors_and_unknown_ones_lie_between():
    known = bracket_floors(ROOT, 2026)
    assert known == (990_000, 1_930_000, 2_430_000), "SAU-08"
    before, after = bracket_floors(ROOT, 2024), bracket_floors(ROOT, 2025)
    assert all(low < high < top for low, high, top in zip(before, after, known, strict=True))

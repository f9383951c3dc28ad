"""A caseload is moved until it has the counts and sums of its target, and what a station works with stays."""

import random

import pytest

from fingerplan.sample.caseload import PRICE_RISES, STEP, Caseload, pseudonym, rounded
from fingerplan.sample.targets import Target

FLOORS = (990_000, 1_930_000, 2_430_000)
TARGET = Target((12, 6, 7), (16_000_000, 13_000_000, 21_000_000))


@pytest.fixture
def caseload() -> Caseload:
    caseload = Caseload(random.Random(1))  # noqa: S311 - synthetic data
    caseload.meet(TARGET, FLOORS, churn=2)
    return caseload


def sums(caseload: Caseload) -> list[int]:
    return [sum(case.annual_cost for case in bracket) for bracket in caseload.brackets]


def test_counts_are_met_and_sums_to_less_than_a_step(caseload):
    assert [len(bracket) for bracket in caseload.brackets] == list(TARGET.cases)
    assert all(abs(cost - found) < STEP for cost, found in zip(TARGET.cost, sums(caseload), strict=True))
    assert all(case.annual_cost % STEP == 0 for bracket in caseload.brackets for case in bracket)
    for bracket, (floor, ceiling) in enumerate(zip(FLOORS, (*FLOORS[1:], 12_000_000), strict=True)):
        assert all(floor < case.annual_cost <= ceiling for case in caseload.brackets[bracket])


def test_a_case_that_a_station_works_with_neither_leaves_nor_changes(caseload):
    attributed = caseload.brackets[0][0]
    attributed.station_id, cost = "fp2024-4", attributed.annual_cost
    caseload.meet(Target((3, 6, 7), (4_000_000, 13_100_000, 21_000_000)), FLOORS, churn=3)
    assert attributed in caseload.brackets[0]
    assert attributed.annual_cost == cost


def test_new_thresholds_sort_the_cases_again_and_drop_those_below(caseload):
    dearest = max(case.annual_cost for bracket in caseload.brackets for case in bracket)
    caseload.place((dearest - STEP, dearest + STEP, dearest + 2 * STEP))
    assert [len(bracket) for bracket in caseload.brackets] == [1, 0, 0]


def test_from_april_to_may_only_the_marked_cases_and_the_new_ones_change(caseload):
    marked = caseload.mark_for_may()
    chosen = {case.case_id for cases in marked.values() for case in cases}
    caseload.meet_sums(TARGET, FLOORS, frozenset(chosen))
    before = {case.case_id: case.annual_cost for bracket in caseload.brackets for case in bracket}
    may = Target((10, 5, 11), (12_200_000, 10_900_000, 38_700_000))
    caseload.move_from_april_to_may(may, marked)
    after = {case.case_id: case.annual_cost for bracket in caseload.brackets for case in bracket}
    assert (len(after.keys() - before.keys()), len(before.keys() - after.keys())) == (4, 3)
    changed = [after[case] - before[case] for case in after.keys() & before.keys() if after[case] != before[case]]
    assert sorted(changed) == sorted(PRICE_RISES)


def test_a_pseudonym_names_itself_a_sample_and_holds_no_other_digits():
    assert pseudonym(random.Random(1), "0042").removeprefix("sample-")[:12].isalpha()  # noqa: S311
    assert rounded(STEP * 3 + 1) == STEP * 3

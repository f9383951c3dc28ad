"""The months that the sample covers."""

from datetime import date

from fingerplan.sample.period import FIRST, LAST, distance, months


def test_it_covers_every_month_from_the_first_through_the_last():
    covered = list(months(FIRST, LAST))
    assert (covered[0], covered[-1], len(covered)) == (date(2024, 1, 1), date(2026, 5, 1), 29)
    assert covered == sorted(set(covered))
    assert list(months(LAST, FIRST)) == []


def test_a_distance_counts_months_over_the_turn_of_a_year():
    assert distance(date(2024, 11, 1), date(2025, 2, 1)) == 3
    assert distance(date(2025, 2, 1), date(2024, 11, 1)) == -3

"""The refund per case compared with an independent, straightforward calculation, on random cases."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

# serviceloven § 176 at 2026 level (SAU-08): the threshold of each bracket and its rate
BRACKETS = [(990_000, Fraction(1, 4)), (1_930_000, Fraction(1, 2)), (2_430_000, Fraction(3, 4))]

costs = st.integers(min_value=0, max_value=60_000_000).map(lambda oere: Decimal(oere) / 100)
edges = st.sampled_from([990_000, 1_930_000, 2_430_000]).flatmap(
    lambda threshold: st.sampled_from([-1, 0, 1]).map(
        lambda oere: (Decimal(threshold) / 12).quantize(Decimal("0.01")) + Decimal(oere) / 100
    )
)


def annual_refund(cost: Fraction) -> Fraction:
    """Compute the refund of a year's cost: each slice of the cost at the rate of its bracket."""
    refund = Fraction(0)
    for number, (threshold, rate) in enumerate(BRACKETS):
        ceiling = BRACKETS[number + 1][0] if number < 2 else None
        if cost > threshold:
            refund += rate * ((min(cost, ceiling) if ceiling else cost) - threshold)
    return refund


def monthly_refund(cost: Decimal) -> Decimal:
    """Compute the refund of a month against a twelfth of the thresholds, to the øre."""
    exact = annual_refund(12 * Fraction(cost)) / 12
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.fixture(scope="module")
def refunds_of(built: Path, tmp_path_factory: pytest.TempPathFactory):
    """Run made-up cases through the project's own views."""
    file = tmp_path_factory.mktemp("refund") / "fingerplan.duckdb"
    file.write_bytes((built / "warehouse" / "dev" / "fingerplan.duckdb").read_bytes())
    with duckdb.connect(str(file)) as connection:

        def run(months: dict[date, Decimal]) -> dict[date, Decimal]:
            connection.execute("begin")
            try:
                connection.execute("create table made as from staging.stg_extracts__cases limit 0")
                connection.executemany(
                    "insert into made values ('0730', ?, 'one', 'SEL §107', 'own',"
                    " 'own_municipality', 'level', ?, 'none', null, null, 'sample')",
                    [[month, cost] for month, cost in months.items()],
                )
                connection.execute("create or replace view staging.stg_extracts__cases as from made")
                rows = connection.execute(
                    "select month, actual_refund_dkk from intermediate.int_cases__refunds"
                ).fetchall()
                return dict(rows)
            finally:
                connection.execute("rollback")

        yield run


months_2026 = [date(2026, month, 1) for month in range(1, 13)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(yearly=st.lists(st.one_of(costs, edges), min_size=12, max_size=12))
def test_it_is_the_independent_calculation_month_by_month(refunds_of, yearly):
    found = refunds_of(dict(zip(months_2026, yearly, strict=True)))
    assert found == {month: monthly_refund(cost) for month, cost in zip(months_2026, yearly, strict=True)}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=costs, after=costs, changes_in=st.integers(min_value=1, max_value=11))
def test_the_annual_formula_is_a_lower_bound_when_the_cost_changes_in_mid_year(refunds_of, before, after, changes_in):
    yearly = [before] * changes_in + [after] * (12 - changes_in)
    settled = sum(refunds_of(dict(zip(months_2026, yearly, strict=True))).values())
    annual = annual_refund(sum(map(Fraction, yearly), Fraction(0)))
    a_rounding_a_month = Fraction(12, 200)
    assert annual <= Fraction(settled) + a_rounding_a_month


def test_a_case_that_becomes_expensive_in_july_is_refunded_more_than_its_annual_cost_says(refunds_of):
    yearly = [Decimal(50_000)] * 6 + [Decimal(250_000)] * 6
    settled = sum(refunds_of(dict(zip(months_2026, yearly, strict=True))).values())
    # 1,8 mio. kr. a year: 25 pct. of 810.000; month by month the second half passes every twelfth
    assert annual_refund(Fraction(sum(yearly))) == 202_500
    assert settled == 6 * monthly_refund(Decimal(250_000)) == Decimal("456250.02")


def test_nothing_is_refunded_in_a_year_without_thresholds(refunds_of):
    assert refunds_of({date(2025, 5, 1): Decimal(400_000)}) == {date(2025, 5, 1): None}

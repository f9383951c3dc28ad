"""The SQL against figures computed by hand, with the thresholds of 2026: 990.000, 1.930.000 and 2.430.000 kr."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from benchmarks import limit

Tables = Callable[..., duckdb.DuckDBPyConnection]
COLUMNS = (
    "municipality_code varchar, month date, case_id varchar, service_code varchar, provider_kind varchar,"
    " placement varchar, cost_kind varchar, monthly_cost_dkk decimal(18, 2), station_id varchar,"
    " counterfactual_monthly_cost_dkk decimal(18, 2), data_origin varchar"
)


def case(
    case_id: str, cost: float, kind: str = "level", service: str = "SEL §108", without: float | None = None
) -> str:
    station = "null" if without is None else "'fp2024-4'"
    return (
        f"('0730', '{{month}}', '{case_id}', '{service}', 'own', 'own_municipality', '{kind}', {cost},"
        f" {station}, {'null' if without is None else without}, 'sample')"
    )


@pytest.fixture
def tables(tmp_path) -> Tables:
    thresholds = tmp_path / "refund_thresholds.csv"
    thresholds.write_text("year,bracket,threshold_dkk\n2026,25,990000\n2026,50,1930000\n2026,75,2430000\n")

    def make(*months: list[str], last_only: bool = False) -> duckdb.DuckDBPyConnection:
        files: list[Path] = []
        connection = duckdb.connect()
        for number, rows in enumerate(months, start=1):
            month = f"2026-{number:02d}-01"
            files.append(tmp_path / f"month={month}" / "version=001" / "extract.parquet")
            files[-1].parent.mkdir(parents=True)
            connection.execute(f"create or replace temp table written ({COLUMNS})")
            connection.execute(f"insert into written values {', '.join(rows).format(month=month)}")
            connection.execute(f"copy written to '{files[-1]}' (format parquet)")
        limit.make_tables(connection, files, thresholds, last_only)
        return connection

    return make


@pytest.mark.parametrize(
    ("rows", "refund_dkk"),
    [
        # 12 x 100.000 is 210.000 above 990.000, a quarter of which is 52.500 a year
        pytest.param([case("a", 100_000)], "4375.00", id="25 pct."),
        # 12 x 250.000 is 3.000.000: (2.010.000 + 1.070.000 + 570.000) / 4 / 12
        pytest.param([case("a", 250_000)], "76041.67", id="all three brackets, rounded half up"),
        pytest.param([case("a", 82_500)], "0.00", id="exactly the first threshold"),
        # half the cost, rounded half up
        pytest.param([case("a", 100.01, service="BL §87")], "50.01", id="lost earnings"),
        # the bill is a cost of its month: 12 x 105.000 is 270.000 above 990.000, a quarter and a twelfth of which count
        pytest.param([case("a", 80_000), case("a", 25_000, kind="one_off")], "5625.00", id="a bill in the month"),
    ],
)
def test_the_refund_of_a_month_is_computed_in_integer_oere(tables, rows, refund_dkk):
    [(cases, gross, refund, net)] = tables(rows).sql(
        "select cases, gross_dkk, refund_dkk, net_dkk from case_month"
    ).fetchall()
    assert cases == 1
    assert (refund, net) == (Decimal(refund_dkk), gross - Decimal(refund_dkk))


def test_brackets_hold_the_annual_level(tables):
    found = tables([case("a", 100_000), case("b", 250_000), case("c", 1_000)]).sql(
        "select bracket, cases, gross_dkk, refund_dkk from bracket order by bracket"
    )
    assert found.fetchall() == [("25", 1, 1_200_000, 52_500), ("75", 1, 3_000_000, 912_500)]


def test_an_effect_is_the_cost_less_what_it_would_have_been_also_net_of_refund(tables):
    [effect] = tables([case("a", 100_000, without=110_000), case("b", 5_000)]).sql("from effect").fetchall()
    # the refund falls from 12 x 110.000 - 990.000 = 330.000 / 48 = 6.875 to 4.375
    assert effect[0] == "fp2024-4"
    assert effect[2:] == (1, -10_000, -7_500)


@pytest.mark.parametrize("last_only", [False, True])
def test_movements_compare_a_month_with_the_one_before(tables, last_only):
    january = [case("leaves", 100_000), case("rises", 100_000), case("stays", 90_000), case("low", 1_000)]
    february = [case("enters", 100_000), case("rises", 110_000), case("stays", 90_000), case("low", 2_000)]
    found = tables(january, february, last_only=last_only).sql(
        "select component, cases, gross_dkk, net_dkk from movement where component is not null order by component"
    )
    assert found.fetchall() == [
        ("entry", 1, 1_200_000, 1_147_500),
        ("exit", 1, -1_200_000, -1_147_500),
        ("price_increase", 1, 120_000, 90_000),
    ]


def test_a_refresh_computes_the_last_month_only(tables):
    connection = tables([case("a", 100_000)], [case("a", 100_000)], last_only=True)
    months = connection.sql("select month::text from case_month")
    assert months.fetchall() == [("2026-02-01",)]

"""What others rely on: names, types, grains and the printed totals of the published plan."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

# the marts of the contract that this part of the project builds, with the columns that must exist, and the revisions
# behind its printed figures
MARTS = {
    "dim_track": "track_no track_name track_goal",
    "dim_station": "station_id station_no station_name track_no plan_period status has_budget",
    "dim_budget_line": "line_id station_id line_no line_name component funding_area method method_note",
    "fct_station_budget": "line_id year station_id expected_effect_dkk is_printed",
    "fct_station_effect_month": (
        "line_id month station_id expected_effect_dkk realised_effect_dkk realised_net_of_refund_dkk planned_quantity"
        " realised_quantity quantity_unit unit_price_dkk quantity_effect_dkk price_effect_dkk data_origin"
    ),
    "fct_station_effect": (
        "station_id year expected_gain_dkk expected_cost_dkk expected_effect_dkk expected_to_date_dkk"
        " expected_to_date_measured_dkk realised_to_date_dkk realised_net_of_refund_dkk deviation_to_date_dkk"
        " realisation_share forecast_effect_dkk measured_lines total_lines realised_through_month measurement_status"
        " data_origin"
    ),
    "fct_high_cost_case_bridge": "from_month to_month component cases gross_dkk net_dkk",
    "fct_case_month": (
        "municipality_code month service_code provider_kind placement bracket cases gross_dkk refund_dkk net_dkk"
        " data_origin"
    ),
    "fct_kpi": "kpi_id area period_start period_type value unit table_id data_origin",
    "fct_high_cost_case": "series period_start bracket cases gross_dkk refund_dkk net_dkk refund_basis",
    "fct_self_sufficiency": "basis period_start version self_sufficiency_share table_id",
    "fct_budget_followup": "table_id line_no column_no area line_name column_name amount_dkk",
    "fct_appropriation": "table_id line_no year area line_name amount_dkk",
    "fct_expiring_grant": "grant_name year amount_dkk price_level_year",
    "fct_housing_plan": "project_name places cost_dkk status plan_version",
    "fct_published_figure": (
        "table_id row_no column_no document_id row_label column_label value_as_printed value unit source_line"
        " first_value_as_printed first_value revisions"
    ),
    "fct_figure_revision": (
        "table_id row_no column_no revision_no figure_id row_label column_label unit earlier_value_as_printed"
        " earlier_value revised_value_as_printed revised_value difference document_id source_line"
    ),
    "rpt_reconciliation": (
        "check_id check_kind description table_id printed_value computed_value difference tolerance verdict explanation"
    ),
}


@pytest.fixture(scope="module")
def warehouse(built: Path):
    with duckdb.connect(str(built / "warehouse" / "dev" / "fingerplan.duckdb"), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize("mart", MARTS)
def test_a_mart_has_its_columns_and_its_key(warehouse, mart):
    columns = {name for name, *_ in warehouse.execute(f"describe marts.{mart}").fetchall()}
    assert set(MARTS[mart].split()) <= columns
    keys = warehouse.execute(
        "select count(*) from duckdb_constraints()"
        " where schema_name = 'marts' and table_name = ? and constraint_type = 'PRIMARY KEY'",
        [mart],
    ).fetchone()
    assert keys == (1,)


def test_marts_are_tables_of_exact_types_with_units_in_their_names(warehouse):
    views = warehouse.execute("select view_name from duckdb_views() where schema_name = 'marts'").fetchall()
    assert views == []
    columns = warehouse.execute(
        "select table_name, column_name, data_type from duckdb_columns() where schema_name = 'marts'"
    ).fetchall()
    assert len(columns) > 100
    for mart, column, data_type in columns:
        assert data_type in {"VARCHAR", "INTEGER", "DATE"} or data_type.startswith("DECIMAL"), (mart, column)
        if column.endswith("_dkk"):
            assert data_type == "DECIMAL(18,2)", (mart, column)
        if column.endswith("_share"):
            assert data_type == "DECIMAL(9,6)", (mart, column)


def test_every_mart_and_column_carries_its_description_into_the_file(warehouse):
    bare = warehouse.execute(
        "select table_name, column_name from duckdb_columns() where schema_name = 'marts' and comment is null"
    ).fetchall()
    assert bare == []


def test_the_28_printed_nets_and_the_plan_totals(warehouse, built):
    with (built / "seeds" / "documents" / "plan_table_cells.csv").open(encoding="utf-8") as stream:
        overview = [row for row in csv.DictReader(stream) if row["table_id"] == "FP-01"]
    printed = {
        (int(row["row_no"]), int(row["column_label"])): Decimal(row["value_as_printed"].replace(".", "")) * 1000
        for row in overview
    }
    nets = {
        (station_no, year): amount
        for station_no, year, amount in warehouse.execute(
            "select station_no, year, expected_effect_dkk from marts.fct_station_effect"
        ).fetchall()
    }
    assert nets == {cell: amount for cell, amount in printed.items() if cell[0] <= 7}
    totals = warehouse.execute(
        "select year, sum(expected_effect_dkk), sum(expected_gain_dkk), sum(expected_cost_dkk)"
        " from marts.fct_station_effect group by year order by year"
    ).fetchall()
    assert [(net / 1000, gain / 1000, cost / 1000) for _, net, gain, cost in totals] == [
        (400, -3000, 3400),
        (-3950, -7400, 3450),
        (-5050, -8500, 3450),
        (-6500, -9700, 3200),
    ]


def test_transfers_are_station_three_only(warehouse):
    transfers = warehouse.execute(
        "select station_no, year, expected_transfer_effect_dkk from marts.fct_station_effect"
        " where expected_transfer_effect_dkk <> 0 order by year"
    ).fetchall()
    assert transfers == [(3, 2024, -500000), (3, 2025, -2000000), (3, 2026, -2000000), (3, 2027, -2000000)]


def test_fourteen_lines_and_fifty_six_line_years_of_which_three_are_blank(warehouse):
    counts = warehouse.execute(
        "select count(*), count(distinct line_id), sum(1 - is_printed) from marts.fct_station_budget"
    ).fetchone()
    assert counts == (56, 14, 3)
    blanks = warehouse.execute(
        "select line_id, year, expected_effect_dkk from marts.fct_station_budget where is_printed = 0 order by year"
    ).fetchall()
    assert blanks == [("fp2024-1-2", 2025, 0), ("fp2024-1-2", 2026, 0), ("fp2024-1-2", 2027, 0)]


def test_every_printed_number_of_the_22_tables(warehouse):
    counts = warehouse.execute(
        "select count(*), count(distinct table_id) from marts.fct_published_figure where table_id not like '%TEXT'"
    ).fetchone()
    assert counts == (353, 22)


def test_refund_of_may_2026_and_the_net_rise_since_april(warehouse):
    rows = warehouse.execute(
        "select period_start, sum(gross_dkk), sum(refund_dkk), sum(net_dkk) from marts.fct_high_cost_case"
        " where series = 'monthly' and period_start >= date '2026-04-01' group by period_start"
    ).fetchall()
    months = {month.isoformat(): amounts for month, *amounts in rows}
    gross, refund, net = months["2026-05-01"]
    assert (gross, refund) == (Decimal("457200000.00"), Decimal("87195000.00"))
    net_rise = net - months["2026-04-01"][2]
    printed_rise = Decimal("11800000")
    assert 0 < net_rise < printed_rise / 2


def test_no_refund_is_invented_for_years_without_thresholds(warehouse):
    rows = warehouse.execute(
        "select count(*), count(refund_dkk), count(net_dkk), count(refund_basis) from marts.fct_high_cost_case"
        " where extract(year from period_start) between 2023 and 2025"
    ).fetchone()
    # 7 printed periods and 24 extract months of three brackets each
    assert rows == ((7 + 24) * 3, 0, 0, 0)


def test_what_is_realised_says_where_it_comes_from(warehouse):
    origins = warehouse.execute(
        "select year, min(data_origin), max(data_origin), min(measured_lines), max(realised_through_month)"
        " from marts.fct_station_effect group by year order by year"
    ).fetchall()
    assert origins == [
        (2024, "sample", "sample", 1, date(2024, 12, 1)),
        (2025, "sample", "sample", 1, date(2025, 12, 1)),
        (2026, "sample", "sample", 1, date(2026, 5, 1)),
        (2027, "published", "published", 0, None),
    ]


def test_the_line_that_cannot_be_measured_says_why(warehouse):
    rows = warehouse.execute(
        "select count(*), count(realised_effect_dkk), count(distinct measurement_note), max(measurement_note)"
        " from marts.fct_station_effect_month where line_id = 'fp2024-6-2'"
    ).fetchone()
    assert rows[:3] == (48, 0, 1)
    assert rows[3].startswith("Kan ikke måles: planen nævner hverken mængde eller pris")
    assert warehouse.execute(
        "select distinct measurement_status from marts.fct_station_effect where station_no = 6 and year < 2027"
    ).fetchall() == [("partly_measured",)]


def test_may_2026_came_about_as_punkt_86_says(warehouse):
    bridge = {
        component: (cases, gross)
        for component, cases, gross in warehouse.execute(
            "select component, cases, gross_dkk from marts.fct_high_cost_case_bridge where to_month = '2026-05-01'"
        ).fetchall()
    }
    assert (bridge["entry"][0], bridge["exit"][0], bridge["price_increase"][0]) == (4, 3, 4)
    assert round(bridge["price_increase"][1] / 1_000_000, 1) == Decimal("10.4")
    assert bridge["price_decrease"] == (0, 0)


def test_reconciliation_names_the_known_contradictions(warehouse):
    verdicts = dict(
        warehouse.execute("select verdict, count(*) from marts.rpt_reconciliation group by verdict").fetchall()
    )
    assert "unreconciled" not in verdicts
    assert sum(verdicts.values()) >= 60
    april = warehouse.execute(
        "select printed_value, computed_value, verdict, explanation from marts.rpt_reconciliation"
        " where check_id = 'sau_09_gross/April 2026'"
    ).fetchone()
    assert april[:3] == (Decimal("445.4"), Decimal("445.3"), "rounding")
    assert "445,3" in april[3]
    documented = {
        check
        for (check,) in warehouse.execute(
            "select check_id from marts.rpt_reconciliation where verdict = 'documented'"
        ).fetchall()
    }
    assert {"sau_09_unit_label", "fp3_randers_persons_2017", "fp3_country_persons_2022"} <= documented

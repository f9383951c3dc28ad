"""Periods and bridges hold their parts, and a total is unknown where a part is."""

from datetime import date
from decimal import Decimal

import duckdb
import pytest

from fingerplan.outputs.brief.rows import (
    CHECKS,
    LINE_MONTHS,
    PLAN_MONTHS,
    Check,
    LineMonth,
    PlanMonth,
    bridges,
    case_periods,
)
from fingerplan.outputs.mart_rows import select

MARTS = """
create schema marts;
create table marts.dim_code_name as
select * from (values ('series', 'monthly', 1), ('series', 'extract', 2), ('verdict', 'exact', 1),
    ('verdict', 'unreconciled', 2)) as names(code_set, code, sort_order);
create table marts.fct_high_cost_case as
select series, cast(period_start as date) as period_start, bracket, cases,
    cast(gross_dkk as decimal(18, 2)) as gross_dkk,
    cast(net_dkk as decimal(18, 2)) as net_dkk, cast(gross_dkk - net_dkk as decimal(18, 2)) as refund_dkk,
    'exact' as refund_basis, case when net_dkk is null then 'ukendt' end as refund_missing_reason, data_origin
from (values
    ('extract', '2026-05-01', '25', 2, 100, 80, 'sample'), ('extract', '2026-05-01', '75', 1, 300, 150, 'sample'),
    ('monthly', '2026-05-01', '25', 4, 500, 400, 'published'), ('monthly', '2026-05-01', '50', 1, 200, null, 'sample'),
    ('monthly', '2026-04-01', '25', 4, 450, 360, 'published')
) as cases(series, period_start, bracket, cases, gross_dkk, net_dkk, data_origin);
create table marts.fct_high_cost_case_bridge as
select date '2026-04-01' as from_month, date '2026-05-01' as to_month, component, cases,
    cast(gross_dkk as decimal(18, 2)) as gross_dkk, cast(net_dkk as decimal(18, 2)) as net_dkk,
    null::varchar as net_missing_reason, 'sample' as data_origin
from (values ('entry', 2, 350, 200), ('exit', 0, 0, 0), ('price_increase', 1, 50, 20), ('price_decrease', 0, 0, 0))
    as steps(component, cases, gross_dkk, net_dkk);
create table marts.dim_station as select 's' as station_id, 1 as station_no;
create table marts.dim_budget_line as
select line_id, line_no, 'Linje' as line_name, 'gain' as component
from (values ('s-1', 1), ('s-2', 2)) as lines(line_id, line_no);
create table marts.fct_station_effect_month as
select line_id, cast(month as date) as month, 's' as station_id,
    cast(expected as decimal(18, 2)) as expected_effect_dkk, cast(realised as decimal(18, 2)) as realised_effect_dkk,
    null::decimal(18, 2) as realised_net_of_refund_dkk, null::decimal(18, 4) as planned_quantity,
    null::decimal(18, 4) as realised_quantity, null::varchar as quantity_unit,
    null::decimal(18, 2) as quantity_effect_dkk,
    null::decimal(18, 2) as price_effect_dkk, null::varchar as measurement_note, 'sample' as data_origin
from (values
    ('s-1', '2025-12-01', -10, -9), ('s-1', '2026-01-01', -20, -25), ('s-2', '2026-01-01', -7, null),
    ('s-1', '2026-02-01', -20, -15), ('s-1', '2026-03-01', -20, null)
) as months(line_id, month, expected, realised);
create table marts.fct_published_figure as select 'f' as figure_id, 'mdkk' as unit;
create table marts.rpt_reconciliation as
select check_id, 'sum' as check_kind, 'Sum' as description, 'SAU-01' as table_id, figure_id, 1 as source_line,
    1.0 as printed_value, null::decimal(18, 6) as computed_value, null::decimal(18, 6) as difference,
    null::decimal(18, 6) as tolerance, verdict, null::varchar as chosen_value, '' as explanation
from (values ('b', 'exact', 'f'), ('a', 'exact', null), ('c', 'unreconciled', 'f'))
    as checks(check_id, verdict, figure_id);
"""


@pytest.fixture
def connection():
    with duckdb.connect() as opened:
        opened.execute(MARTS)
        yield opened


def test_a_period_has_a_total_and_its_brackets(connection):
    periods = case_periods(connection)
    assert [(period.series, period.period_start.month) for period in periods] == [
        *(("monthly", 4), ("monthly", 5), ("extract", 5))
    ]
    extract = periods[-1]
    assert (extract.cases, extract.gross_dkk, extract.net_dkk, extract.refund_dkk) == (3, 400, 230, 170)
    assert {bracket: part.gross_dkk for bracket, part in extract.brackets.items()} == {"25": 100, "75": 300}


def test_a_part_is_no_total_and_one_synthetic_part_marks_the_whole(connection):
    monthly = case_periods(connection)[1]
    assert (monthly.gross_dkk, monthly.net_dkk, monthly.refund_dkk) == (700, None, None)
    assert (monthly.missing_reason, monthly.data_origin) == ("ukendt", "sample")
    assert (monthly.brackets["25"].net_dkk, monthly.brackets["50"].net_dkk) == (400, None)


def test_a_bridge_goes_from_the_level_of_a_month_to_that_of_the_next(connection):
    (bridge,) = bridges(connection)
    assert {name: (step.cases, step.gross_dkk) for name, step in bridge.steps.items()} == {
        **{"entry": (2, 350), "exit": (0, 0), "price_increase": (1, 50), "price_decrease": (0, 0)}
    }
    # the extract has no case in April
    assert (bridge.start_dkk, bridge.reached_dkk, bridge.end_dkk, bridge.difference_dkk) == (0, 400, 400, 0)
    assert (bridge.net_dkk, bridge.net_share) == (220, 0.55)
    connection.execute("update marts.fct_high_cost_case_bridge set net_dkk = null where component = 'exit'")
    assert (bridges(connection)[0].net_dkk, bridges(connection)[0].net_share) == (None, None)


def test_so_far_begins_with_the_year_and_compares_measured_lines_only(connection):
    december, january, february, march = select(connection, PlanMonth, PLAN_MONTHS)
    assert (december.expected_so_far_dkk, january.year) == (-10, 2026)
    assert (january.expected_dkk, january.measured_dkk, january.realised_dkk) == (-27, -20, -25)
    assert (february.expected_so_far_dkk, february.measured_so_far_dkk) == (-47, -40)
    assert (february.realised_so_far_dkk, february.deviation_so_far_dkk) == (-40, 0)
    assert march.expected_so_far_dkk == -67
    assert (march.realised_dkk, march.deviation_dkk) == (None, None)
    assert (march.realised_so_far_dkk, march.measured_so_far_dkk) == (None, None)


def test_lines_come_by_month_with_their_station(connection):
    rows = select(connection, LineMonth, LINE_MONTHS)
    assert [(row.month, row.line_no) for row in rows][:3] == [
        *((date(2025, 12, 1), 1), (date(2026, 1, 1), 1), (date(2026, 1, 1), 2))
    ]
    assert (rows[1].station_no, rows[1].year, rows[1].deviation_dkk) == (1, 2026, Decimal(-5))


def test_checks_come_with_the_unexplained_first_and_their_unit(connection):
    rows = select(connection, Check, CHECKS)
    assert [(row.check_id, row.unit) for row in rows] == [("c", "mdkk"), ("a", None), ("b", "mdkk")]

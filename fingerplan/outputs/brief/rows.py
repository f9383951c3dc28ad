"""The rows that only the meeting brief shows, and the queries that read them from the marts."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import duckdb

from fingerplan.outputs.mart_rows import select

CODE_NAMES = "select * from marts.dim_code_name order by code_set, sort_order"

LINE_MONTHS = """
select months.*, realised_effect_dkk - expected_effect_dkk as deviation_dkk, extract(year from month) as year,
    station_no, line_no, line_name, component
from marts.fct_station_effect_month as months
inner join marts.dim_budget_line using (line_id)
inner join marts.dim_station on months.station_id = dim_station.station_id
order by month, station_no, line_no
"""

# what is realised stands beside what was expected of the same lines and months; so far is since January
PLAN_MONTHS = """
with monthly as (
    select month, extract(year from month) as year, sum(expected_effect_dkk) as expected_dkk,
        sum(case when realised_effect_dkk is not null then expected_effect_dkk end) as measured_dkk,
        sum(realised_effect_dkk) as realised_dkk
    from marts.fct_station_effect_month
    group by month
)
select *, realised_dkk - measured_dkk as deviation_dkk, sum(expected_dkk) over so_far as expected_so_far_dkk,
    case when realised_dkk is not null then sum(measured_dkk) over so_far end as measured_so_far_dkk,
    case when realised_dkk is not null then sum(realised_dkk) over so_far end as realised_so_far_dkk,
    realised_so_far_dkk - measured_so_far_dkk as deviation_so_far_dkk
from monthly
window so_far as (partition by year order by month)
order by month
"""

# a total is unknown where a part of it is; `sample` is the last origin in the alphabet, so that one synthetic part
# marks the whole
CASE_PERIODS = """
select series, period_start, sum(cases) as cases, sum(gross_dkk) as gross_dkk,
    case when count(refund_dkk) = count(*) then sum(refund_dkk) end as refund_dkk,
    case when count(net_dkk) = count(*) then sum(net_dkk) end as net_dkk,
    max(refund_basis) as refund_basis, max(refund_missing_reason) as missing_reason, max(data_origin) as data_origin
from marts.fct_high_cost_case
group by series, period_start
order by (select sort_order from marts.dim_code_name where code_set = 'series' and code = series), period_start
"""
CASE_BRACKETS = "select * from marts.fct_high_cost_case"

# a month without any high-cost case is at 0
BRIDGES = """
with totals as (
    select from_month, to_month, sum(gross_dkk) as gross_dkk,
        case when count(net_dkk) = count(*) then sum(net_dkk) end as net_dkk,
        max(net_missing_reason) as missing_reason, max(data_origin) as data_origin
    from marts.fct_high_cost_case_bridge
    group by from_month, to_month
),
levels as (
    select period_start, sum(gross_dkk) as level_dkk
    from marts.fct_high_cost_case
    where series = 'extract'
    group by period_start
)
select *, net_dkk / nullif(gross_dkk, 0) as net_share,
    coalesce(before.level_dkk, 0) as start_dkk, coalesce(after.level_dkk, 0) as end_dkk,
    start_dkk + gross_dkk as reached_dkk, reached_dkk - end_dkk as difference_dkk
from totals
left join levels as before on from_month = before.period_start
left join levels as after on to_month = after.period_start
order by from_month
"""
BRIDGE_STEPS = "select * from marts.fct_high_cost_case_bridge"

CHECKS = """
select checks.*, figures.unit
from marts.rpt_reconciliation as checks
left join marts.fct_published_figure as figures using (figure_id)
order by (select sort_order from marts.dim_code_name where code_set = 'verdict' and code = verdict) desc, check_id
"""


@dataclass(frozen=True)
class CodeName:
    """The Danish word of a code, and what it means."""

    code_set: str
    code: str
    code_name: str
    code_note: str | None


@dataclass(frozen=True)
class LineMonth:
    """A budget line in a month."""

    month: date
    year: int
    station_no: int
    line_no: int
    line_name: str
    component: str
    expected_effect_dkk: Decimal
    realised_effect_dkk: Decimal | None
    deviation_dkk: Decimal | None
    realised_net_of_refund_dkk: Decimal | None
    planned_quantity: Decimal | None
    realised_quantity: Decimal | None
    quantity_unit: str | None
    quantity_effect_dkk: Decimal | None
    price_effect_dkk: Decimal | None
    measurement_note: str | None
    data_origin: str


@dataclass(frozen=True)
class PlanMonth:
    """The plan as a whole in a month; `measured` is what was expected of the lines that are realised."""

    month: date
    year: int
    expected_dkk: Decimal
    measured_dkk: Decimal | None
    realised_dkk: Decimal | None
    deviation_dkk: Decimal | None
    expected_so_far_dkk: Decimal
    measured_so_far_dkk: Decimal | None
    realised_so_far_dkk: Decimal | None
    deviation_so_far_dkk: Decimal | None


@dataclass(frozen=True)
class CaseBracket:
    """The high-cost cases of a series, period and refund bracket."""

    series: str
    period_start: date
    bracket: str
    cases: int
    gross_dkk: Decimal
    refund_dkk: Decimal | None
    net_dkk: Decimal | None


@dataclass(frozen=True)
class CasePeriod:
    """The high-cost cases of a series and period, in all and by bracket."""

    series: str
    period_start: date
    cases: int
    gross_dkk: Decimal
    refund_dkk: Decimal | None
    net_dkk: Decimal | None
    refund_basis: str | None
    missing_reason: str | None
    data_origin: str
    brackets: dict[str, CaseBracket] = field(default_factory=dict)


@dataclass(frozen=True)
class BridgeStep:
    """One component of the change from a month to the next."""

    from_month: date
    to_month: date
    component: str
    cases: int
    gross_dkk: Decimal


@dataclass(frozen=True)
class Bridge:
    """What changed the high-cost cases from a month to the next, and the levels that the extract has for both."""

    from_month: date
    to_month: date
    gross_dkk: Decimal
    net_dkk: Decimal | None
    net_share: Decimal | float | None
    missing_reason: str | None
    data_origin: str
    start_dkk: Decimal
    end_dkk: Decimal
    reached_dkk: Decimal
    difference_dkk: Decimal
    steps: dict[str, BridgeStep] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """A check of a printed value, in the printed unit."""

    check_id: str
    check_kind: str
    description: str
    table_id: str
    source_line: int | None
    printed_value: Decimal
    computed_value: Decimal | None
    difference: Decimal | None
    tolerance: Decimal | None
    verdict: str
    chosen_value: str | None
    explanation: str
    unit: str | None


def case_periods(connection: duckdb.DuckDBPyConnection) -> list[CasePeriod]:
    """Read the high-cost cases, by series and period."""
    periods = select(connection, CasePeriod, CASE_PERIODS)
    by_key = {(period.series, period.period_start): period for period in periods}
    for bracket in select(connection, CaseBracket, CASE_BRACKETS):
        by_key[bracket.series, bracket.period_start].brackets[bracket.bracket] = bracket
    return periods


def bridges(connection: duckdb.DuckDBPyConnection) -> list[Bridge]:
    """Read the bridges of the high-cost cases, by month."""
    found = select(connection, Bridge, BRIDGES)
    by_months = {(bridge.from_month, bridge.to_month): bridge for bridge in found}
    for step in select(connection, BridgeStep, BRIDGE_STEPS):
        by_months[step.from_month, step.to_month].steps[step.component] = step
    return found

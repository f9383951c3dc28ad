"""The figures of the meeting brief, read once from the marts; the page and the workbook both draw from here.

A row keeps the names of its mart's columns: amounts in kroner, plus costs and minus gains, None where unknown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from types import SimpleNamespace as Row

import duckdb

from fingerplan.paths import as_sql
from fingerplan.warehouse.history import Publication, last_publication

BRACKETS = ("25", "50", "75")
COMPONENTS = ("entry", "exit", "price_increase", "price_decrease")

NAMES = "select * from marts.dim_code_name order by code_set, sort_order"
STATIONS = "select * from marts.fct_station_effect order by year, station_no"

# no share where so little was expected that it would say nothing, as with the stations' own
PLAN = """
select *, cast(case when abs(ratio) <= 999 then ratio end as decimal(9, 6)) as realisation_share
from (select *, realised_to_date_dkk / nullif(expected_to_date_measured_dkk, 0) as ratio from marts.fct_plan_effect)
order by year
"""

LINE_MONTHS = """
select months.*, realised_effect_dkk - expected_effect_dkk as deviation_dkk, extract(year from month) as year,
    station_no, line_no, line_name, component
from marts.fct_station_effect_month as months
inner join marts.dim_budget_line using (line_id)
inner join marts.dim_station on months.station_id = dim_station.station_id
order by month, station_no, line_no
"""

# what is realised is set beside what was expected of the same lines and months; so far is since January
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

# a row a month or year: each figure in all (a part is no total) and by bracket, as in 25_gross_dkk; `sample` is the
# last origin in the alphabet, so that one synthetic part marks the whole
CASES = """
with totals as (
    select series, period_start, sum(cases) as cases, sum(gross_dkk) as gross_dkk,
        case when count(refund_dkk) = count(*) then sum(refund_dkk) end as refund_dkk,
        case when count(net_dkk) = count(*) then sum(net_dkk) end as net_dkk,
        max(refund_basis) as refund_basis, max(refund_missing_reason) as missing_reason, max(data_origin) as data_origin
    from marts.fct_high_cost_case
    group by series, period_start
),
parts as (
    pivot marts.fct_high_cost_case on bracket in ('25', '50', '75')
    using sum(cases) as cases, sum(gross_dkk) as gross_dkk, sum(refund_dkk) as refund_dkk, sum(net_dkk) as net_dkk
    group by series, period_start
)
select * from totals inner join parts using (series, period_start)
order by (select sort_order from marts.dim_code_name where code_set = 'series' and code = series), period_start
"""

# a row a pair of months, with the parts as in entry_gross_dkk; a month without any high-cost case is at 0
BRIDGES = """
with totals as (
    select from_month, to_month, sum(gross_dkk) as gross_dkk,
        case when count(net_dkk) = count(*) then sum(net_dkk) end as net_dkk,
        max(net_missing_reason) as missing_reason, max(data_origin) as data_origin
    from marts.fct_high_cost_case_bridge
    group by from_month, to_month
),
parts as (
    pivot marts.fct_high_cost_case_bridge on component in ('entry', 'exit', 'price_increase', 'price_decrease')
    using sum(cases) as cases, sum(gross_dkk) as gross_dkk
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
from totals inner join parts using (from_month, to_month)
left join levels as before on from_month = before.period_start
left join levels as after on to_month = after.period_start
order by from_month
"""

CHECKS = """
select checks.*, figures.unit
from marts.rpt_reconciliation as checks
left join marts.fct_published_figure as figures using (figure_id)
order by (select sort_order from marts.dim_code_name where code_set = 'verdict' and code = verdict) desc, check_id
"""

MOVES = """
select * from history.change
where run_id = {run_id}
order by subject_kind = 'station' desc, subject_kind, period desc, subject_id, figure_name
"""


@dataclass(frozen=True)
class Brief:
    """All that the brief shows. `publication` and `moves` are None where the file or its past has none."""

    names: dict[str, dict[str, Row]]
    plan: list[Row]
    station_years: list[Row]
    line_months: list[Row]
    plan_months: list[Row]
    cases: list[Row]
    bridges: list[Row]
    checks: list[Row]
    publication: Publication | None
    moves: list[Row] | None

    def word(self, code_set: str, code: str | None) -> str:
        """Give the Danish word of a code; a code that has none stands for itself."""
        name = self.names.get(code_set, {}).get(code or "")
        return name.code_name if name else code or ""

    @cached_property
    def now(self) -> Row:
        """The plan in the year in question: the one the mart calls current, or its last when the plan is over."""
        return next((row for row in self.plan if row.is_current_year), self.plan[-1])

    @property
    def year(self) -> int:
        """The year in question."""
        return self.now.year

    @property
    def through(self) -> date | None:
        """The last month with a realised figure."""
        return max((row.realised_through_month for row in self.plan if row.realised_through_month), default=None)

    @cached_property
    def stations(self) -> list[Row]:
        """The stations in the year in question."""
        return [row for row in self.station_years if row.year == self.year]

    @cached_property
    def months(self) -> list[Row]:
        """The lines and months of the year in question."""
        return [row for row in self.line_months if row.year == self.year]

    def remark(self, station: Row) -> str | None:
        """Say why something of a station and year is not known; None where all is."""
        notes = {station.measurement_note}
        if station.realised_to_date_dkk is not None and station.realised_net_of_refund_dkk is None:
            notes |= {
                row.measurement_note
                for row in self.line_months
                if (row.year, row.station_no) == (station.year, station.station_no)
                and row.realised_effect_dkk is not None
                and row.realised_net_of_refund_dkk is None
            }
        return "; ".join(sorted(filter(None, notes))) or None

    @cached_property
    def unmeasured(self) -> list[str]:
        """Station, line and reason of every line without a figure where others of its station have one."""
        through = {row.station_no: row.realised_through_month for row in self.stations if row.realised_through_month}
        lines: dict[tuple[int, str], list[Row]] = {}
        for row in self.months:
            if row.station_no in through and row.month <= through[row.station_no]:
                lines.setdefault((row.station_no, row.line_name), []).append(row)
        return [
            f"Station {number}, {line}: {rows[-1].measurement_note or ''}."
            for (number, line), rows in lines.items()
            if all(row.realised_effect_dkk is None for row in rows)
        ]

    @cached_property
    def followed(self) -> list[Row]:
        """The monthly high-cost cases that the meeting follows.

        The municipality's own extract if there is one; while it is the sample, what the minutes print, since those
        figures are real.
        """
        extract = [period for period in self.cases if period.series == "extract"]
        printed = [period for period in self.cases if period.series == "monthly"]
        return extract if not printed or "reported" in origins(extract) else printed

    def verdicts(self, verdict: str) -> int:
        """Count the checks with a verdict."""
        return sum(check.verdict == verdict for check in self.checks)

    @cached_property
    def discrepancies(self) -> list[Row]:
        """The checks that differ by more than rounding.

        Unexplained ones first; then those that differ most in proportion to what is printed, as the units differ; last
        those that cannot be computed.
        """

        def weight(check: Row) -> tuple:
            is_known = check.difference is not None and check.printed_value
            share = abs(check.difference / check.printed_value) if is_known else Decimal(0)
            return check.verdict != "unreconciled", not is_known, -share, check.check_id

        return sorted((c for c in self.checks if c.verdict in ("documented", "unreconciled")), key=weight)

    @property
    def check_origins(self) -> set[str]:
        """The origins of the checks: the printed figures, and the extract that some of them are held against."""
        extract = {period.data_origin for period in self.cases if period.series == "extract"}
        return {"published"} | (extract if any(c.check_kind == "extract_to_published" for c in self.checks) else set())

    @property
    def move_origins(self) -> set[str]:
        """The origins of the figures that moved, before and now."""
        return {o for move in self.moves or [] for o in (move.data_origin_before, move.data_origin_after) if o}


def origins(rows: Iterable[Row]) -> set[str]:
    """Give the origins of rows."""
    return {row.data_origin for row in rows}


def levels(bridge: Row) -> list[Decimal]:
    """Give the gross cost before the first component of a bridge and after each."""
    return list(accumulate((getattr(bridge, f"{c}_gross_dkk") for c in COMPONENTS), initial=bridge.start_dkk))


def axis_floor(bridge: Row) -> Decimal:
    """Give where the axis of a chart begins: from 0 the steps between two large levels would hardly be seen."""
    low, high = min(levels(bridge)), max(levels(bridge))
    step = Decimal(10_000_000)
    return max(Decimal(0), (low - (high - low)) // step * step)


def read(warehouse: Path) -> Brief:
    """Read the figures of a warehouse, read-only.

    Raises:
        duckdb.Error: where it cannot be read, or lacks a mart.
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:

        def rows(query: str) -> list[Row]:
            found = connection.execute(query)
            columns = [column[0] for column in found.description]
            return [Row(**dict(zip(columns, row, strict=True))) for row in found.fetchall()]

        names: dict[str, dict[str, Row]] = {}
        for name in rows(NAMES):
            names.setdefault(name.code_set, {})[name.code] = name
        marts = (PLAN, STATIONS, LINE_MONTHS, PLAN_MONTHS, CASES, BRIDGES, CHECKS)
        publication = last_publication(connection)
        has_past = publication is not None and publication.publications > 1
        moves = rows(MOVES.format(run_id=as_sql(publication.run_id))) if has_past else None
        return Brief(names, *map(rows, marts), publication, moves)

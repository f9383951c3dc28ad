"""A warehouse of a few rows, made in milliseconds: what a module reads of the marts, without dbt."""

from collections.abc import Callable
from pathlib import Path

import duckdb

from fingerplan.warehouse import dbt_job

MARTS = """
create schema marts;
create schema seeds;
create table marts.rpt_headline_figure as
select 'station' as subject_kind, 'fp2024-1' as subject_id, '2026' as period, 'realised_to_date_dkk' as figure_name,
    cast({realised} as decimal(28, 4)) as figure_value, 'dkk' as unit, date '2026-05-01' as as_of_month,
    'sample' as data_origin;
create table marts.fct_station_effect as
select 'fp2024-1' as station_id, 2026 as year, 1 as station_no, 'Digital først' as station_name,
    -900.00 as expected_gain_dkk, 300.00 as expected_cost_dkk, -600.00 as expected_effect_dkk,
    -250.00 as expected_to_date_dkk, -250.00 as expected_to_date_measured_dkk,
    cast({realised} as decimal(18, 2)) as realised_to_date_dkk, null::decimal(18, 2) as realised_net_of_refund_dkk,
    {realised} + 250.00 as deviation_to_date_dkk, 0.5 as realisation_share, -550.00 as forecast_effect_dkk,
    1 as measured_lines, 2 as total_lines, date '2026-05-01' as realised_through_month,
    'partly_measured' as measurement_status, 'behind' as progress_status, 'Mangler' as measurement_note,
    'sample' as data_origin
union all
select 'fp2024-1', 2027, 1, 'Digital først', -900.00, 300.00, -600.00, null, null, null, null, null, null, null, 0, 2,
    null, 'not_measured', 'not_measured', null, 'published';
create table marts.fct_plan_effect as
select year, cast(year = 2026 as integer) as is_current_year,
    * exclude (station_id, year, station_no, station_name, realisation_share, measurement_status, progress_status,
        measurement_note)
from marts.fct_station_effect;
create table marts.dim_delivery (kind varchar, month date, version integer, data_origin varchar);
create table marts.rpt_reconciliation as
select 'a' as check_id, 'exact' as verdict union all select 'b', 'documented';
create table seeds.meetings (meeting_date date, data_through_month date);
insert into seeds.meetings values (date '2026-06-09', date '2026-05-01'), (date '2026-09-08', date '2026-08-01');
"""


def small_warehouse(file: Path, *statements: str, realised: str = "-125.00") -> Path:
    """Write a warehouse with one station, and run statements on it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(file)) as connection:
        for statement in (MARTS.format(realised=realised), *statements):
            connection.execute(statement)
    return file


def stand_in_for_dbt(
    *statements: str, realised: str = "-125.00", failures: tuple[str, ...] = ()
) -> Callable[..., dbt_job.Built]:
    """Return a function that builds the small warehouse where `dbt_job.build` would build the whole one."""

    def build(build_file: Path, *_: object) -> dbt_job.Built:
        build_file.unlink(missing_ok=True)
        small_warehouse(build_file, *statements, realised=realised)
        tests = [dbt_job.TestResult("a_test", "fail" if failures else "pass", len(failures))]
        return dbt_job.Built(counts={"model": 3}, tests=tests, failures=list(failures))

    return build

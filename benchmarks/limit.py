"""What the figures of the case marts cost without dbt: SQL by hand on the same Parquet, in DuckDB.

The figures are those of the marts, and the benchmark holds them against each other: this is the limit, not another task.
"""

from pathlib import Path

import duckdb

from fingerplan.paths import as_sql

TABLES = ("case_month", "movement", "bracket", "effect")

CASES = """
    create or replace temp view extract as
    select * from read_parquet({files}, hive_partitioning = true, hive_types = {{'month': date, 'version': int}});

    create or replace temp view scale as
    select
        year,
        max(threshold_dkk) filter (bracket = '25') as low,
        max(threshold_dkk) filter (bracket = '50') as middle,
        max(threshold_dkk) filter (bracket = '75') as high
    from read_csv({thresholds}, header = true, types = {{'bracket': 'varchar', 'threshold_dkk': 'decimal(18, 2)'}})
    group by year;

    create or replace temp view cases as
    with paired as (
        select
            coalesce(running.municipality_code, billed.municipality_code) as municipality_code,
            coalesce(running.month, billed.month) as month,
            coalesce(running.case_id, billed.case_id) as case_id,
            if(billed.case_id is null or running.monthly_cost_dkk > billed.monthly_cost_dkk
                or running.monthly_cost_dkk = billed.monthly_cost_dkk, running, billed) as dearest,
            coalesce(running.station_id, billed.station_id) as station_id,
            coalesce(running.monthly_cost_dkk, 0) + coalesce(billed.monthly_cost_dkk, 0) as cost,
            12 * coalesce(running.monthly_cost_dkk, 0) + coalesce(billed.monthly_cost_dkk, 0) as annual,
            coalesce(running.counterfactual_monthly_cost_dkk, running.monthly_cost_dkk, 0)
                + coalesce(billed.counterfactual_monthly_cost_dkk, billed.monthly_cost_dkk, 0) as without
        from (from extract where cost_kind = 'level') as running
        full join (from extract where cost_kind = 'one_off') as billed using (municipality_code, month, case_id)
    )
    select
        paired.*,
        dearest.service_code,
        dearest.provider_kind,
        dearest.placement,
        low,
        middle,
        high,
        case when annual <= low then 'none' when annual <= middle then '25' when annual <= high then '50' else '75' end
            as bracket
    from paired
    join scale on scale.year = year(month);
"""

REFUND = """
    if(12 * {cost} <= low, 0, round((
        25 * cast(12 * {cost} - low as decimal(28, 2))
        + 25 * cast(greatest(12 * {cost} - middle, 0) as decimal(28, 2))
        + 25 * cast(greatest(12 * {cost} - high, 0) as decimal(28, 2))
    ) / 1200.0, 2)::decimal(18, 2))
"""
LOST_EARNINGS = "if(service_code = 'BL §87', round({cost} * {rate}, 2)::decimal(18, 2), {refund})"

CASE_MONTH = """
    create or replace table case_month as
    select
        municipality_code, month, service_code, provider_kind, placement, bracket,
        count(*) as cases, sum(cost) as gross_dkk, sum({refund}) as refund_dkk
    from cases
    group by all
"""

EFFECT = """
    create or replace table effect as
    select station_id, month, sum(cost - without) as effect_dkk, sum((cost - {refund}) - (without - {refund_without})) as net
    from cases
    where station_id is not null and municipality_code = '0730'
    group by all
"""

BRACKET = """
    create or replace table bracket as
    select municipality_code, month, bracket, count(*) as cases, sum(annual) as gross_dkk
    from cases
    where bracket <> 'none'
    group by all
"""

MOVEMENT = """
    create or replace table movement as
    with dear as (
        select
            municipality_code, month, case_id, annual,
            cast(annual - round(0.25 * (annual - low) + 0.25 * greatest(annual - middle, 0)
                + 0.25 * greatest(annual - high, 0), 2) as decimal(18, 2)) as net
        from cases
        where bracket <> 'none'
    )
    select
        coalesce(later.municipality_code, earlier.municipality_code) as municipality_code,
        coalesce(later.month, cast(earlier.month + interval 1 month as date)) as to_month,
        case
            when earlier.case_id is null then 'entry' when later.case_id is null then 'exit'
            when later.annual > earlier.annual then 'price_increase'
            when later.annual < earlier.annual then 'price_decrease'
            when later.net > earlier.net then 'price_increase' when later.net < earlier.net then 'price_decrease'
        end as component,
        count(*) as cases,
        sum(coalesce(later.annual, 0) - coalesce(earlier.annual, 0)) as gross_dkk,
        sum(coalesce(later.net, 0) - coalesce(earlier.net, 0)) as net_dkk
    from dear as earlier
    full join dear as later
        on earlier.municipality_code = later.municipality_code and earlier.case_id = later.case_id
        and cast(earlier.month + interval 1 month as date) = later.month
    group by all
    having to_month > {first} and to_month <= {last}
"""


def prepare(connection: duckdb.DuckDBPyConnection, files: list[Path], thresholds: Path, rate: str) -> dict[str, str]:
    """Lay the views over the files, and give the statement of each table.

    Args:
        connection: where the tables are made.
        files: the Parquet of the months.
        thresholds: the seed of the refund thresholds.
        rate: the refund rate of lost earnings, as a decimal.
    """
    listed = "[" + ", ".join(as_sql(file) for file in files) + "]"
    connection.execute(CASES.format(files=listed, thresholds=as_sql(thresholds)))
    refund, refund_without = (
        LOST_EARNINGS.format(cost=cost, rate=rate, refund=REFUND.format(cost=cost)) for cost in ("cost", "without")
    )
    months = sorted(file.parent.parent.name.removeprefix("month=") for file in files)
    return {
        "case_month": CASE_MONTH.format(refund=refund),
        "movement": MOVEMENT.format(first=as_sql(months[0]), last=as_sql(months[-1])),
        "bracket": BRACKET,
        "effect": EFFECT.format(refund=refund, refund_without=refund_without),
    }

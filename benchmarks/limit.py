"""The limit: what the figures of the case marts cost without dbt, as SQL by hand in DuckDB on the same Parquet files.

The benchmark checks that the figures equal those of the marts, so both do the same work. The SQL is written for the
lake, in which every service, threshold and origin is known; it handles no missing ones.
"""

from pathlib import Path

import duckdb

from fingerplan.paths import as_sql

MEMORY = "8GB"

# Amounts are narrowed to decimals that fit a machine word even when multiplied by twelve.
VIEWS = """
    create temp table scale as
    select
        cast(year as integer) as year,
        max(threshold) filter (bracket = '25') as low,
        max(threshold) filter (bracket = '50') as middle,
        max(threshold) filter (bracket = '75') as high
    from read_csv({thresholds}, header = true, all_varchar = true),
        lateral (select cast(threshold_dkk as decimal(12, 2)) as threshold)
    group by year;

    create temp view extract as
    select
        * exclude (monthly_cost_dkk, counterfactual_monthly_cost_dkk),
        cast(monthly_cost_dkk as decimal(12, 2)) as cost,
        cast(coalesce(counterfactual_monthly_cost_dkk, monthly_cost_dkk) as decimal(12, 2)) as cost_without
    from read_parquet({files}, hive_partitioning = true, hive_types = {{'month': date, 'version': int}});

    create temp view cases as
    with paired as (
        select
            municipality_code,
            month,
            case_id,
            coalesce(running.station_id, billed.station_id) as station_id,
            {priciest},
            coalesce(running.data_origin, billed.data_origin) as data_origin,
            coalesce(running.cost, 0) + coalesce(billed.cost, 0) as cost,
            12 * coalesce(running.cost, 0) + coalesce(billed.cost, 0) as annual,
            coalesce(running.cost_without, 0) + coalesce(billed.cost_without, 0) as cost_without
        from (from extract where cost_kind = 'level') as running
        full join (from extract where cost_kind = 'one_off') as billed using (municipality_code, month, case_id)
    )
    select
        paired.*,
        low,
        middle,
        high,
        case when annual <= low then 'none' when annual <= middle then '25' when annual <= high then '50' else '75' end
            as bracket
    from paired
    join scale on scale.year = year(month);
"""

# a case is counted under the more expensive of its rows; one case in fifty has two
PRICIEST = """case
    when billed.case_id is null then running.{column}
    when running.case_id is null or billed.cost > running.cost then billed.{column}
    else running.{column}
end as {column}"""

# a quarter of what exceeds each threshold, in integer øre so that half an øre is rounded up exactly
REFUND = """case when {months} * {cost} <= low then 0 else (
    cast(100 * ({months} * {cost} - low) as bigint)
    + cast(100 * greatest({months} * {cost} - middle, 0) as bigint)
    + cast(100 * greatest({months} * {cost} - high, 0) as bigint)
    + 2 * {parts}
) // (4 * {parts}) end"""
# lost earnings have a refund of their own: half the cost
MONTHLY_REFUND = "case when service_code = 'BL §87' then (cast(100 * {cost} as bigint) + 1) // 2 else {refund} end"

GROUPS = """
    create temp table groups as
    select
        municipality_code,
        month,
        service_code,
        provider_kind,
        placement,
        bracket,
        any_value(data_origin) as data_origin,
        count(*) as cases,
        sum(cost) as gross_dkk,
        sum({refund}) * 0.01 as refund_dkk,
        sum(annual) as annual_dkk,
        sum({annual_refund}) * 0.01 as annual_refund_dkk
    from cases
    {of_month}
    group by all
"""

CASE_MONTH = """
    create table case_month as
    select * exclude (annual_dkk, annual_refund_dkk), gross_dkk - refund_dkk as net_dkk from groups
"""

BRACKET = """
    create table bracket as
    select
        municipality_code,
        month,
        bracket,
        sum(cases) as cases,
        sum(annual_dkk) as gross_dkk,
        sum(annual_refund_dkk) as refund_dkk
    from groups
    where bracket <> 'none'
    group by all
"""

# the plan belongs to one municipality
EFFECT = """
    create table effect as
    select
        station_id,
        month,
        count(*) as cases,
        sum(cost - cost_without) as effect_dkk,
        sum(cost - cost_without) - sum({refund} - {refund_without}) * 0.01 as net_dkk
    from cases
    where station_id is not null and municipality_code = '0730' {and_month}
    group by all
"""

HIGH_COST = """
    create temp table high_cost as
    select
        municipality_code,
        month,
        case_id,
        annual,
        annual - ({annual_refund}) * 0.01 as net,
        cast(month + interval 1 month as date) as month_after
    from cases
    where annual > low
"""

MOVEMENT = """
    create table movement as
    select
        coalesce(later.municipality_code, earlier.municipality_code) as municipality_code,
        coalesce(later.month, earlier.month_after) as to_month,
        case
            when earlier.case_id is null then 'entry' when later.case_id is null then 'exit'
            when later.annual > earlier.annual then 'price_increase'
            when later.annual < earlier.annual then 'price_decrease'
            when later.net > earlier.net then 'price_increase' when later.net < earlier.net then 'price_decrease'
        end as component,
        count(*) as cases,
        sum(coalesce(later.annual, 0) - coalesce(earlier.annual, 0)) as gross_dkk,
        sum(coalesce(later.net, 0) - coalesce(earlier.net, 0)) as net_dkk
    from high_cost as earlier
    full join high_cost as later
        on
            earlier.municipality_code = later.municipality_code
            and earlier.case_id = later.case_id
            and earlier.month_after = later.month
    group by all
    having to_month > {first} and to_month <= {last}
"""


def make_tables(connection: duckdb.DuckDBPyConnection, files: list[Path], thresholds: Path, last_only: bool) -> None:
    """Create the tables `case_month`, `bracket`, `effect` and `movement`, amounts in kroner.

    Args:
        connection: the database in which to create them.
        files: the Parquet files of the months in an archive, oldest first.
        thresholds: the seed of the refund thresholds.
        last_only: compute only what a refresh adds: the last month, and the movements into it from the month before.
    """
    months = [file.parent.parent.name.removeprefix("month=") for file in files]
    wanted = f"month = {as_sql(months[-1])}" if last_only else ""
    monthly = {
        cost: MONTHLY_REFUND.format(cost=cost, refund=REFUND.format(months=12, parts=12, cost=cost))
        for cost in ("cost", "cost_without")
    }
    annual_refund = REFUND.format(months=1, parts=1, cost="annual")
    priciest = ", ".join(PRICIEST.format(column=column) for column in ("service_code", "provider_kind", "placement"))
    listed = "[" + ", ".join(map(as_sql, files)) + "]"
    connection.execute(VIEWS.format(files=listed, thresholds=as_sql(thresholds), priciest=priciest))
    for statement in (
        GROUPS.format(
            refund=monthly["cost"], annual_refund=annual_refund, of_month=f"where {wanted}" if wanted else ""
        ),
        CASE_MONTH,
        BRACKET,
        EFFECT.format(
            refund=monthly["cost"],
            refund_without=monthly["cost_without"],
            and_month=f"and {wanted}" if wanted else "",
        ),
        HIGH_COST.format(annual_refund=annual_refund),
        MOVEMENT.format(first=as_sql(months[-2] if last_only else months[0]), last=as_sql(months[-1])),
    ):
        connection.execute(statement)

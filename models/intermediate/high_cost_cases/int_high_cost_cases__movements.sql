{{ config(**incremental_by('to_month', pairs=true)) }}
{%- set month_after = dbt.dateadd('month', 1, 'month') %}

with case_months as (
    select
        municipality_code,
        month,
        case_id,
        gross_dkk,
        net_dkk,
        cast({{ month_after }} as date) as month_after
    from {{ ref('int_high_cost_cases__case_months') }}
    where {{ is_due('month', pairs=true, or_before=true) }}
),

delivered_months as (
    select
        municipality_code,
        month,
        data_origin,
        cast({{ month_after }} as date) as month_after
    from {{ ref('int_cases__delivered_months') }}
    where {{ is_due('month', pairs=true, or_before=true) }}
),

-- two months can be bridged where the municipality has delivered both
delivered_pairs as (
    select
        earlier.municipality_code,
        earlier.month as from_month,
        later.month as to_month,
        later.data_origin
    from delivered_months as earlier
    inner join delivered_months as later
        on
            earlier.municipality_code = later.municipality_code
            and earlier.month_after = later.month
    where {{ is_due('later.month', pairs=true) }}
),

changes as (
    select
        coalesce(later.municipality_code, earlier.municipality_code) as municipality_code,
        coalesce(later.month, earlier.month_after) as to_month,
        case when earlier.case_id is null then 1 else 0 end as is_entry,
        case when later.case_id is null then 1 else 0 end as is_exit,
        coalesce(later.gross_dkk, 0) - coalesce(earlier.gross_dkk, 0) as gross_change_dkk,
        case
            when earlier.case_id is null then later.net_dkk
            when later.case_id is null then -earlier.net_dkk
            else later.net_dkk - earlier.net_dkk
        end as net_change_dkk
    from case_months as earlier
    full outer join case_months as later
        on
            earlier.municipality_code = later.municipality_code
            and earlier.case_id = later.case_id
            and earlier.month_after = later.month
),

-- a case whose cost stands still can still change in net, when the thresholds of a new year hold for it
moved as (
    select
        changes.*,
        case
            when changes.is_entry = 1 then 'entry'
            when changes.is_exit = 1 then 'exit'
            when changes.gross_change_dkk > 0 then 'price_increase'
            when changes.gross_change_dkk < 0 then 'price_decrease'
            when changes.net_change_dkk > 0 then 'price_increase'
            when changes.net_change_dkk < 0 then 'price_decrease'
        end as component
    from changes
)

-- from the pairs, so that one in which nothing moved has a row too, without a component
select
    pairs.municipality_code,
    pairs.from_month,
    pairs.to_month,
    moved.component,
    pairs.data_origin,
    cast(count(moved.to_month) as integer) as cases,
    cast(coalesce(sum(moved.gross_change_dkk), 0) as decimal(28, 2)) as gross_dkk,
    cast(coalesce(sum(moved.net_change_dkk), 0) as decimal(28, 2)) as net_dkk,
    cast(count(moved.to_month) - count(moved.net_change_dkk) as integer) as cases_without_net
from delivered_pairs as pairs
left join moved
    on
        pairs.municipality_code = moved.municipality_code
        and pairs.to_month = moved.to_month
group by pairs.municipality_code, pairs.from_month, pairs.to_month, moved.component, pairs.data_origin

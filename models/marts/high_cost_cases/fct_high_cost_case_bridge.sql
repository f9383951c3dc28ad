{%- set text = dbt.type_string() -%}
with changes as (
    select * from {{ ref('int_high_cost_cases__changes') }}
),

-- a case whose cost stands still can still change in net, when the thresholds of a new year hold for it
assigned as (
    select
        from_month,
        to_month,
        case_id,
        gross_change_dkk,
        net_change_dkk,
        case
            when gross_before_dkk is null then 'entry'
            when gross_after_dkk is null then 'exit'
            when gross_change_dkk > 0 or (gross_change_dkk = 0 and net_change_dkk > 0) then 'price_increase'
            when gross_change_dkk < 0 or (gross_change_dkk = 0 and net_change_dkk < 0) then 'price_decrease'
        end as component
    from changes
),

components as (
    select 'entry' as component
    union all
    select 'exit' as component
    union all
    select 'price_increase' as component
    union all
    select 'price_decrease' as component
),

pairs as (
    select
        from_month,
        to_month,
        max(data_origin) as data_origin,
        count(*) - count(net_change_dkk) as cases_without_net
    from changes
    group by from_month, to_month
)

select
    cast(pairs.from_month as date) as from_month,
    cast(pairs.to_month as date) as to_month,
    cast(components.component as {{ text }}) as component,
    cast(count(assigned.case_id) as integer) as cases,
    cast(coalesce(sum(assigned.gross_change_dkk), 0) as decimal(18, 2)) as gross_dkk,
    cast(
        case when pairs.cases_without_net = 0 then coalesce(sum(assigned.net_change_dkk), 0) end as decimal(18, 2)
    ) as net_dkk,
    cast(
        case
            when pairs.cases_without_net > 0 then 'Beløbsgrænserne for en af månederne er ikke kendt'
        end as {{ text }}
    ) as net_missing_reason,
    cast(pairs.data_origin as {{ text }}) as data_origin
from pairs
cross join components
left join assigned
    on
        pairs.from_month = assigned.from_month
        and components.component = assigned.component
group by pairs.from_month, pairs.to_month, pairs.data_origin, pairs.cases_without_net, components.component

{{ config(**incremental_by('to_month', pairs=true)) }}

with movements as (
    select * from {{ ref('int_high_cost_cases__movements') }}
    where
        municipality_code = '{{ var("plan_municipality") }}'
        and {{ is_due('to_month', pairs=true) }}
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
        sum(cases_without_net) as cases_without_net
    from movements
    group by from_month, to_month
)

select
    cast(pairs.from_month as date) as from_month,
    cast(pairs.to_month as date) as to_month,
    cast(components.component as {{ text_type() }}) as component,
    cast(coalesce(sum(movements.cases), 0) as integer) as cases,
    cast(coalesce(sum(movements.gross_dkk), 0) as decimal(18, 2)) as gross_dkk,
    cast(
        case when pairs.cases_without_net = 0 then coalesce(sum(movements.net_dkk), 0) end as decimal(18, 2)
    ) as net_dkk,
    cast(
        case
            when pairs.cases_without_net > 0 then 'Beløbsgrænserne for en af månederne er ikke kendt'
        end as {{ text_type() }}
    ) as net_missing_reason,
    cast(pairs.data_origin as {{ text_type() }}) as data_origin
from pairs
cross join components
left join movements
    on
        pairs.from_month = movements.from_month
        and components.component = movements.component
group by pairs.from_month, pairs.to_month, pairs.data_origin, pairs.cases_without_net, components.component

{{ config(**incremental_by('month')) }}

with lines as (
    select * from {{ ref('budget_lines') }}
    where method = 'case'
),

attributed as (
    select * from {{ ref('int_cases__refunds') }}
    where
        municipality_code = '{{ var("plan_municipality") }}'
        and station_id is not null
        and {{ is_due('month') }}
),

delivered_months as (
    select
        month,
        max(data_origin) as data_origin
    from {{ ref('int_cases__delivered_months') }}
    where
        municipality_code = '{{ var("plan_municipality") }}'
        and {{ is_due('month') }}
    group by month
),

savings as (
    select
        station_id,
        month,
        sum(actual_dkk - counterfactual_dkk) as realised_effect_dkk,
        sum((actual_dkk - actual_refund_dkk) - (counterfactual_dkk - counterfactual_refund_dkk)) as net_dkk,
        count(*) - count(actual_refund_dkk) as cases_without_refund,
        count(*) as cases
    from attributed
    group by station_id, month
)

-- in a delivered month without an attributed case the station has saved nothing; in any other month it is unknown
select
    lines.line_id,
    delivered_months.month,
    delivered_months.data_origin,
    cast(coalesce(savings.realised_effect_dkk, 0) as decimal(18, 2)) as realised_effect_dkk,
    cast(
        case
            when savings.cases is null then 0
            when savings.cases_without_refund = 0 then savings.net_dkk
        end as decimal(18, 2)
    ) as realised_net_of_refund_dkk,
    cast(coalesce(savings.cases, 0) as decimal(18, 4)) as realised_quantity,
    'sager' as quantity_unit
from lines
cross join delivered_months
left join savings
    on
        lines.station_id = savings.station_id
        and delivered_months.month = savings.month

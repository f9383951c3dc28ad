with costs as (
    select * from {{ ref('int_cases__annual_costs') }}
),

scales as (
    select * from {{ ref('int_high_cost_cases__refund_scales') }}
)

-- a service with a refund of its own gets that one; without known thresholds the refund of the others is unknown
select
    costs.municipality_code,
    costs.month,
    costs.case_id,
    costs.station_id,
    costs.service_code,
    costs.provider_kind,
    costs.placement,
    costs.bracket,
    costs.data_origin,
    costs.row_count,
    costs.places,
    costs.own_places,
    costs.annual_cost_dkk,
    costs.annual_refund_dkk,
    costs.monthly_cost_dkk as actual_dkk,
    costs.counterfactual_dkk,
    cast(
        case
            when costs.service_refund_millionths is not null
                then {{ share_of('costs.monthly_cost_dkk', 'costs.service_refund_millionths') }}
            else {{ monthly_refund_of('costs.monthly_cost_dkk', 'scales') }}
        end as decimal(18, 2)
    ) as actual_refund_dkk,
    cast(
        case
            when costs.service_refund_millionths is not null
                then {{ share_of('costs.counterfactual_dkk', 'costs.service_refund_millionths') }}
            else {{ monthly_refund_of('costs.counterfactual_dkk', 'scales') }}
        end as decimal(18, 2)
    ) as counterfactual_refund_dkk
from costs
left join scales
    on costs.calendar_year = scales.year

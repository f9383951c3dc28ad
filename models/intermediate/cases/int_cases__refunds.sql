{#- asked for only where no bracket can be computed, so not a column of the model below -#}
{%- set stated_bracket -%}
    greatest(
        coalesce(costs.running_stated_bracket, costs.billed_stated_bracket),
        coalesce(costs.billed_stated_bracket, costs.running_stated_bracket)
    )
{%- endset -%}
with costs as (
    select * from {{ ref('int_cases__annual_costs') }}
),

scales as (
    select * from {{ ref('int_high_cost_cases__refund_scales') }}
)

-- a year without all its thresholds counts as unknown: then the bracket is that of the case system, and the refund is
-- unknown, but for a service with a rate of its own
select
    costs.municipality_code,
    costs.month,
    costs.case_id,
    costs.station_id,
    costs.service_code,
    costs.provider_kind,
    costs.placement,
    {{ stated_bracket }} as stated_bracket,
    {{ bracket_of('costs.annual_cost_dkk', 'scales') }} as computed_bracket,
    coalesce({{ bracket_of('costs.annual_cost_dkk', 'scales') }}, {{ stated_bracket }}) as bracket,
    costs.data_origin,
    costs.row_count,
    costs.places,
    costs.own_places,
    costs.annual_cost_dkk,
    cast({{ annual_refund_of('costs.annual_cost_dkk', 'scales') }} as decimal(18, 2)) as annual_refund_dkk,
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

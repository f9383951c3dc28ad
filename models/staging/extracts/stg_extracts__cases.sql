-- which months are due is asked below this model, and by its tests
-- depends_on: {{ ref('stg_extracts__deliveries') }}
with delivered as (
    {{ extract_rows('cases', [ref('sample_cases_2024'), ref('sample_cases_2025'), ref('sample_cases_2026')]) }}
)

select
    municipality_code,
    cast(month as date) as month,
    case_id,
    service_code,
    provider_kind,
    placement,
    cost_kind,
    cast(monthly_cost_dkk as decimal(18, 2)) as monthly_cost_dkk,
    refund_bracket,
    station_id,
    cast(counterfactual_monthly_cost_dkk as decimal(18, 2)) as counterfactual_monthly_cost_dkk,
    data_origin
from delivered

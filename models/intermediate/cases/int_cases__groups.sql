{{ config(**incremental_by('month')) }}

with cases as (
    select * from {{ ref('int_cases__refunds') }}
    where {{ is_due('month') }}
)

select
    municipality_code,
    month,
    service_code,
    provider_kind,
    placement,
    bracket,
    max(data_origin) as data_origin,
    count(*) as cases,
    sum(row_count) as row_count,
    sum(places) as places,
    sum(own_places) as own_places,
    cast(sum(actual_dkk) as decimal(28, 2)) as actual_dkk,
    cast(sum(actual_refund_dkk) as decimal(28, 2)) as known_refund_dkk,
    count(*) - count(actual_refund_dkk) as cases_without_refund,
    cast(sum(annual_cost_dkk) as decimal(28, 2)) as annual_cost_dkk,
    cast(sum(annual_refund_dkk) as decimal(28, 2)) as known_annual_refund_dkk,
    count(*) - count(annual_refund_dkk) as cases_without_annual_refund
from cases
group by municipality_code, month, service_code, provider_kind, placement, bracket

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
    cast(count(*) as integer) as cases,
    cast(sum(row_count) as integer) as row_count,
    cast(sum(places) as integer) as places,
    cast(sum(own_places) as integer) as own_places,
    cast(sum(actual_dkk) as decimal(18, 2)) as actual_dkk,
    cast(sum(actual_refund_dkk) as decimal(18, 2)) as known_refund_dkk,
    cast(count(*) - count(actual_refund_dkk) as integer) as cases_without_refund,
    cast(sum(annual_cost_dkk) as decimal(18, 2)) as annual_cost_dkk,
    cast(sum(annual_refund_dkk) as decimal(18, 2)) as known_annual_refund_dkk,
    cast(count(*) - count(annual_refund_dkk) as integer) as cases_without_annual_refund
from cases
group by municipality_code, month, service_code, provider_kind, placement, bracket

{{ config(**incremental_by('month')) }}

with groups as (
    select * from {{ ref('int_cases__groups') }}
    where
        bracket <> 'none'
        and {{ is_due('month') }}
)

select
    municipality_code,
    month,
    bracket,
    sum(cases) as cases,
    cast(sum(annual_cost_dkk) as decimal(28, 2)) as gross_dkk,
    cast(
        case when sum(cases_without_annual_refund) = 0 then sum(known_annual_refund_dkk) end as decimal(28, 2)
    ) as refund_dkk,
    max(data_origin) as data_origin
from groups
group by municipality_code, month, bracket

{{ config(**incremental_by('month')) }}

with case_months as (
    select * from {{ ref('int_high_cost_cases__case_months') }}
    where {{ is_due('month') }}
)

select
    municipality_code,
    month,
    bracket,
    count(*) as cases,
    cast(sum(gross_dkk) as decimal(28, 2)) as gross_dkk,
    cast(case when count(refund_dkk) = count(*) then sum(refund_dkk) end as decimal(28, 2)) as refund_dkk,
    max(data_origin) as data_origin
from case_months
group by municipality_code, month, bracket

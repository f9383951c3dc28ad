select
    month,
    bracket,
    count(*) as cases,
    sum(gross_dkk) as gross_dkk,
    case when count(refund_dkk) = count(*) then sum(refund_dkk) end as refund_dkk,
    max(data_origin) as data_origin
from {{ ref('int_high_cost_cases__case_months') }}
group by month, bracket

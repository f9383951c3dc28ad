select
    municipality_code,
    month,
    case_id,
    annual_cost_dkk as gross_dkk,
    cast(annual_cost_dkk - annual_refund_dkk as decimal(18, 2)) as net_dkk
from {{ ref('int_cases__refunds') }}
where bracket <> 'none'

select
    municipality_code,
    month,
    case_id,
    bracket,
    annual_cost_dkk as gross_dkk,
    annual_refund_dkk as refund_dkk,
    cast(annual_cost_dkk - annual_refund_dkk as decimal(18, 2)) as net_dkk,
    data_origin
from {{ ref('int_cases__refunds') }}
where bracket <> 'none'

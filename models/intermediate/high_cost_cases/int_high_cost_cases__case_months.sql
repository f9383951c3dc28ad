with costs as (
    select * from {{ ref('int_cases__annual_costs') }}
    where bracket <> 'none'
),

scales as (
    select * from {{ ref('int_high_cost_cases__refund_scales') }}
),

-- on the year's level of the month, so that the figures compare with the printed ones
refunded as (
    select
        costs.*,
        cast(round({{ refund_of('costs.annual_cost_dkk', 'scales') }}, 2) as decimal(18, 2)) as refund_dkk
    from costs
    left join scales
        on costs.calendar_year = scales.year
)

select
    municipality_code,
    month,
    case_id,
    bracket,
    annual_cost_dkk as gross_dkk,
    refund_dkk,
    cast(annual_cost_dkk - refund_dkk as decimal(18, 2)) as net_dkk,
    data_origin
from refunded

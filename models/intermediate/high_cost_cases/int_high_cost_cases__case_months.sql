with costs as (
    select * from {{ ref('int_cases__annual_costs') }}
    where bracket <> 'none'
),

steps as (
    select * from {{ ref('int_high_cost_cases__refund_steps') }}
),

-- on the year's level of the month, so that the figures compare with the printed ones
refunded as (
    select
        costs.municipality_code,
        costs.month,
        costs.case_id,
        sum(
            steps.added_rate_share
            * cast(greatest(costs.annual_cost_dkk - steps.threshold_dkk, 0) as decimal(28, 2))
        ) as refund_dkk
    from costs
    inner join steps
        on costs.calendar_year = steps.year
    group by costs.municipality_code, costs.month, costs.case_id
)

select
    costs.municipality_code,
    costs.month,
    costs.case_id,
    costs.bracket,
    costs.annual_cost_dkk as gross_dkk,
    cast(round(refunded.refund_dkk, 2) as decimal(18, 2)) as refund_dkk,
    cast(costs.annual_cost_dkk - round(refunded.refund_dkk, 2) as decimal(18, 2)) as net_dkk,
    costs.data_origin
from costs
left join refunded
    on
        costs.municipality_code = refunded.municipality_code
        and costs.month = refunded.month
        and costs.case_id = refunded.case_id

with brackets as (
    select * from {{ ref('int_high_cost_cases__brackets') }}
),

steps as (
    select * from {{ ref('int_high_cost_cases__refund_steps') }}
),

-- every case of a bracket has passed all thresholds up to its own, so the marginal refund is linear in cost and count
refunds as (
    select
        brackets.series,
        brackets.period_start,
        brackets.bracket,
        sum(
            steps.added_rate_share
            * cast(brackets.gross_dkk - brackets.cases * steps.threshold_dkk as decimal(28, 2))
        ) as refund_dkk
    from brackets
    inner join steps
        on
            brackets.calendar_year = steps.year
            and cast(steps.bracket as integer) <= cast(brackets.bracket as integer)
    group by brackets.series, brackets.period_start, brackets.bracket
)

select
    brackets.series,
    brackets.period_start,
    brackets.bracket,
    brackets.table_id,
    brackets.cases,
    brackets.gross_dkk,
    cast(refunds.refund_dkk as decimal(18, 2)) as refund_dkk
from brackets
left join refunds
    on
        brackets.series = refunds.series
        and brackets.period_start = refunds.period_start
        and brackets.bracket = refunds.bracket

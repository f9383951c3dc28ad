with brackets as (
    select * from {{ ref('int_high_cost_cases__brackets') }}
),

thresholds as (
    select * from {{ ref('refund_thresholds') }}
),

-- what a threshold adds to the rate of the one below it: 25, 25 and 25 percentage points; a year with a threshold
-- missing would give a refund that looks right and is not, so it counts as unknown
steps as (
    select
        year,
        bracket,
        threshold_dkk,
        refund_rate_share
        - coalesce(
            lag(refund_rate_share) over (partition by year order by threshold_dkk nulls first), 0
        ) as added_rate_share,
        count(*) over (partition by year) as brackets_known
    from thresholds
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
    where steps.brackets_known = 3
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

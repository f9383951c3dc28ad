with thresholds as (
    select * from {{ ref('refund_thresholds') }}
),

-- what a threshold adds to the rate of the one below it: 25, 25 and 25 percentage points; a year with a threshold
-- missing would give a refund that looks right and is not, so it counts as unknown
steps as (
    select
        year,
        bracket,
        threshold_dkk,
        cast(
            refund_rate_share
            - coalesce(
                lag(refund_rate_share) over (
                    partition by year order by threshold_dkk asc nulls first
                ), 0
            ) as decimal(9, 6)
        ) as added_rate_share,
        count(*) over (partition by year) as brackets_known
    from thresholds
)

select
    year,
    bracket,
    threshold_dkk,
    added_rate_share
from steps
where brackets_known = 3

-- The thresholds are regulated by one rate a year and rounded to 10.000 kr. A bracket that is missing, is not rounded,
-- or rises in another proportion than its neighbours is a slip of the pen, and every refund of the year is wrong by it.
with thresholds as (
    select
        year,
        bracket,
        threshold_dkk,
        lag(threshold_dkk) over (
            partition by bracket order by year asc nulls first
        ) as earlier_threshold_dkk
    from {{ ref('refund_thresholds') }}
),

incomplete as (
    select year
    from thresholds
    group by year
    having count(distinct bracket) <> 3
),

unrounded as (
    select year
    from thresholds
    where
        threshold_dkk <= 0
        or threshold_dkk <> 10000 * cast(threshold_dkk * 0.0001 as integer)
),

-- each threshold stands for half of 10.000 kr. to each side; the ratios of two brackets must be able to meet
out_of_step as (
    select low.year
    from thresholds as low
    inner join thresholds as high
        on low.year = high.year
    where
        (low.threshold_dkk - 5000) * (high.earlier_threshold_dkk - 5000)
        > (high.threshold_dkk + 5000) * (low.earlier_threshold_dkk + 5000)
),

not_rising as (
    select low.year
    from thresholds as low
    inner join thresholds as high
        on low.year = high.year
    where
        cast(low.bracket as integer) < cast(high.bracket as integer)
        and low.threshold_dkk >= high.threshold_dkk
)

select
    year,
    'incomplete' as problem
from incomplete
union all
select
    year,
    'not rounded to 10.000 kr.' as problem
from unrounded
union all
select
    year,
    'out of step with the other brackets' as problem
from out_of_step
union all
select
    year,
    'not rising' as problem
from not_rising

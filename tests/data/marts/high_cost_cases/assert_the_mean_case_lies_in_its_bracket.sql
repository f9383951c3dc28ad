-- A bracket holds the cases whose annual cost lies between its threshold and the next, so their mean does too. A count
-- in the wrong column, a wrong unit or the thresholds of another year break this.
with thresholds as (
    select
        year,
        bracket,
        threshold_dkk,
        lead(threshold_dkk) over (
            partition by year order by threshold_dkk asc nulls first
        ) as next_threshold_dkk
    from {{ ref('refund_thresholds') }}
)

select
    facts.series,
    facts.period_start,
    facts.bracket,
    facts.cases,
    facts.gross_dkk
from {{ ref('fct_high_cost_case') }} as facts
inner join thresholds
    on
        {{ date_part_of('year', 'facts.period_start') }} = thresholds.year
        and facts.bracket = thresholds.bracket
where
    facts.gross_dkk < facts.cases * thresholds.threshold_dkk
    or facts.gross_dkk > facts.cases * coalesce(thresholds.next_threshold_dkk, 1000000000)

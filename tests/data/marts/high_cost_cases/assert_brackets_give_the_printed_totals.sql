-- The brackets are all of the cases: what the marts hold must be the printed totals of both series, the cases exactly
-- and the cost within the rounding of four printed figures (0,2 mio. kr.).
with totals as (
    select
        series,
        period_start,
        table_id,
        sum(cases) as cases,
        sum(gross_dkk) as gross_dkk
    from {{ ref('fct_high_cost_case') }}
    where series in ('monthly', 'yearly')
    group by series, period_start, table_id
),

printed as (
    select
        figures.table_id,
        periods.period_start,
        max(case when figures.column_no = 7 then figures.value end) as cases,
        max(case when figures.column_no = 8 then figures.amount_dkk end) as gross_dkk
    from {{ ref('stg_documents__figures') }} as figures
    left join {{ ref('int_calendar__periods') }} as periods
        on lower(figures.row_label) = periods.period_label
    where figures.table_id in ('SAU-09', 'SAU-10')
    group by figures.table_id, periods.period_start
)

select
    coalesce(totals.table_id, printed.table_id) as table_id,
    coalesce(totals.period_start, printed.period_start) as period_start,
    totals.cases,
    printed.cases as printed_cases,
    totals.gross_dkk,
    printed.gross_dkk as printed_gross_dkk
from totals
full outer join printed
    on
        totals.table_id = printed.table_id
        and totals.period_start = printed.period_start
where
    totals.cases is null
    or printed.cases is null
    or totals.gross_dkk is null
    or printed.gross_dkk is null
    or totals.cases <> printed.cases
    or abs(totals.gross_dkk - printed.gross_dkk) > 200000

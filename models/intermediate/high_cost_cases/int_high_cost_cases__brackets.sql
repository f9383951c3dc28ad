with figures as (
    select * from {{ ref('stg_documents__figures') }}
),

columns_of_brackets as (
    select * from {{ ref('high_cost_columns') }}
),

periods as (
    select * from {{ ref('int_calendar__periods') }}
),

-- the counts stand in one column and the cost in the next: both in one row
bracket_cells as (
    select
        columns_of_brackets.series,
        periods.period_start,
        periods.calendar_year,
        columns_of_brackets.bracket,
        figures.table_id,
        case when columns_of_brackets.measure = 'cases' then figures.value end as cases,
        case when columns_of_brackets.measure = 'gross' then figures.amount_dkk end as gross_dkk
    from figures
    inner join columns_of_brackets
        on
            figures.table_id = columns_of_brackets.table_id
            and figures.column_no = columns_of_brackets.column_no
    left join periods
        on lower(figures.row_label) = periods.period_label
)

select
    series,
    period_start,
    calendar_year,
    bracket,
    table_id,
    cast(max(cases) as integer) as cases,
    cast(max(gross_dkk) as decimal(18, 2)) as gross_dkk
from bracket_cells
group by series, period_start, calendar_year, bracket, table_id

with lines as (
    select * from {{ ref('budget_lines') }}
),

figures as (
    select * from {{ ref('stg_documents__figures') }}
),

years as (
    select * from {{ ref('int_calendar__periods') }}
    where period_type = 'year'
)

-- a cell that the plan leaves blank is zero, not unknown: the printed nets only add up that way
select
    lines.line_id,
    lines.station_id,
    years.calendar_year as plan_year,
    lines.effect_starts_on,
    cast(coalesce(figures.amount_dkk, 0) as decimal(18, 2)) as expected_effect_dkk,
    case when figures.amount_dkk is null then 0 else 1 end as is_printed,
    figures.figure_id
from lines
inner join figures
    on
        lines.table_id = figures.table_id
        and lines.row_no = figures.row_no
inner join years
    on figures.column_label = years.period_label

with figures as (
    select * from {{ ref('stg_documents__figures') }}
),

tables as (
    select * from {{ ref('budget_tables') }}
    where subject = 'appropriation'
),

years as (
    select * from {{ ref('int_calendar__periods') }}
    where period_type = 'year'
)

-- the column of construction grants (Anlægsbevillinger) belongs to no year: it stays in fct_published_figure
select
    cast(figures.table_id as {{ text_type() }}) as table_id,
    cast(figures.row_no as integer) as line_no,
    cast(years.calendar_year as integer) as year,
    cast(tables.area as {{ text_type() }}) as area,
    cast(figures.row_label as {{ text_type() }}) as line_name,
    cast(figures.amount_dkk as decimal(18, 2)) as amount_dkk,
    cast(
        case when figures.amount_dkk is null then 'Ikke trykt: cellen er en streg' end as {{ text_type() }}
    ) as missing_reason,
    cast(figures.first_amount_dkk as decimal(18, 2)) as first_amount_dkk,
    cast(figures.figure_id as {{ text_type() }}) as figure_id
from figures
inner join tables
    on figures.form_id = tables.table_id
inner join years
    on figures.column_label = years.period_label

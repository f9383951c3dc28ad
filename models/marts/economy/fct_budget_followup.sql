with figures as (
    select * from {{ ref('stg_documents__figures') }}
),

tables as (
    select * from {{ ref('budget_tables') }}
    where subject = 'budget_followup'
)

select
    cast(figures.table_id as {{ text_type() }}) as table_id,
    cast(figures.row_no as integer) as line_no,
    cast(figures.column_no as integer) as column_no,
    cast(tables.area as {{ text_type() }}) as area,
    cast(figures.row_label as {{ text_type() }}) as line_name,
    cast(figures.column_label as {{ text_type() }}) as column_name,
    cast(figures.amount_dkk as decimal(18, 2)) as amount_dkk,
    cast(case when figures.amount_dkk is null then 'Ikke trykt' end as {{ text_type() }}) as missing_reason,
    cast(figures.figure_id as {{ text_type() }}) as figure_id
from figures
inner join tables
    on figures.form_id = tables.table_id

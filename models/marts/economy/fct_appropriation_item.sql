with items as (
    select * from {{ ref('appropriation_items') }}
),

figures as (
    select * from {{ ref('stg_documents__figures') }}
),

tables as (
    select * from {{ ref('budget_tables') }}
)

select
    cast(items.table_id as {{ text_type() }}) as table_id,
    cast(items.item_no as integer) as item_no,
    cast(items.year as integer) as year,
    cast(tables.area as {{ text_type() }}) as area,
    cast(items.item_name as {{ text_type() }}) as item_name,
    cast(items.sign * figures.amount_dkk as decimal(18, 2)) as amount_dkk,
    cast(items.figure_id as {{ text_type() }}) as figure_id
from items
left join figures
    on items.figure_id = figures.figure_id
left join tables
    on items.table_id = tables.table_id

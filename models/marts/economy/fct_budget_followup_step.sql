with steps as (
    select * from {{ ref('followup_steps') }}
),

tables as (
    select * from {{ ref('dim_published_table') }}
),

lines as (
    select * from {{ ref('fct_budget_followup') }}
    where column_no = 1
)

select
    cast(tables.table_id as {{ text_type() }}) as table_id,
    cast(steps.step_no as integer) as step_no,
    cast(lines.area as {{ text_type() }}) as area,
    cast(coalesce(steps.step_name, lines.line_name) as {{ text_type() }}) as step_name,
    cast(steps.is_result as integer) as is_result,
    cast(
        lines.amount_dkk - case when steps.less_line_no is null then 0 else less_lines.amount_dkk end as decimal(18, 2)
    ) as amount_dkk,
    cast(tables.as_of_date as date) as as_of_date,
    cast(
        case when tables.as_of_date = max(tables.as_of_date) over (partition by tables.form_id) then 1 else 0 end
        as integer
    ) as is_newest
from steps
inner join tables
    on steps.table_id = tables.form_id
left join lines
    on
        tables.table_id = lines.table_id
        and steps.line_no = lines.line_no
left join lines as less_lines
    on
        tables.table_id = less_lines.table_id
        and steps.less_line_no = less_lines.line_no

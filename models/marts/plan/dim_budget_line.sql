with lines as (
    select * from {{ ref('budget_lines') }}
),

-- a row of a table has one label, printed once beside all its cells
labels as (
    select
        table_id,
        row_no,
        max(row_label) as row_label
    from {{ ref('stg_documents__figures') }}
    group by table_id, row_no
)

select
    cast(lines.line_id as {{ text_type() }}) as line_id,
    cast(lines.station_id as {{ text_type() }}) as station_id,
    cast(lines.line_no as integer) as line_no,
    cast(labels.row_label as {{ text_type() }}) as line_name,
    cast(lines.component as {{ text_type() }}) as component,
    cast(lines.funding_area as {{ text_type() }}) as funding_area,
    cast(lines.method as {{ text_type() }}) as method,
    cast(lines.method_note as {{ text_type() }}) as method_note,
    cast(lines.effect_starts_on as date) as effect_starts_on,
    cast(lines.table_id as {{ text_type() }}) as table_id,
    cast(lines.row_no as integer) as row_no
from lines
left join labels
    on
        lines.table_id = labels.table_id
        and lines.row_no = labels.row_no

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
    cast(lines.line_id as {{ dbt.type_string() }}) as line_id,
    cast(lines.station_id as {{ dbt.type_string() }}) as station_id,
    cast(lines.line_no as integer) as line_no,
    cast(labels.row_label as {{ dbt.type_string() }}) as line_name,
    cast(lines.component as {{ dbt.type_string() }}) as component,
    cast(lines.funding_area as {{ dbt.type_string() }}) as funding_area,
    cast(lines.method as {{ dbt.type_string() }}) as method,
    cast(lines.method_note as {{ dbt.type_string() }}) as method_note,
    cast(lines.effect_starts_on as date) as effect_starts_on,
    cast(lines.table_id as {{ dbt.type_string() }}) as table_id,
    cast(lines.row_no as integer) as row_no
from lines
left join labels
    on
        lines.table_id = labels.table_id
        and lines.row_no = labels.row_no

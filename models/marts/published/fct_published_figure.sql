select
    cast(table_id as varchar) as table_id,
    cast(row_no as integer) as row_no,
    cast(column_no as integer) as column_no,
    cast(figure_id as varchar) as figure_id,
    cast(document_id as varchar) as document_id,
    cast(row_label as varchar) as row_label,
    cast(column_label as varchar) as column_label,
    cast(value_as_printed as varchar) as value_as_printed,
    cast(value as decimal(18, 4)) as value,
    cast(unit as varchar) as unit,
    cast(amount_dkk as decimal(18, 2)) as amount_dkk,
    cast(source_line as integer) as source_line
from {{ ref('stg_published__figures') }}
where value is not null

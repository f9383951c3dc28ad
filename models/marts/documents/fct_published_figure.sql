select
    cast(table_id as {{ text_type() }}) as table_id,
    cast(row_no as integer) as row_no,
    cast(column_no as integer) as column_no,
    cast(figure_id as {{ text_type() }}) as figure_id,
    cast(document_id as {{ text_type() }}) as document_id,
    cast(row_label as {{ text_type() }}) as row_label,
    cast(column_label as {{ text_type() }}) as column_label,
    cast(value_as_printed as {{ text_type() }}) as value_as_printed,
    cast(value as decimal(18, 4)) as value,
    cast(unit as {{ text_type() }}) as unit,
    cast(amount_dkk as decimal(18, 2)) as amount_dkk,
    cast(source_line as integer) as source_line,
    cast(first_value_as_printed as {{ text_type() }}) as first_value_as_printed,
    cast(first_value as decimal(18, 4)) as first_value,
    cast(revisions as integer) as revisions
from {{ ref('stg_documents__figures') }}
where value is not null

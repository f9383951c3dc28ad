with revisions as (
    select * from {{ ref('cell_revisions') }}
),

prints as (
    select * from {{ ref('stg_documents__prints') }}
)

select
    cast(revisions.table_id as {{ text_type() }}) as table_id,
    cast(revisions.row_no as integer) as row_no,
    cast(revisions.column_no as integer) as column_no,
    cast(revisions.revision_no as integer) as revision_no,
    cast(revised.figure_id as {{ text_type() }}) as figure_id,
    cast(revised.row_label as {{ text_type() }}) as row_label,
    cast(revised.column_label as {{ text_type() }}) as column_label,
    cast(revised.unit as {{ text_type() }}) as unit,
    cast(revisions.earlier_value_as_printed as {{ text_type() }}) as earlier_value_as_printed,
    cast(earlier.value as decimal(18, 4)) as earlier_value,
    cast(revisions.revised_value_as_printed as {{ text_type() }}) as revised_value_as_printed,
    cast(revised.value as decimal(18, 4)) as revised_value,
    cast(revised.value - earlier.value as decimal(18, 4)) as difference,
    cast(revisions.document_id as {{ text_type() }}) as document_id,
    cast(revisions.source_line as integer) as source_line
from revisions
left join prints as revised
    on
        revisions.table_id = revised.table_id
        and revisions.row_no = revised.row_no
        and revisions.column_no = revised.column_no
        and revisions.revision_no = revised.revision_no
left join prints as earlier
    on
        revised.figure_id = earlier.figure_id
        and revised.revision_no - 1 = earlier.revision_no

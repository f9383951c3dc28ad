with printed_tables as (
    select * from {{ ref('printed_tables') }}
),

documents as (
    select * from {{ ref('dim_document') }}
)

select
    cast(printed_tables.table_id as {{ text_type() }}) as table_id,
    cast(printed_tables.form_id as {{ text_type() }}) as form_id,
    cast(printed_tables.table_title as {{ text_type() }}) as table_title,
    cast(printed_tables.is_table as integer) as is_table,
    cast(printed_tables.unit_as_printed as {{ text_type() }}) as unit_as_printed,
    cast(printed_tables.as_of_date as date) as as_of_date,
    cast(printed_tables.price_level_year as integer) as price_level_year,
    cast(printed_tables.document_id as {{ text_type() }}) as document_id,
    cast(documents.document_title as {{ text_type() }}) as document_title,
    cast(documents.document_date as date) as document_date,
    cast(printed_tables.header_line as integer) as source_line
from printed_tables
left join documents
    on printed_tables.document_id = documents.document_id

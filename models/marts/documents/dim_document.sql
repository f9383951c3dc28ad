with documents as (
    select * from {{ ref('source_documents') }}
)

select
    cast(document_id as {{ dbt.type_string() }}) as document_id,
    cast(document_title as {{ dbt.type_string() }}) as document_title,
    cast(publisher as {{ dbt.type_string() }}) as publisher,
    cast(document_date as date) as document_date,
    cast(document_note as {{ dbt.type_string() }}) as document_note
from documents

with documents as (
    select * from {{ ref('source_documents') }}
)

select
    cast(document_id as {{ text_type() }}) as document_id,
    cast(document_title as {{ text_type() }}) as document_title,
    cast(publisher as {{ text_type() }}) as publisher,
    cast(document_date as date) as document_date,
    cast(document_note as {{ text_type() }}) as document_note
from documents

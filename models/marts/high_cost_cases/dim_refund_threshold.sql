with thresholds as (
    select * from {{ ref('refund_thresholds') }}
),

documents as (
    select * from {{ ref('source_documents') }}
)

select
    cast(thresholds.year as integer) as year,
    cast(thresholds.bracket as {{ text_type() }}) as bracket,
    cast(thresholds.threshold_dkk as decimal(18, 2)) as threshold_dkk,
    cast(thresholds.refund_rate_share as decimal(9, 6)) as refund_rate_share,
    cast(thresholds.document_id as {{ text_type() }}) as document_id,
    cast(documents.document_title as {{ text_type() }}) as document_title,
    cast(thresholds.place as {{ text_type() }}) as place
from thresholds
left join documents
    on thresholds.document_id = documents.document_id

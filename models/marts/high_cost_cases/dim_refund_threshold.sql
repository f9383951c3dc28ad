with thresholds as (
    select * from {{ ref('refund_thresholds') }}
),

documents as (
    select * from {{ ref('source_documents') }}
)

select
    cast(thresholds.year as integer) as year,
    cast(thresholds.bracket as {{ dbt.type_string() }}) as bracket,
    cast(thresholds.threshold_dkk as decimal(18, 2)) as threshold_dkk,
    cast(thresholds.refund_rate_share as decimal(9, 6)) as refund_rate_share,
    cast(thresholds.document_id as {{ dbt.type_string() }}) as document_id,
    cast(documents.document_title as {{ dbt.type_string() }}) as document_title,
    cast(thresholds.place as {{ dbt.type_string() }}) as place
from thresholds
left join documents
    on thresholds.document_id = documents.document_id

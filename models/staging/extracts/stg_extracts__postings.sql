with delivered as (
    {{ extract_rows('postings', [ref('sample_postings')]) }}
)

select
    cast(month as date) as month,
    line_id,
    cast(amount_dkk as decimal(18, 2)) as amount_dkk,
    data_origin
from delivered

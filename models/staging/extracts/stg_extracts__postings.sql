with delivered as (
    {{ extract_rows(
        'postings',
        {'month': 'date', 'line_id': dbt.type_string(), 'amount_dkk': 'decimal(18, 2)'},
        [ref('sample_postings')]
    ) }}
)

select
    cast(month as date) as month,
    line_id,
    cast(amount_dkk as decimal(18, 2)) as amount_dkk,
    data_origin
from delivered

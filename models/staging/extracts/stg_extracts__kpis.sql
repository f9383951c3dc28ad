with delivered as (
    {{ extract_rows('kpis', [ref('sample_kpis')]) }}
)

select
    cast(month as date) as month,
    kpi_id,
    cast(value as decimal(18, 4)) as value,
    data_origin
from delivered

with delivered as (
    {{ extract_rows(
        'kpis', {'month': 'date', 'kpi_id': dbt.type_string(), 'value': 'decimal(18, 4)'}, [ref('sample_kpis')]
    ) }}
)

select
    cast(month as date) as month,
    kpi_id,
    cast(value as decimal(18, 4)) as value,
    data_origin
from delivered

with delivered as (
    {{ delivery_rows({
        'kind': dbt.type_string(),
        'month': 'date',
        'version': 'integer',
        'row_count': 'integer',
        'control_sum': 'decimal(28, 4)',
        'file_name': dbt.type_string(),
        'delivered_by': dbt.type_string(),
        'accepted_at': dbt.type_string(),
        'file_sha256': dbt.type_string(),
        'content_sha256': dbt.type_string(),
        'gate_version': dbt.type_string()
    }) }}
)

select
    kind,
    cast(month as date) as month,
    cast(version as integer) as version,
    cast(row_count as integer) as row_count,
    cast(control_sum as decimal(28, 4)) as control_sum,
    file_name,
    delivered_by,
    accepted_at,
    file_sha256,
    content_sha256,
    gate_version,
    -- by content, not by date: a month that comes late, back-dated or again is due too
    cast(is_due as integer) as is_due
from delivered

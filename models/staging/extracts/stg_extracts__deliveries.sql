with delivered as (
    {{ delivery_rows() }}
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

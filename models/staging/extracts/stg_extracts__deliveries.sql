{{ config(post_hook="{{ withdraw_from_ledger() }}") }}
{%- set ledger = ledger() %}

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
),

computed as (
    select
        kind,
        month,
        content_sha256
    from {{ ledger or 'delivered' }}
    {{ 'where 1 = 0' if not ledger }}
)

select
    delivered.kind,
    cast(delivered.month as date) as month,
    cast(delivered.version as integer) as version,
    cast(delivered.row_count as integer) as row_count,
    cast(delivered.control_sum as decimal(28, 4)) as control_sum,
    delivered.file_name,
    delivered.delivered_by,
    delivered.accepted_at,
    delivered.file_sha256,
    delivered.content_sha256,
    delivered.gate_version,
    -- by content, not by date: a month that comes late, back-dated or again is due too
    case when delivered.content_sha256 = computed.content_sha256 then 0 else 1 end as is_due
from delivered
left join computed
    on
        delivered.kind = computed.kind
        and delivered.month = computed.month

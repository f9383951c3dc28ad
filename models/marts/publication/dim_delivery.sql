with cases as (
    select
        'cases' as kind,
        month,
        min(data_origin) as data_origin,
        sum(row_count) as row_count,
        sum(control_sum) as control_sum
    from {{ ref('int_cases__delivered_months') }}
    group by month
),

postings as (
    select
        'postings' as kind,
        month,
        min(data_origin) as data_origin,
        count(*) as row_count,
        cast(sum(amount_dkk) as decimal(28, 4)) as control_sum
    from {{ ref('stg_extracts__postings') }}
    group by month
),

kpis as (
    select
        'kpis' as kind,
        month,
        min(data_origin) as data_origin,
        count(*) as row_count,
        cast(sum(value) as decimal(28, 4)) as control_sum
    from {{ ref('stg_extracts__kpis') }}
    group by month
),

loaded as (
    select * from cases
    union all
    select * from postings
    union all
    select * from kpis
),

deliveries as (
    select * from {{ ref('stg_extracts__deliveries') }}
)

-- from both sides: a delivery that was archived and not loaded must show, and fail
select
    cast(coalesce(loaded.kind, deliveries.kind) as {{ text_type() }}) as kind,
    cast(coalesce(loaded.month, deliveries.month) as date) as month,
    cast(loaded.data_origin as {{ text_type() }}) as data_origin,
    cast(coalesce(loaded.row_count, 0) as integer) as row_count,
    cast(coalesce(loaded.control_sum, 0) as decimal(28, 4)) as control_sum,
    cast(deliveries.version as integer) as version,
    cast(deliveries.row_count as integer) as archived_row_count,
    cast(deliveries.control_sum as decimal(28, 4)) as archived_control_sum,
    cast(deliveries.file_name as {{ text_type() }}) as file_name,
    cast(deliveries.delivered_by as {{ text_type() }}) as delivered_by,
    cast(deliveries.accepted_at as {{ text_type() }}) as accepted_at,
    cast(deliveries.file_sha256 as {{ text_type() }}) as file_sha256,
    cast(deliveries.content_sha256 as {{ text_type() }}) as content_sha256,
    cast(deliveries.gate_version as {{ text_type() }}) as gate_version
from loaded
full outer join deliveries
    on loaded.kind = deliveries.kind and loaded.month = deliveries.month

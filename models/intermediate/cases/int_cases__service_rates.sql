{{ config(materialized='table') }}

with services as (
    select * from {{ ref('services') }}
),

figures as (
    select * from {{ ref('stg_documents__figures') }}
)

select
    services.service_code,
    services.is_residential,
    {{ in_millionths('(figures.value * 0.01)') }} as refund_millionths
from services
left join figures
    on services.refund_figure_id = figures.figure_id

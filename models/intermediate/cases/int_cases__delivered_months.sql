{{ config(**incremental_by('month')) }}

with groups as (
    select * from {{ ref('int_cases__groups') }}
    where {{ is_due('month') }}
)

select
    municipality_code,
    month,
    max(data_origin) as data_origin,
    sum(row_count) as row_count,
    cast(sum(actual_dkk) as decimal(28, 4)) as control_sum,
    sum(places) as places,
    sum(own_places) as own_places
from groups
group by municipality_code, month

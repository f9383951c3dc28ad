{{ config(**incremental_by('month')) }}

with cases as (
    select * from {{ ref('stg_extracts__cases') }}
    where {{ is_due('month') }}
),

services as (
    select * from {{ ref('services') }}
),

-- a single bill of a home is no place in it
counted as (
    select
        cases.*,
        case when services.is_residential = 1 and cases.cost_kind = 'level' then 1 else 0 end as is_place
    from cases
    left join services
        on cases.service_code = services.service_code
)

select
    municipality_code,
    month,
    min(data_origin) as data_origin,
    count(*) as row_count,
    cast(sum(monthly_cost_dkk) as decimal(28, 4)) as control_sum,
    sum(is_place) as places,
    sum(case when placement = 'own_municipality' then is_place else 0 end) as own_places
from counted
group by municipality_code, month

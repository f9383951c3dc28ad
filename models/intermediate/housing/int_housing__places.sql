with cases as (
    select * from {{ ref('stg_extracts__cases') }}
),

services as (
    select * from {{ ref('services') }}
),

years as (
    select * from {{ ref('int_calendar__periods') }}
    where period_type = 'year'
)

select
    years.period_start,
    min(cases.month) as first_month,
    max(cases.month) as last_month,
    sum(case when cases.placement = 'own_municipality' then 1 else 0 end) as own_places,
    count(*) as places,
    max(cases.data_origin) as data_origin
from cases
inner join services
    on
        cases.service_code = services.service_code
        and services.is_residential = 1
inner join years
    on {{ date_part_of('year', 'cases.month') }} = years.calendar_year
group by years.period_start

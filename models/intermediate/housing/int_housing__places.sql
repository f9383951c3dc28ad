with months as (
    select * from {{ ref('int_cases__delivered_months') }}
    where
        municipality_code = '{{ var("plan_municipality") }}'
        and places > 0
),

years as (
    select * from {{ ref('int_calendar__periods') }}
    where period_type = 'year'
)

select
    years.period_start,
    min(months.month) as first_month,
    max(months.month) as last_month,
    cast(sum(months.own_places) as integer) as own_places,
    cast(sum(months.places) as integer) as places,
    max(months.data_origin) as data_origin
from months
inner join years
    on {{ date_part_of('year', 'months.month') }} = years.calendar_year
group by years.period_start

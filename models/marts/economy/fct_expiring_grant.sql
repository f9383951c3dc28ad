with figures as (
    select * from {{ ref('stg_published__figures') }}
),

grant_tables as (
    select * from {{ ref('budget_tables') }}
    where subject = 'expiring_grant'
),

tables as (
    select * from {{ ref('printed_tables') }}
),

years as (
    select * from {{ ref('int_calendar__periods') }}
    where period_type = 'year'
)

select
    cast(figures.row_label as {{ dbt.type_string() }}) as grant_name,
    cast(years.calendar_year as integer) as year,
    cast(figures.amount_dkk as decimal(18, 2)) as amount_dkk,
    cast(tables.price_level_year as integer) as price_level_year,
    cast(figures.figure_id as {{ dbt.type_string() }}) as figure_id
from figures
inner join grant_tables
    on figures.table_id = grant_tables.table_id
inner join tables
    on figures.table_id = tables.table_id
inner join years
    on figures.column_label = years.period_label

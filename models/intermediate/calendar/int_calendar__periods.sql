with spine as (
    {{ dbt.date_spine(
        'month',
        "cast('" ~ var('calendar_start') ~ "' as date)",
        "cast('" ~ var('calendar_end') ~ "' as date)"
    ) }}
),

danish_months as (
    select * from {{ ref('danish_months') }}
),

months as (
    select
        cast(date_month as date) as month_start,
        cast(extract(year from date_month) as integer) as calendar_year,
        cast(extract(month from date_month) as integer) as month_no
    from spine
),

named as (
    select
        months.month_start,
        months.calendar_year,
        months.month_no,
        danish_months.month_name
    from months
    inner join danish_months
        on months.month_no = danish_months.month_no
)

select
    'month' as period_type,
    month_start as period_start,
    calendar_year,
    month_no,
    month_name || ' ' || cast(calendar_year as {{ dbt.type_string() }}) as period_label
from named
union all
select
    'year' as period_type,
    month_start as period_start,
    calendar_year,
    cast(null as integer) as month_no,
    cast(calendar_year as {{ dbt.type_string() }}) as period_label
from named
where month_no = 1

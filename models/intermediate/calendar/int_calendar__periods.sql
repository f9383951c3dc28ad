-- counted here and not by dbt.date_spine, which asks the database for the number of months while dbt compiles
with digits as (
    {%- for digit in range(10) %}
        select {{ digit }} as digit
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

numbers as (
    select hundreds.digit * 100 + tens.digit * 10 + ones.digit as months_from_start
    from digits as hundreds
    cross join digits as tens
    cross join digits as ones
),

spine as (
    select
        cast(
            {{ dbt.dateadd('month', 'months_from_start', "cast('" ~ var('calendar_start') ~ "' as date)") }} as date
        ) as date_month
    from numbers
),

danish_months as (
    select * from {{ ref('danish_months') }}
),

months as (
    select
        date_month as month_start,
        {{ date_part_of('year', 'date_month') }} as calendar_year,
        {{ date_part_of('month', 'date_month') }} as month_no
    from spine
    where date_month < cast('{{ var('calendar_end') }}' as date)
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
    month_name || ' ' || cast(calendar_year as {{ text_type() }}) as period_label
from named
union all
select
    'year' as period_type,
    month_start as period_start,
    calendar_year,
    cast(null as integer) as month_no,
    cast(calendar_year as {{ text_type() }}) as period_label
from named
where month_no = 1

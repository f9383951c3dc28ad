-- A month that was never delivered looks like one in which nothing happened: to date would be too low by it.
with delivered as (
    select
        'cases' as kind,
        month
    from {{ ref('int_cases__delivered_months') }}
    union
    select
        'postings' as kind,
        month
    from {{ ref('stg_extracts__postings') }}
    union
    select
        'kpis' as kind,
        month
    from {{ ref('stg_extracts__kpis') }}
),

spans as (
    select
        kind,
        min(month) as first_month,
        max(month) as last_month
    from delivered
    group by kind
)

select
    spans.kind,
    periods.period_start as missing_month
from spans
inner join {{ ref('int_calendar__periods') }} as periods
    on
        periods.period_type = 'month'
        and spans.first_month <= periods.period_start
        and spans.last_month >= periods.period_start
left join delivered
    on
        spans.kind = delivered.kind
        and periods.period_start = delivered.month
where delivered.month is null

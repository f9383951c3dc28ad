with line_years as (
    select * from {{ ref('int_plan__line_years') }}
),

months as (
    select * from {{ ref('int_calendar__periods') }}
    where period_type = 'month'
),

-- twelve equal parts, or as many as there are months left from the month in which the effect starts
numbered as (
    select
        line_years.line_id,
        line_years.station_id,
        line_years.plan_year,
        line_years.expected_effect_dkk as year_effect_dkk,
        months.period_start as effect_month,
        case
            when line_years.effect_starts_on is null then 0
            when {{ date_part_of('year', 'line_years.effect_starts_on') }} < line_years.plan_year then 0
            when {{ date_part_of('year', 'line_years.effect_starts_on') }} > line_years.plan_year then 12
            else {{ date_part_of('month', 'line_years.effect_starts_on') }} - 1
        end as months_before_start,
        months.month_no
    from line_years
    inner join months
        on line_years.plan_year = months.calendar_year
),

shares as (
    select
        line_id,
        station_id,
        plan_year,
        effect_month,
        year_effect_dkk,
        cast(greatest(month_no - months_before_start, 0) as bigint) as months_passed,
        cast(greatest(month_no - months_before_start - 1, 0) as bigint) as months_passed_before,
        cast(12 - months_before_start as bigint) as months_with_effect,
        cast(abs(year_effect_dkk) * 100 as bigint) as year_effect_oere
    from numbered
),

-- each month is the rounded sum so far minus the rounded sum before it: the months add up to the year to the øre
so_far as (
    select
        shares.*,
        {{ integer_divide(
            '2 * year_effect_oere * months_passed + months_with_effect',
            '2 * nullif(months_with_effect, 0)'
        ) }} as oere_so_far,
        {{ integer_divide(
            '2 * year_effect_oere * months_passed_before + months_with_effect',
            '2 * nullif(months_with_effect, 0)'
        ) }} as oere_before
    from shares
)

select
    line_id,
    station_id,
    plan_year,
    effect_month,
    cast(
        case when year_effect_dkk < 0 then -0.01 else 0.01 end
        * cast(coalesce(oere_so_far - oere_before, 0) as decimal(16, 0)) as decimal(18, 2)
    ) as expected_effect_dkk
from so_far

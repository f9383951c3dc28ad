with cases as (
    select * from {{ ref('stg_extracts__cases') }}
),

-- a running cost stands for twelve months, a single bill for itself; a case is one whatever services it is made of
annual as (
    select
        municipality_code,
        month,
        {{ date_part_of('year', 'month') }} as calendar_year,
        case_id,
        sum(case when cost_kind = 'level' then 12 * monthly_cost_dkk else monthly_cost_dkk end) as annual_cost_dkk,
        sum(monthly_cost_dkk) as monthly_cost_dkk,
        max(refund_bracket) as stated_bracket,
        max(data_origin) as data_origin
    from cases
    group by municipality_code, month, {{ date_part_of('year', 'month') }}, case_id
),

-- a year without all its thresholds counts as unknown: the case system's own bracket is used
steps as (
    select * from {{ ref('int_high_cost_cases__refund_steps') }}
),

known_years as (
    select distinct year from steps
),

passed as (
    select
        annual.municipality_code,
        annual.month,
        annual.case_id,
        max(steps.bracket) as computed_bracket
    from annual
    inner join steps
        on
            annual.calendar_year = steps.year
            and annual.annual_cost_dkk > steps.threshold_dkk
    group by annual.municipality_code, annual.month, annual.case_id
)

select
    annual.municipality_code,
    annual.month,
    annual.calendar_year,
    annual.case_id,
    cast(annual.annual_cost_dkk as decimal(18, 2)) as annual_cost_dkk,
    cast(annual.monthly_cost_dkk as decimal(18, 2)) as monthly_cost_dkk,
    annual.stated_bracket,
    case when known_years.year is not null then coalesce(passed.computed_bracket, 'none') end as computed_bracket,
    case
        when known_years.year is not null then coalesce(passed.computed_bracket, 'none')
        else annual.stated_bracket
    end as bracket,
    annual.data_origin
from annual
left join known_years
    on annual.calendar_year = known_years.year
left join passed
    on
        annual.municipality_code = passed.municipality_code
        and annual.month = passed.month
        and annual.case_id = passed.case_id

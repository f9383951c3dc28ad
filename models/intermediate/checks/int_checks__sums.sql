with terms as (
    select * from {{ ref('int_checks__terms') }}
),

figures as (
    select * from {{ ref('int_checks__figures') }}
),

units as (
    select * from {{ ref('units') }}
),

-- amounts in kroner, so that mio. and 1.000 kr. can be added; every printed value with its interval
valued as (
    select
        terms.check_id,
        terms.check_kind,
        terms.description,
        terms.printed_figure_id,
        terms.role,
        cast(terms.coefficient as decimal(28, 6)) * figures.value * units.factor_to_base as term_value,
        cast(abs(terms.coefficient) as decimal(28, 6)) * figures.half_unit * units.factor_to_base as term_half
    from terms
    left join figures
        on terms.term_figure_id = figures.figure_id
    left join units
        on figures.unit = units.unit
),

-- a '-' among the parts of a printed total is no amount; in every other check a missing figure leaves it uncomputable
summed as (
    select
        check_id,
        check_kind,
        description,
        printed_figure_id,
        sum(case when role = 'numerator' then term_value end) as numerator,
        sum(case when role = 'numerator' then term_half end) as numerator_half,
        sum(case when role = 'denominator' then term_value end) as denominator,
        sum(case when role = 'denominator' then term_half end) as denominator_half,
        sum(case when role = 'factor' then term_value end) as factor,
        sum(case when role = 'factor' then term_half end) as factor_half,
        sum(case when role = 'denominator' then 1 else 0 end) as denominators,
        sum(case when role = 'factor' then 1 else 0 end) as factors,
        sum(case when term_value is null then 1 else 0 end) as missing_terms
    from valued
    group by check_id, check_kind, description, printed_figure_id
)

select
    check_id,
    check_kind,
    description,
    printed_figure_id,
    cast(
        case when missing_terms = 0 or check_kind = 'sum' then numerator end as decimal(28, 6)
    ) as numerator,
    cast(numerator_half as decimal(28, 6)) as numerator_half,
    cast(case when denominators = 0 then 1 else denominator end as decimal(28, 6)) as denominator,
    cast(case when denominators = 0 then 0 else denominator_half end as decimal(28, 6)) as denominator_half,
    cast(case when factors = 0 then 1 else factor end as decimal(28, 6)) as factor,
    cast(case when factors = 0 then 0 else factor_half end as decimal(28, 6)) as factor_half
from summed

with sums as (
    select * from {{ ref('int_checks__sums') }}
),

figures as (
    select * from {{ ref('int_checks__figures') }}
),

units as (
    select * from {{ ref('units') }}
),

-- 21 and 16 digits, because a product has at most 38
ends as (
    select
        check_id,
        check_kind,
        description,
        printed_figure_id,
        denominator,
        denominator_half,
        cast(numerator as decimal(21, 6)) as numerator,
        cast(numerator - numerator_half as decimal(21, 6)) as numerator_low,
        cast(numerator + numerator_half as decimal(21, 6)) as numerator_high,
        cast(factor as decimal(16, 6)) as factor,
        cast(factor - factor_half as decimal(16, 6)) as factor_low,
        cast(factor + factor_half as decimal(16, 6)) as factor_high
    from sums
),

-- the interval of a product, and of a quotient with a positive divisor, ends at two of its four corners
multiplied as (
    select
        check_id,
        check_kind,
        description,
        printed_figure_id,
        denominator,
        denominator_half,
        cast(numerator * factor as decimal(28, 6)) as product,
        cast(least(numerator_low * factor_low, numerator_low * factor_high) as decimal(28, 6)) as product_low,
        cast(greatest(numerator_high * factor_low, numerator_high * factor_high) as decimal(28, 6)) as product_high
    from ends
),

divided as (
    select
        check_id,
        check_kind,
        description,
        printed_figure_id,
        {{ exact_ratio('product', 'denominator') }} as computed,
        least(
            {{ exact_ratio('product_low', 'denominator - denominator_half') }},
            {{ exact_ratio('product_low', 'denominator + denominator_half') }}
        ) as computed_low,
        greatest(
            {{ exact_ratio('product_high', 'denominator - denominator_half') }},
            {{ exact_ratio('product_high', 'denominator + denominator_half') }}
        ) as computed_high
    from multiplied
)

-- back to the printed unit
select
    divided.check_id,
    divided.check_kind,
    divided.description,
    divided.printed_figure_id,
    figures.table_id,
    cast(figures.value as decimal(18, 6)) as printed_value,
    cast(figures.half_unit as decimal(18, 6)) as printed_half,
    cast(divided.computed * units.factor_from_base as decimal(18, 6)) as computed_value,
    cast(divided.computed_low * units.factor_from_base as decimal(18, 6)) as computed_low,
    cast(divided.computed_high * units.factor_from_base as decimal(18, 6)) as computed_high
from divided
left join figures
    on divided.printed_figure_id = figures.figure_id
left join units
    on figures.unit = units.unit
-- a row or column is checked where it prints a figure
where figures.value is not null

with sums as (
    select * from {{ ref('int_reconciliation__sums') }}
),

figures as (
    select * from {{ ref('int_reconciliation__figures') }}
),

units as (
    select * from {{ ref('units') }}
),

-- factors are small positive counts; their product with the numerator stays within the decimals
multiplied as (
    select
        check_id,
        check_kind,
        description,
        printed_figure_id,
        denominator,
        denominator_half,
        cast(numerator * cast(factor as decimal(9, 2)) as decimal(28, 6)) as product,
        cast(
            numerator_half * cast(factor as decimal(9, 2))
            + abs(numerator) * cast(factor_half as decimal(9, 2))
            + numerator_half * cast(factor_half as decimal(9, 2)) as decimal(28, 6)
        ) as product_half
    from sums
),

-- the quotient of two intervals with a positive divisor is widest at its corners
divided as (
    select
        check_id,
        check_kind,
        description,
        printed_figure_id,
        {{ exact_ratio('product', 'denominator') }} as computed,
        least(
            {{ exact_ratio('product - product_half', 'denominator - denominator_half') }},
            {{ exact_ratio('product - product_half', 'denominator + denominator_half') }}
        ) as computed_low,
        greatest(
            {{ exact_ratio('product + product_half', 'denominator - denominator_half') }},
            {{ exact_ratio('product + product_half', 'denominator + denominator_half') }}
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

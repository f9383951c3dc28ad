-- The checks of rpt_reconciliation are of the first prints. Where a later document revises a part and not the total, or
-- the other way round, what people read (the latest prints) no longer adds up, and no other test would see it.
with figures as (
    select
        figures.figure_id,
        figures.revisions,
        cast(cast(figures.value as decimal(28, 4)) * units.factor_to_base as decimal(28, 6)) as base_value,
        cast(figures.half_unit * units.factor_to_base as decimal(28, 6)) as base_half
    from {{ ref('stg_documents__figures') }} as figures
    left join {{ ref('units') }} as units
        on figures.unit = units.unit
),

-- a blank cell and a '-' among the parts are no amount
sums as (
    select
        terms.check_id,
        terms.printed_figure_id,
        totals.base_value as printed_value,
        totals.base_half as printed_half,
        sum(coalesce(terms.coefficient * parts.base_value, 0)) as computed_value,
        sum(coalesce(abs(terms.coefficient) * parts.base_half, 0)) as computed_half,
        totals.revisions + sum(coalesce(parts.revisions, 0)) as revisions
    from {{ ref('int_checks__terms') }} as terms
    inner join figures as totals
        on terms.printed_figure_id = totals.figure_id
    left join figures as parts
        on terms.term_figure_id = parts.figure_id
    where
        terms.check_kind = 'sum'
        and totals.base_value is not null
    group by terms.check_id, terms.printed_figure_id, totals.base_value, totals.base_half, totals.revisions
),

intervals as (
    select
        sums.*,
        sums.computed_value - sums.computed_half as computed_low,
        sums.computed_value + sums.computed_half as computed_high
    from sums
)

select intervals.*
from intervals
where
    intervals.revisions > 0
    and {{ check_verdict('intervals') }} = 'unreconciled'

-- The checks of rpt_reconciliation are of the first prints. Where a later document revises a part and not the total, or
-- the other way round, what people read (the latest prints) no longer adds up, and no other test would see it.
with figures as (
    select
        figures.*,
        cast(cast(figures.value as decimal(28, 4)) * units.factor_to_base as decimal(28, 6)) as base_value,
        cast(figures.half_unit * units.factor_to_base as decimal(28, 6)) as base_half
    from {{ ref('stg_documents__figures') }} as figures
    left join {{ ref('units') }} as units
        on figures.unit = units.unit
    where figures.is_table = 1
),

-- position is where a figure stands along the rule's axis, crossing where it stands across it
placed as (
    select
        figures.*,
        'row' as axis,
        figures.row_no as position,
        figures.column_no as crossing
    from figures
    union all
    select
        figures.*,
        'column' as axis,
        figures.column_no as position,
        figures.row_no as crossing
    from figures
),

-- a blank cell and a '-' among the parts are no amount
sums as (
    select
        rules.rule_id,
        totals.figure_id,
        totals.base_value as printed_total,
        sum(coalesce(rules.coefficient * terms.base_value, 0)) as sum_of_terms,
        totals.base_half + sum(coalesce(abs(rules.coefficient) * terms.base_half, 0)) as tolerance,
        totals.revisions + sum(coalesce(terms.revisions, 0)) as revisions
    from {{ ref('table_rules') }} as rules
    inner join placed as totals
        on
            rules.table_id = totals.table_id
            and rules.axis = totals.axis
            and rules.position = totals.position
    left join placed as terms
        on
            rules.term_table_id = terms.table_id
            and rules.axis = terms.axis
            and rules.term_position = terms.position
            and totals.crossing = terms.crossing
    where
        rules.check_kind = 'sum'
        and totals.value is not null
    group by rules.rule_id, totals.figure_id, totals.base_value, totals.base_half, totals.revisions
)

select *
from sums
where
    revisions > 0
    and abs(printed_total - sum_of_terms) > tolerance

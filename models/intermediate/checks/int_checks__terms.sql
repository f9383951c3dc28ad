with figures as (
    select * from {{ ref('int_checks__figures') }}
),

-- position is where a figure stands along the rule's axis, crossing where it stands across it
placed as (
    select
        figures.*,
        'row' as axis,
        figures.row_no as position,
        figures.column_no as crossing,
        figures.column_label as crossing_label
    from figures
    where figures.is_table = 1
    union all
    select
        figures.*,
        'column' as axis,
        figures.column_no as position,
        figures.row_no as crossing,
        figures.row_label as crossing_label
    from figures
    where figures.is_table = 1
),

rules as (
    select * from {{ ref('table_rules') }}
),

rule_terms as (
    select
        rules.rule_id || '/' || checked.crossing_label as check_id,
        rules.check_kind,
        rules.rule_name || ': ' || checked.crossing_label as description,
        checked.figure_id as printed_figure_id,
        'numerator' as role,
        term.figure_id as term_figure_id,
        rules.coefficient
    from rules
    inner join placed as checked
        on
            rules.table_id = checked.table_id
            and rules.axis = checked.axis
            and rules.position = checked.position
    left join placed as term
        on
            rules.term_table_id = term.table_id
            and rules.axis = term.axis
            and rules.term_position = term.position
            and checked.crossing = term.crossing
    where checked.value is not null
),

claims as (
    select * from {{ ref('text_claims') }}
),

claim_terms as (
    select * from {{ ref('text_claim_terms') }}
)

select
    check_id,
    check_kind,
    description,
    printed_figure_id,
    role,
    term_figure_id,
    coefficient
from rule_terms
union all
select
    claims.check_id,
    claims.check_kind,
    claims.description,
    claims.figure_id as printed_figure_id,
    claim_terms.role,
    claim_terms.figure_id as term_figure_id,
    claim_terms.coefficient
from claims
left join claim_terms
    on claims.check_id = claim_terms.check_id

with figures as (
    select * from {{ ref('int_checks__figures') }}
),

checks as (
    select * from {{ ref('checks') }}
),

check_terms as (
    select * from {{ ref('check_terms') }}
),

-- A check is of one figure, or of every figure of a row or a column; `crossing` is where a figure stands in its row or
-- column, and the terms of a check stand in the same place of theirs.
placed as (
    select
        figures.figure_id as place,
        'figure' as axis,
        0 as crossing,
        '' as crossing_label,
        figures.figure_id
    from figures
    union all
    select
        figures.table_id || '.r' || cast(figures.row_no as {{ text_type() }}) as place,
        'row' as axis,
        figures.column_no as crossing,
        figures.column_label as crossing_label,
        figures.figure_id
    from figures
    where figures.is_table = 1
    union all
    select
        figures.table_id || '.c' || cast(figures.column_no as {{ text_type() }}) as place,
        'column' as axis,
        figures.row_no as crossing,
        figures.row_label as crossing_label,
        figures.figure_id
    from figures
    where figures.is_table = 1
)

select
    case
        when checked.axis = 'figure' then checks.check_id
        else checks.check_id || '/' || checked.crossing_label
    end as check_id,
    checks.check_kind,
    case
        when checked.axis = 'figure' then checks.description
        else checks.description || ': ' || checked.crossing_label
    end as description,
    checked.figure_id as printed_figure_id,
    check_terms.role,
    term.figure_id as term_figure_id,
    check_terms.coefficient
from checks
inner join placed as checked
    on checks.figure_id = checked.place
left join check_terms
    on checks.check_id = check_terms.check_id
left join placed as term
    on
        check_terms.figure_id = term.place
        and checked.axis = term.axis
        and checked.crossing = term.crossing

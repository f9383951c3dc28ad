-- Every term of a check with its printed cell and line, so that a verdict can be followed by hand.
-- Choose the check in the last line.
select
    report.check_id,
    report.description,
    report.printed_value,
    report.computed_value,
    report.verdict,
    terms.role,
    terms.coefficient,
    figures.first_value_as_printed,
    figures.unit,
    figures.table_id,
    figures.row_label,
    figures.column_label,
    figures.first_document_id,
    figures.first_source_line
from {{ ref('rpt_reconciliation') }} as report
inner join {{ ref('int_checks__terms') }} as terms
    on report.check_id = terms.check_id
left join {{ ref('stg_documents__figures') }} as figures
    on terms.term_figure_id = figures.figure_id
where report.check_id = 'sau_09_gross/April 2026'

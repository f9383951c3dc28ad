-- Where a station's amount of a year stands: each line of its budget with the printed cell, its unit and its line in
-- the document's text. Choose the station and the year in the last lines.
select
    budget.line_id,
    lines.line_name,
    budget.year,
    budget.expected_effect_dkk,
    budget.value_as_printed,
    figures.unit,
    figures.table_id,
    documents.document_title,
    documents.file_name,
    budget.source_line
from {{ ref('fct_station_budget') }} as budget
inner join {{ ref('dim_budget_line') }} as lines
    on budget.line_id = lines.line_id
left join {{ ref('fct_published_figure') }} as figures
    on budget.figure_id = figures.figure_id
left join {{ ref('source_documents') }} as documents
    on figures.document_id = documents.document_id
where
    budget.station_id = 'fp2024-1'
    and budget.year = 2026
order by budget.line_id

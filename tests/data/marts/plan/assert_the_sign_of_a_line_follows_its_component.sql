-- A gain entered as a cost doubles its own size in every total.
select
    lines.line_id,
    lines.component,
    budget.year,
    budget.expected_effect_dkk
from {{ ref('dim_budget_line') }} as lines
inner join {{ ref('fct_station_budget') }} as budget
    on lines.line_id = budget.line_id
where
    (lines.component = 'gain' and budget.expected_effect_dkk > 0)
    or (lines.component = 'cost' and budget.expected_effect_dkk < 0)

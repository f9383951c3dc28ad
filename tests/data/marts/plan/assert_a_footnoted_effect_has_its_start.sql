-- The plan marks an amount that is not a whole year's with a star. Without its start, the year would be spread over
-- twelve months, five of which promise nothing.
select
    lines.line_id,
    lines.effect_starts_on,
    budget.year,
    budget.value_as_printed
from {{ ref('dim_budget_line') }} as lines
inner join {{ ref('fct_station_budget') }} as budget
    on lines.line_id = budget.line_id
where
    (budget.value_as_printed like '%*' and lines.effect_starts_on is null)
    or (
        {{ date_part_of('year', 'lines.effect_starts_on') }} = budget.year
        and (budget.value_as_printed is null or budget.value_as_printed not like '%*')
    )

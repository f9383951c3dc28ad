-- Station 1 promises nothing before June 2024; a month expected too early shows as a loss that is none.
select
    months.line_id,
    months.month,
    months.expected_effect_dkk
from {{ ref('fct_station_effect_month') }} as months
inner join {{ ref('dim_budget_line') }} as lines
    on months.line_id = lines.line_id
where
    lines.effect_starts_on is not null
    and (
        (months.month < lines.effect_starts_on and months.expected_effect_dkk <> 0)
        or (months.month = lines.effect_starts_on and months.expected_effect_dkk = 0)
    )

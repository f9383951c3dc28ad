-- No method, no number: a figure on a line of method none has come from nowhere, and a line of any other method must be
-- measured by that method alone.
select
    months.line_id,
    months.month,
    lines.method,
    months.realised_effect_dkk
from {{ ref('fct_station_effect_month') }} as months
inner join {{ ref('dim_budget_line') }} as lines
    on months.line_id = lines.line_id
where
    (lines.method = 'none' and months.realised_effect_dkk is not null)
    or (lines.method <> 'driver' and months.quantity_effect_dkk is not null)
    or (lines.method = 'driver' and months.realised_effect_dkk is not null and months.quantity_effect_dkk is null)

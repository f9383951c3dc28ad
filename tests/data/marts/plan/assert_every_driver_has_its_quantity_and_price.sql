-- A driver line without a planned quantity for a year of the plan has no price, and is never measured again.
select
    budget.line_id,
    budget.year
from {{ ref('fct_station_budget') }} as budget
inner join {{ ref('dim_budget_line') }} as lines
    on budget.line_id = lines.line_id
left join {{ ref('int_effects__planned_prices') }} as prices
    on
        budget.line_id = prices.line_id
        and budget.year = prices.plan_year
where
    (lines.method = 'driver' and (prices.unit_price_dkk is null or prices.planned_price_dkk is null))
    or (lines.method = 'driver' and prices.unit_price_dkk <= 0)
    or (lines.method <> 'driver' and prices.line_id is not null)

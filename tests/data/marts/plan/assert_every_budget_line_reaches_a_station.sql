-- A line that does not reach a station's year is promised in the plan and counted nowhere.
select
    budget.line_id,
    budget.year
from {{ ref('fct_station_budget') }} as budget
left join {{ ref('fct_station_effect') }} as effect
    on
        budget.station_id = effect.station_id
        and budget.year = effect.year
where effect.station_id is null

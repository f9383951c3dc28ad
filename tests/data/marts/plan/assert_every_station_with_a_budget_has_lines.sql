-- The mirror: a station numbered in the plan annex without lines would be shown as if it promised nothing.
select
    stations.station_id,
    stations.station_no
from {{ ref('dim_station') }} as stations
left join {{ ref('fct_station_effect') }} as effect
    on stations.station_id = effect.station_id
where
    (stations.station_no is not null and effect.station_id is null)
    or (stations.station_no is null and effect.station_id is not null)
    or (stations.has_budget = 1 and stations.station_no is null)

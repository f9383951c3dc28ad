with stations as (
    select * from {{ ref('stations') }}
),

tracks as (
    select * from {{ ref('tracks') }}
),

lines as (
    select
        station_id,
        count(*) as budget_lines
    from {{ ref('budget_lines') }}
    group by station_id
)

select
    cast(stations.station_id as {{ text_type() }}) as station_id,
    cast(stations.station_no as integer) as station_no,
    cast(stations.station_name as {{ text_type() }}) as station_name,
    cast(stations.track_no as integer) as track_no,
    cast(tracks.track_name as {{ text_type() }}) as track_name,
    cast(stations.plan_period as {{ text_type() }}) as plan_period,
    cast(stations.status as {{ text_type() }}) as status,
    cast(stations.status_note as {{ text_type() }}) as status_note,
    cast(case when lines.budget_lines > 0 then 1 else 0 end as integer) as has_budget,
    cast(stations.document_id as {{ text_type() }}) as document_id,
    cast(stations.source_line as integer) as source_line
from stations
left join tracks
    on stations.track_no = tracks.track_no
left join lines
    on stations.station_id = lines.station_id

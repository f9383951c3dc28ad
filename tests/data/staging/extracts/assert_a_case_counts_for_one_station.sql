-- One saving credited to two stations is promised twice and saved once.
select
    municipality_code,
    month,
    case_id,
    count(distinct station_id) as stations
from {{ ref('stg_extracts__cases') }}
where
    station_id is not null
    and {{ is_tested('month') }}
group by municipality_code, month, case_id
having count(distinct station_id) > 1

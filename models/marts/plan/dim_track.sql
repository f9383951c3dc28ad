select
    cast(track_no as integer) as track_no,
    cast(track_name as varchar) as track_name,
    cast(track_goal as varchar) as track_goal
from {{ ref('tracks') }}

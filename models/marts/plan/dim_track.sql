select
    cast(track_no as integer) as track_no,
    cast(track_name as {{ text_type() }}) as track_name,
    cast(track_goal as {{ text_type() }}) as track_goal
from {{ ref('tracks') }}

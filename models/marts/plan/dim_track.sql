select
    cast(track_no as integer) as track_no,
    cast(track_name as {{ dbt.type_string() }}) as track_name,
    cast(track_goal as {{ dbt.type_string() }}) as track_goal
from {{ ref('tracks') }}

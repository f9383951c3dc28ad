with code_names as (
    select * from {{ ref('code_names') }}
)

select
    cast(code_set as {{ dbt.type_string() }}) as code_set,
    cast(code as {{ dbt.type_string() }}) as code,
    cast(sort_order as integer) as sort_order,
    cast(code_name as {{ dbt.type_string() }}) as code_name,
    cast(code_note as {{ dbt.type_string() }}) as code_note
from code_names

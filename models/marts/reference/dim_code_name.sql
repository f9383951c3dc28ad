with code_names as (
    select
        code_set,
        code,
        sort_order,
        code_name,
        code_note
    from {{ ref('code_names') }}
),

unit_names as (
    select
        'unit' as code_set,
        unit as code,
        row_number() over (order by unit asc nulls last) as sort_order,
        unit_name as code_name,
        cast(null as {{ dbt.type_string() }}) as code_note
    from {{ ref('units') }}
),

named as (
    select * from code_names
    union all
    select * from unit_names
)

select
    cast(code_set as {{ dbt.type_string() }}) as code_set,
    cast(code as {{ dbt.type_string() }}) as code,
    cast(sort_order as integer) as sort_order,
    cast(code_name as {{ dbt.type_string() }}) as code_name,
    cast(code_note as {{ dbt.type_string() }}) as code_note
from named

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
        cast(null as {{ text_type() }}) as code_note
    from {{ ref('units') }}
),

named as (
    select * from code_names
    union all
    select * from unit_names
)

select
    cast(code_set as {{ text_type() }}) as code_set,
    cast(code as {{ text_type() }}) as code,
    cast(sort_order as integer) as sort_order,
    cast(code_name as {{ text_type() }}) as code_name,
    cast(code_note as {{ text_type() }}) as code_note
from named

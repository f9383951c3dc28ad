with shares as (
    select * from {{ ref('self_sufficiency_figures') }}
),

figures as (
    select * from {{ ref('stg_published__figures') }}
)

select
    cast(shares.basis as {{ dbt.type_string() }}) as basis,
    cast(shares.period_start as date) as period_start,
    cast(shares.version as {{ dbt.type_string() }}) as version,
    cast(figures.value * 0.01 as decimal(9, 6)) as self_sufficiency_share,
    cast(shares.period_note as {{ dbt.type_string() }}) as period_note,
    cast(figures.table_id as {{ dbt.type_string() }}) as table_id,
    cast(shares.figure_id as {{ dbt.type_string() }}) as figure_id,
    cast('published' as {{ dbt.type_string() }}) as data_origin
from shares
left join figures
    on shares.figure_id = figures.figure_id

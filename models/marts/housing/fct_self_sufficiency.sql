with shares as (
    select * from {{ ref('self_sufficiency_figures') }}
),

figures as (
    select * from {{ ref('stg_published__figures') }}
)

select
    cast(shares.basis as varchar) as basis,
    cast(shares.period_start as date) as period_start,
    cast(shares.version as varchar) as version,
    cast(figures.value * 0.01 as decimal(9, 6)) as self_sufficiency_share,
    cast(shares.period_note as varchar) as period_note,
    cast(figures.table_id as varchar) as table_id,
    cast(shares.figure_id as varchar) as figure_id,
    cast('published' as varchar) as data_origin
from shares
left join figures
    on shares.figure_id = figures.figure_id

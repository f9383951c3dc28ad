with shares as (
    select * from {{ ref('self_sufficiency_figures') }}
),

figures as (
    select * from {{ ref('stg_documents__figures') }}
),

places as (
    select * from {{ ref('int_housing__places') }}
)

select
    cast(shares.basis as {{ text_type() }}) as basis,
    cast(shares.period_start as date) as period_start,
    cast(shares.version as {{ text_type() }}) as version,
    cast(figures.value * 0.01 as decimal(9, 6)) as self_sufficiency_share,
    cast(shares.period_note as {{ text_type() }}) as period_note,
    cast(figures.table_id as {{ text_type() }}) as table_id,
    cast(shares.figure_id as {{ text_type() }}) as figure_id,
    cast('published' as {{ text_type() }}) as data_origin
from shares
left join figures
    on shares.figure_id = figures.figure_id
union all
select
    cast('extract' as {{ text_type() }}) as basis,
    cast(places.period_start as date) as period_start,
    cast('Udtræk' as {{ text_type() }}) as version,
    cast({{ exact_ratio('places.own_places', 'places.places') }} as decimal(9, 6)) as self_sufficiency_share,
    cast(
        'Pladser i egen kommune som andel af alle pladser i årets leverede måneder, fra og med '
        || cast(places.first_month as {{ text_type() }}) || ' til og med '
        || cast(places.last_month as {{ text_type() }}) as {{ text_type() }}
    ) as period_note,
    cast(null as {{ text_type() }}) as table_id,
    cast(null as {{ text_type() }}) as figure_id,
    cast(places.data_origin as {{ text_type() }}) as data_origin
from places

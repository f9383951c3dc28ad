-- A mapping that points at the neighbouring figure can still give a plausible number: 70 places read as 70 pct.,
-- or a planned share read as the one that was reached.
with amounts_and_places as (
    select
        places_figure_id as figure_id,
        'places' as used_as
    from {{ ref('housing_projects') }}
    where places_figure_id is not null
    union all
    select
        cost_figure_id as figure_id,
        'amount' as used_as
    from {{ ref('housing_projects') }}
    where cost_figure_id is not null
    union all
    select
        figure_id,
        'amount' as used_as
    from {{ ref('housing_investments') }}
    union all
    select
        figure_id,
        'amount' as used_as
    from {{ ref('appropriation_items') }}
),

uses as (
    select
        figure_id,
        used_as,
        cast(null as {{ text_type() }}) as named_like
    from amounts_and_places
    union all
    select
        figure_id,
        'percent' as used_as,
        '%_' || basis || '_share_' || cast({{ date_part_of('year', 'period_start') }} as {{ text_type() }})
            as named_like
    from {{ ref('self_sufficiency_figures') }}
)

select
    uses.figure_id,
    uses.used_as,
    figures.unit
from uses
left join {{ ref('stg_documents__figures') }} as figures
    on uses.figure_id = figures.figure_id
where
    figures.figure_id is null
    or (uses.named_like is not null and uses.figure_id not like uses.named_like)
    or case when figures.amount_dkk is null then figures.unit else 'amount' end <> uses.used_as

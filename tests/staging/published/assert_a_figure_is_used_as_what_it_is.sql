-- A mapping that points at the neighbouring figure can still give a plausible number: 70 places read as 70 pct.
with uses as (
    select
        figure_id,
        'percent' as used_as
    from {{ ref('self_sufficiency_figures') }}
    union all
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
)

select
    uses.figure_id,
    uses.used_as,
    figures.unit
from uses
left join {{ ref('stg_published__figures') }} as figures
    on uses.figure_id = figures.figure_id
where
    figures.figure_id is null
    or case when figures.amount_dkk is null then figures.unit else 'amount' end <> uses.used_as

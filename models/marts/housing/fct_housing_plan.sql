with projects as (
    select * from {{ ref('housing_projects') }}
),

figures as (
    select * from {{ ref('stg_documents__figures') }}
)

select
    cast(projects.project_name as {{ text_type() }}) as project_name,
    cast(places.value as integer) as places,
    cast(costs.amount_dkk as decimal(18, 2)) as cost_dkk,
    cast(projects.status as {{ text_type() }}) as status,
    cast(projects.plan_version as {{ text_type() }}) as plan_version,
    cast(
        case
            when places.value is null and costs.amount_dkk is null then 'Hverken pladser eller pris er trykt'
            when places.value is null then 'Antal pladser er ikke trykt'
            when costs.amount_dkk is null then 'Prisen er ikke trykt'
        end as {{ text_type() }}
    ) as missing_reason,
    cast(projects.document_id as {{ text_type() }}) as document_id,
    cast(projects.source_line as integer) as source_line
from projects
left join figures as places
    on projects.places_figure_id = places.figure_id
left join figures as costs
    on projects.cost_figure_id = costs.figure_id

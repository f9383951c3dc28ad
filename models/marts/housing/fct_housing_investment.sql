with investments as (
    select * from {{ ref('housing_investments') }}
),

figures as (
    select * from {{ ref('stg_documents__figures') }}
)

select
    cast(investments.plan_version as {{ dbt.type_string() }}) as plan_version,
    cast(investments.year as integer) as year,
    cast(figures.amount_dkk as decimal(18, 2)) as cost_dkk,
    cast(investments.figure_id as {{ dbt.type_string() }}) as figure_id
from investments
left join figures
    on investments.figure_id = figures.figure_id

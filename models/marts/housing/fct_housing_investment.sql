with investments as (
    select * from {{ ref('housing_investments') }}
),

figures as (
    select * from {{ ref('stg_documents__figures') }}
)

select
    cast(investments.plan_version as {{ text_type() }}) as plan_version,
    cast(investments.year as integer) as year,
    cast(figures.amount_dkk as decimal(18, 2)) as cost_dkk,
    cast(investments.figure_id as {{ text_type() }}) as figure_id
from investments
left join figures
    on investments.figure_id = figures.figure_id

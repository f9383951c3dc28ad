with line_years as (
    select * from {{ ref('int_plan__line_years') }}
),

figures as (
    select * from {{ ref('stg_documents__figures') }}
)

select
    cast(line_years.line_id as {{ text_type() }}) as line_id,
    cast(line_years.plan_year as integer) as year,
    cast(line_years.station_id as {{ text_type() }}) as station_id,
    cast(line_years.expected_effect_dkk as decimal(18, 2)) as expected_effect_dkk,
    cast(line_years.is_printed as integer) as is_printed,
    cast(line_years.figure_id as {{ text_type() }}) as figure_id,
    cast(figures.value_as_printed as {{ text_type() }}) as value_as_printed,
    cast(figures.source_line as integer) as source_line
from line_years
left join figures
    on line_years.figure_id = figures.figure_id

-- Which rows and which declared price make a realised figure: for one station and month, every posting, key figure and
-- case behind it. Choose the station and the month in the first lines.
with chosen as (
    select
        'fp2024-6' as station_id,
        cast('2026-03-01' as date) as month
),

figures as (
    select
        months.*,
        lines.method,
        lines.line_name
    from {{ ref('fct_station_effect_month') }} as months
    inner join {{ ref('dim_budget_line') }} as lines
        on months.line_id = lines.line_id
    inner join chosen
        on
            months.station_id = chosen.station_id
            and months.month = chosen.month
)

select
    figures.line_id,
    figures.line_name,
    figures.method,
    figures.realised_effect_dkk,
    'posting' as source,
    postings.line_id as source_key,
    postings.amount_dkk as source_value,
    cast(null as decimal(18, 2)) as unit_price_dkk,
    cast(null as {{ text_type() }}) as price_note
from figures
inner join {{ ref('stg_extracts__postings') }} as postings
    on
        figures.line_id = postings.line_id
        and figures.month = postings.month
where figures.method = 'ledger'
union all
select
    figures.line_id,
    figures.line_name,
    figures.method,
    figures.realised_effect_dkk,
    'key figure' as source,
    kpis.kpi_id as source_key,
    kpis.value as source_value,
    figures.unit_price_dkk,
    drivers.driver_note as price_note
from figures
inner join {{ ref('line_drivers') }} as drivers
    on figures.line_id = drivers.line_id
inner join {{ ref('stg_extracts__kpis') }} as kpis
    on
        drivers.kpi_id = kpis.kpi_id
        and figures.month = kpis.month
union all
select
    figures.line_id,
    figures.line_name,
    figures.method,
    figures.realised_effect_dkk,
    'case' as source,
    cases.case_id as source_key,
    cases.monthly_cost_dkk - cases.counterfactual_monthly_cost_dkk as source_value,
    cast(null as decimal(18, 2)) as unit_price_dkk,
    cast(null as {{ text_type() }}) as price_note
from figures
inner join {{ ref('stg_extracts__cases') }} as cases
    on
        figures.station_id = cases.station_id
        and figures.month = cases.month
where figures.method = 'case'
order by line_id, source_key

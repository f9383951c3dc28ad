with figures as (
    select * from {{ ref('stg_documents__figures') }}
),

series as (
    select * from {{ ref('kpi_series') }}
),

periods as (
    select * from {{ ref('int_calendar__periods') }}
),

units as (
    select * from {{ ref('units') }}
),

delivered as (
    select * from {{ ref('stg_extracts__kpis') }}
),

reported_kpis as (
    select * from {{ ref('reported_kpis') }}
)

select
    cast(series.kpi_id as {{ text_type() }}) as kpi_id,
    cast(series.area as {{ text_type() }}) as area,
    cast(periods.period_start as date) as period_start,
    cast(series.kpi_name as {{ text_type() }}) as kpi_name,
    cast(periods.period_type as {{ text_type() }}) as period_type,
    cast(
        case
            when figures.unit = 'percent' then figures.value * 0.01
            else coalesce(figures.amount_dkk, figures.value)
        end as decimal(18, 6)
    ) as value,
    cast(
        case
            when figures.unit = 'percent' then 'share'
            else units.base_unit
        end as {{ text_type() }}
    ) as unit,
    cast(
        case when figures.value is null then 'Ikke trykt: cellen er en streg' end as {{ text_type() }}
    ) as missing_reason,
    cast(figures.table_id as {{ text_type() }}) as table_id,
    cast(figures.figure_id as {{ text_type() }}) as figure_id,
    cast('published' as {{ text_type() }}) as data_origin
from figures
inner join series
    on
        figures.table_id = series.table_id
        and figures.row_no = series.row_no
left join periods
    on lower(figures.column_label) = periods.period_label
left join units
    on figures.unit = units.unit
union all
-- what the municipality's own systems deliver month by month is about the municipality
select
    cast(delivered.kpi_id as {{ text_type() }}) as kpi_id,
    cast('Randers Kommune' as {{ text_type() }}) as area,
    cast(delivered.month as date) as period_start,
    cast(reported_kpis.kpi_name as {{ text_type() }}) as kpi_name,
    cast('month' as {{ text_type() }}) as period_type,
    cast(delivered.value as decimal(18, 6)) as value,
    cast(reported_kpis.unit as {{ text_type() }}) as unit,
    cast(null as {{ text_type() }}) as missing_reason,
    cast(null as {{ text_type() }}) as table_id,
    cast(null as {{ text_type() }}) as figure_id,
    cast(delivered.data_origin as {{ text_type() }}) as data_origin
from delivered
inner join reported_kpis
    on delivered.kpi_id = reported_kpis.kpi_id

with figures as (
    select * from {{ ref('stg_published__figures') }}
),

series as (
    select * from {{ ref('kpi_series') }}
),

periods as (
    select * from {{ ref('int_calendar__periods') }}
),

units as (
    select * from {{ ref('units') }}
)

select
    cast(series.kpi_id as {{ dbt.type_string() }}) as kpi_id,
    cast(series.area as {{ dbt.type_string() }}) as area,
    cast(periods.period_start as date) as period_start,
    cast(series.kpi_name as {{ dbt.type_string() }}) as kpi_name,
    cast(periods.period_type as {{ dbt.type_string() }}) as period_type,
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
        end as varchar
    ) as unit,
    cast(
        case when figures.value is null then 'Ikke trykt: cellen er en streg' end as {{ dbt.type_string() }}
    ) as missing_reason,
    cast(figures.table_id as {{ dbt.type_string() }}) as table_id,
    cast(figures.figure_id as {{ dbt.type_string() }}) as figure_id,
    cast('published' as {{ dbt.type_string() }}) as data_origin
from figures
inner join series
    on
        figures.table_id = series.table_id
        and figures.row_no = series.row_no
left join periods
    on lower(figures.column_label) = periods.period_label
left join units
    on figures.unit = units.unit

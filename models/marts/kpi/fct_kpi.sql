with figures as (
    select * from {{ ref('stg_published__figures') }}
),

series as (
    select * from {{ ref('kpi_series') }}
),

periods as (
    select * from {{ ref('int_calendar__periods') }}
)

select
    cast(series.kpi_id as varchar) as kpi_id,
    cast(series.area as varchar) as area,
    cast(periods.period_start as date) as period_start,
    cast(series.kpi_name as varchar) as kpi_name,
    cast(periods.period_type as varchar) as period_type,
    cast(
        case
            when figures.unit = 'percent' then figures.value * 0.01
            else coalesce(figures.amount_dkk, figures.value)
        end as decimal(18, 6)
    ) as value,
    cast(
        case
            when figures.unit = 'percent' then 'share'
            when figures.unit in ('tdkk', 'mdkk') then 'dkk'
            else figures.unit
        end as varchar
    ) as unit,
    cast(case when figures.value is null then 'Ikke trykt: cellen er en streg' end as varchar) as missing_reason,
    cast(figures.table_id as varchar) as table_id,
    cast(figures.figure_id as varchar) as figure_id,
    cast('published' as varchar) as data_origin
from figures
inner join series
    on
        figures.table_id = series.table_id
        and figures.row_no = series.row_no
left join periods
    on lower(figures.column_label) = periods.period_label

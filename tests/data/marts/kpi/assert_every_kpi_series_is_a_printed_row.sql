-- A series that points at a row nobody printed drops out of fct_kpi without a word.
select
    series.kpi_id,
    series.area,
    series.table_id,
    series.row_no
from {{ ref('kpi_series') }} as series
left join {{ ref('fct_kpi') }} as facts
    on
        series.kpi_id = facts.kpi_id
        and series.area = facts.area
        and series.table_id = facts.table_id
where facts.kpi_id is null

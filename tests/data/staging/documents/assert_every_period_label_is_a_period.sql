-- Marts find the year of a cell by its label; a label that is not a period would silently drop the cell.
-- Construction grants (Anlægsbevillinger) belong to no year and stay in fct_published_figure.
with tables_by_year as (
    select table_id from {{ ref('budget_lines') }}
    union
    select table_id from {{ ref('kpi_series') }}
    union
    select table_id from {{ ref('budget_tables') }}
    where subject in ('appropriation', 'expiring_grant')
)

select
    figures.figure_id,
    figures.column_label
from {{ ref('stg_documents__figures') }} as figures
inner join tables_by_year
    on figures.form_id = tables_by_year.table_id
left join {{ ref('int_calendar__periods') }} as periods
    on lower(figures.column_label) = periods.period_label
where
    periods.period_label is null
    and figures.column_label <> 'Anlægsbevillinger'

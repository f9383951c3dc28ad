with figures as (
    select * from {{ ref('stg_documents__figures') }}
),

grant_tables as (
    select * from {{ ref('budget_tables') }}
    where subject = 'expiring_grant'
),

tables as (
    select * from {{ ref('printed_tables') }}
),

documents as (
    select * from {{ ref('source_documents') }}
),

years as (
    select * from {{ ref('int_calendar__periods') }}
    where period_type = 'year'
),

-- The same grant and year may be printed again in another price level: the highest one holds. A rank and no row number,
-- so that a grant that stands twice in one table stays two rows and breaks the key.
ranked as (
    select
        figures.row_label,
        grant_tables.area,
        years.calendar_year,
        figures.amount_dkk,
        tables.price_level_year,
        figures.figure_id,
        rank() over (
            partition by figures.row_label, years.calendar_year
            order by
                tables.price_level_year desc nulls last,
                documents.document_date desc nulls last,
                figures.table_id desc nulls last
        ) as print_rank
    from figures
    inner join grant_tables
        on figures.form_id = grant_tables.table_id
    inner join tables
        on figures.table_id = tables.table_id
    left join documents
        on tables.document_id = documents.document_id
    inner join years
        on figures.column_label = years.period_label
)

select
    cast(row_label as {{ text_type() }}) as grant_name,
    cast(calendar_year as integer) as year,
    cast(amount_dkk as decimal(18, 2)) as amount_dkk,
    cast(area as {{ text_type() }}) as area,
    cast(price_level_year as integer) as price_level_year,
    cast(figure_id as {{ text_type() }}) as figure_id
from ranked
where print_rank = 1

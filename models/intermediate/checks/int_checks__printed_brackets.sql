with figures as (
    select * from {{ ref('stg_documents__figures') }}
),

columns_of_brackets as (
    select * from {{ ref('high_cost_columns') }}
),

periods as (
    select * from {{ ref('int_calendar__periods') }}
),

documents as (
    select * from {{ ref('source_documents') }}
),

dated as (
    select
        figures.figure_id,
        figures.table_id,
        figures.row_label,
        figures.value,
        figures.half_unit,
        figures.first_value,
        figures.first_half_unit,
        columns_of_brackets.bracket,
        columns_of_brackets.measure,
        periods.period_type,
        periods.period_start,
        cast({{ dbt.dateadd('month', 11, 'periods.period_start') }} as date) as last_month,
        cast({{ dbt.dateadd('month', 12, 'periods.period_start') }} as date) as next_year,
        documents.document_date
    from figures
    inner join columns_of_brackets
        on
            figures.table_id = columns_of_brackets.table_id
            and figures.column_no = columns_of_brackets.column_no
    inner join periods
        on lower(figures.row_label) = periods.period_label
    left join documents
        on figures.document_id = documents.document_id
)

-- a year of the yearly series is its December; one that was not over when the document was written is of a month that
-- the monthly series prints too
select
    figure_id,
    table_id,
    row_label,
    value,
    half_unit,
    first_value,
    first_half_unit,
    bracket,
    measure,
    case when period_type = 'year' then last_month else period_start end as month
from dated
where
    period_type <> 'year'
    or document_date >= next_year

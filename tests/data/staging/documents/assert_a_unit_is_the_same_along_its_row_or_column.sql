-- Tables hold one unit, or one a row, or one a column. A single cell in another unit is wrong by a factor of 1,000.
with rows_with_units as (
    select
        table_id,
        row_no,
        count(distinct unit) as units
    from {{ ref('stg_documents__figures') }}
    where is_table = 1
    group by table_id, row_no
),

columns_with_units as (
    select
        table_id,
        column_no,
        count(distinct unit) as units
    from {{ ref('stg_documents__figures') }}
    where is_table = 1
    group by table_id, column_no
),

mixed_rows as (
    select
        table_id,
        max(units) as most_units
    from rows_with_units
    group by table_id
),

mixed_columns as (
    select
        table_id,
        max(units) as most_units
    from columns_with_units
    group by table_id
)

select
    mixed_rows.table_id,
    mixed_rows.most_units as most_units_in_a_row,
    mixed_columns.most_units as most_units_in_a_column
from mixed_rows
inner join mixed_columns
    on mixed_rows.table_id = mixed_columns.table_id
where
    mixed_rows.most_units > 1
    and mixed_columns.most_units > 1

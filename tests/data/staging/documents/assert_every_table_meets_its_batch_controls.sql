-- A cell lost, doubled, swapped, moved to another table or changed by the last digit: rounding tolerances let a small
-- slip pass, the control totals do not. They are of the figures as first printed: a revision is not a slip.
with found as (
    select
        table_id,
        count(*) as cells,
        count(first_value) as numeric_cells,
        max(row_no) as rows_found,
        max(column_no) as columns_found,
        sum(first_value) as control_total,
        sum(cast(first_value as decimal(28, 4)) * (100 * row_no + column_no)) as position_total
    from {{ ref('stg_documents__figures') }}
    group by table_id
)

select
    coalesce(tables.table_id, found.table_id) as table_id,
    tables.numeric_cells,
    found.numeric_cells as numeric_cells_found,
    tables.control_total,
    found.control_total as control_total_found,
    tables.position_total,
    found.position_total as position_total_found
from {{ ref('printed_tables') }} as tables
full outer join found
    on tables.table_id = found.table_id
where
    tables.table_id is null
    or found.table_id is null
    or found.cells <> tables.row_count * tables.column_count
    or found.rows_found <> tables.row_count
    or found.columns_found <> tables.column_count
    or found.numeric_cells <> tables.numeric_cells
    or found.control_total is null
    or found.control_total <> tables.control_total
    or found.position_total is null
    or found.position_total <> tables.position_total

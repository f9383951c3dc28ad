with prints as (
    select * from {{ ref('stg_documents__prints') }}
),

printed_tables as (
    select * from {{ ref('printed_tables') }}
),

print_counts as (
    select
        figure_id,
        max(revision_no) as latest_revision_no,
        count(*) - 1 as revisions
    from prints
    group by figure_id
)

select
    first_prints.figure_id,
    first_prints.table_id,
    printed_tables.form_id,
    first_prints.row_no,
    first_prints.column_no,
    latest_prints.document_id,
    printed_tables.is_table,
    first_prints.row_label,
    first_prints.column_label,
    latest_prints.value_as_printed,
    latest_prints.value,
    first_prints.unit,
    latest_prints.half_unit,
    latest_prints.amount_dkk,
    latest_prints.source_line,
    first_prints.value_as_printed as first_value_as_printed,
    first_prints.value as first_value,
    first_prints.half_unit as first_half_unit,
    first_prints.amount_dkk as first_amount_dkk,
    first_prints.document_id as first_document_id,
    first_prints.source_line as first_source_line,
    cast(print_counts.revisions as integer) as revisions
from prints as first_prints
inner join print_counts
    on first_prints.figure_id = print_counts.figure_id
inner join prints as latest_prints
    on
        print_counts.figure_id = latest_prints.figure_id
        and print_counts.latest_revision_no = latest_prints.revision_no
left join printed_tables
    on first_prints.table_id = printed_tables.table_id
where first_prints.revision_no = 0

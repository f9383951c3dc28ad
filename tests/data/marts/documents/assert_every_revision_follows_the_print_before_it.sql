-- A revision tells what was printed before it and what is printed now. One of a cell that is not there, one that skips
-- a number, starts from another value than the print before it or changes nothing would tell a change nobody made.
select
    revisions.table_id,
    revisions.row_no,
    revisions.column_no,
    revisions.revision_no,
    revisions.earlier_value_as_printed,
    earlier.value_as_printed as printed_before,
    revisions.revised_value_as_printed
from {{ ref('fct_figure_revision') }} as revisions
left join {{ ref('stg_documents__prints') }} as earlier
    on
        revisions.table_id = earlier.table_id
        and revisions.row_no = earlier.row_no
        and revisions.column_no = earlier.column_no
        and revisions.revision_no - 1 = earlier.revision_no
where
    earlier.figure_id is null
    or coalesce(revisions.earlier_value_as_printed, '') <> coalesce(earlier.value_as_printed, '')
    or revisions.difference = 0
    or (revisions.earlier_value is null and revisions.revised_value is null)

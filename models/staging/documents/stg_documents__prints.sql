with first_prints as (
    {%- for seed in ['plan_table_cells', 'minutes_table_cells'] %}
        select
            {{ cell_id('table_id', 'row_no', 'column_no') }} as figure_id,
            table_id,
            row_no,
            column_no,
            row_label,
            column_label,
            value_as_printed,
            unit,
            document_id,
            source_line
        from {{ ref(seed) }}
        union all
    {%- endfor %}
    select
        text_figures.figure_id,
        text_figures.table_id,
        text_figures.row_no,
        1 as column_no,
        text_figures.row_label,
        text_figures.column_label,
        text_figures.value_as_printed,
        text_figures.unit,
        printed_tables.document_id,
        text_figures.source_line
    from {{ ref('text_figures') }} as text_figures
    left join {{ ref('printed_tables') }} as printed_tables
        on text_figures.table_id = printed_tables.table_id
),

number_words as (
    select * from {{ ref('number_words') }}
),

units as (
    select * from {{ ref('units') }}
),

prints as (
    select
        first_prints.*,
        0 as revision_no
    from first_prints
    union all
    select
        first_prints.figure_id,
        first_prints.table_id,
        first_prints.row_no,
        first_prints.column_no,
        first_prints.row_label,
        first_prints.column_label,
        revisions.revised_value_as_printed as value_as_printed,
        first_prints.unit,
        revisions.document_id,
        revisions.source_line,
        revisions.revision_no
    from {{ ref('cell_revisions') }} as revisions
    inner join first_prints
        on
            revisions.table_id = first_prints.table_id
            and revisions.row_no = first_prints.row_no
            and revisions.column_no = first_prints.column_no
),

-- a number in words has no digits to read a precision from: it is exact
parsed as (
    select
        prints.*,
        case when number_words.number_word is null then 0 else 1 end as is_in_words,
        case
            when number_words.number_word is null then {{ printed_number('prints.value_as_printed') }}
            else number_words.value
        end as value
    from prints
    left join number_words
        on lower(prints.value_as_printed) = number_words.number_word
)

select
    parsed.figure_id,
    parsed.revision_no,
    parsed.table_id,
    parsed.row_no,
    parsed.column_no,
    parsed.row_label,
    parsed.column_label,
    parsed.value_as_printed,
    cast(parsed.value as decimal(18, 4)) as value,
    parsed.unit,
    cast(
        case
            when parsed.value is null then null
            when units.is_exact_count = 1 or parsed.is_in_words = 1 then 0
            else {{ half_of_last_digit('parsed.value_as_printed') }}
        end as decimal(18, 6)
    ) as half_unit,
    cast(
        case
            when units.base_unit = 'dkk' then cast(parsed.value as decimal(28, 4)) * units.factor_to_base
        end as decimal(18, 2)
    ) as amount_dkk,
    parsed.document_id,
    parsed.source_line
from parsed
left join units
    on parsed.unit = units.unit

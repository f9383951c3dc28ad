with cells as (
    select
        table_id,
        row_no,
        column_no,
        row_label,
        column_label,
        value_as_printed,
        unit,
        source_line,
        {{ cell_id('table_id', 'row_no', 'column_no') }} as figure_id
    from {{ ref('plan_table_cells') }}
    union all
    select
        table_id,
        row_no,
        column_no,
        row_label,
        column_label,
        value_as_printed,
        unit,
        source_line,
        {{ cell_id('table_id', 'row_no', 'column_no') }} as figure_id
    from {{ ref('minutes_table_cells') }}
    union all
    select
        table_id,
        row_no,
        1 as column_no,
        row_label,
        column_label,
        value_as_printed,
        unit,
        source_line,
        figure_id
    from {{ ref('text_figures') }}
),

number_words as (
    select * from {{ ref('number_words') }}
),

printed_tables as (
    select * from {{ ref('printed_tables') }}
),

units as (
    select * from {{ ref('units') }}
),

-- a number in words has no digits to read a precision from: it is exact
parsed as (
    select
        cells.*,
        case when number_words.number_word is null then 0 else 1 end as is_in_words,
        case
            when number_words.number_word is null then {{ printed_number('cells.value_as_printed') }}
            else number_words.value
        end as value,
        {{ printed_decimals('cells.value_as_printed') }} as decimals
    from cells
    left join number_words
        on lower(cells.value_as_printed) = number_words.number_word
)

select
    parsed.figure_id,
    parsed.table_id,
    parsed.row_no,
    parsed.column_no,
    printed_tables.document_id,
    printed_tables.is_table,
    parsed.row_label,
    parsed.column_label,
    parsed.value_as_printed,
    cast(parsed.value as decimal(18, 4)) as value,
    parsed.unit,
    cast(
        case
            when parsed.value is null then null
            when units.is_exact_count = 1 or parsed.is_in_words = 1 then 0
            when parsed.decimals = 0 then 0.5
            when parsed.decimals = 1 then 0.05
            when parsed.decimals = 2 then 0.005
            when parsed.decimals = 3 then 0.0005
        end as decimal(18, 6)
    ) as half_unit,
    cast(
        case
            when units.base_unit = 'dkk' then cast(parsed.value as decimal(28, 4)) * units.factor_to_base
        end as decimal(18, 2)
    ) as amount_dkk,
    parsed.source_line
from parsed
left join printed_tables
    on parsed.table_id = printed_tables.table_id
left join units
    on parsed.unit = units.unit

-- A check holds what was printed together, so the values are the first prints. With the latest ones a sentence of June
-- would fail because the minutes of July revised May.
with printed as (
    select
        figure_id,
        table_id,
        form_id,
        is_table,
        row_no,
        column_no,
        row_label,
        column_label,
        unit,
        first_value as value,
        first_half_unit as half_unit
    from {{ ref('stg_documents__figures') }}
),

periods as (
    select * from {{ ref('int_calendar__periods') }}
    where period_type = 'year'
),

grant_tables as (
    select * from {{ ref('budget_tables') }}
    where subject = 'expiring_grant'
),

-- when a grant lapses is not printed in the table, but it is the first year with an amount
first_lapsed_years as (
    select
        printed.table_id,
        printed.row_no,
        min(case when printed.value <> 0 then periods.calendar_year end) as first_lapsed_year
    from printed
    inner join periods
        on printed.column_label = periods.period_label
    inner join grant_tables
        on printed.form_id = grant_tables.table_id
    group by printed.table_id, printed.row_no
),

thresholds as (
    select * from {{ ref('refund_thresholds') }}
)

select
    figure_id,
    table_id,
    is_table,
    row_no,
    column_no,
    row_label,
    column_label,
    unit,
    value,
    half_unit
from printed
union all
select
    table_id || '.r' || cast(row_no as {{ text_type() }}) || '.first_lapsed_year' as figure_id,
    table_id,
    0 as is_table,
    row_no,
    cast(null as integer) as column_no,
    cast(null as {{ text_type() }}) as row_label,
    cast(null as {{ text_type() }}) as column_label,
    'year' as unit,
    cast(first_lapsed_year as decimal(18, 4)) as value,
    cast(0 as decimal(18, 6)) as half_unit
from first_lapsed_years
union all
select
    table_id || '.r' || cast(row_no as {{ text_type() }}) || '.last_year' as figure_id,
    table_id,
    0 as is_table,
    row_no,
    cast(null as integer) as column_no,
    cast(null as {{ text_type() }}) as row_label,
    cast(null as {{ text_type() }}) as column_label,
    'year' as unit,
    cast(first_lapsed_year - 1 as decimal(18, 4)) as value,
    cast(0 as decimal(18, 6)) as half_unit
from first_lapsed_years
union all
select
    'refund_threshold.' || cast(year as {{ text_type() }}) || '.' || bracket as figure_id,
    cast(null as {{ text_type() }}) as table_id,
    0 as is_table,
    cast(null as integer) as row_no,
    cast(null as integer) as column_no,
    cast(null as {{ text_type() }}) as row_label,
    cast(null as {{ text_type() }}) as column_label,
    'dkk' as unit,
    cast(threshold_dkk as decimal(18, 4)) as value,
    cast(0 as decimal(18, 6)) as half_unit
from thresholds

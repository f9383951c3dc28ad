{#-
    Which months of the case extracts must be computed. `fingerplan/warehouse/due_months.py` decides it, on an engine that
    is built in place the ledger (macros/engine/ledger.sql): `stg_extracts__deliveries` says of every delivered month whether
    the figures that are there were computed from the same content. A month that comes late, back-dated or again is due
    whatever its date.

    pairs  of a figure that compares a month with the one before: it is due where either of the two is, and it exists
           only where both are delivered

    Returns {'due': [...], 'settled': [...]}, months as ISO dates; None where everything is due: in a table that is built
    from nothing, and with the sample, which nobody delivers.
-#}
{% macro months_by_state(pairs=false) -%}
    {%- if var('extracts') == 'sample' or not is_incremental() -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set is_due = delivered_months() -%}
    {%- set due = [] -%}
    {%- set settled = [] -%}
    {%- for month in is_due if not pairs or month_before(month) in is_due -%}
        {%- do (due if is_due[month] or (pairs and is_due[month_before(month)]) else settled).append(month) -%}
    {%- endfor -%}
    {{ return({'due': due, 'settled': settled}) }}
{%- endmacro %}

{#-
    {month as an ISO date: whether it is due}, earliest first. Read without ref(), which would put the deliveries above
    every test that asks: all of them lie below `stg_extracts__cases`, which is built after the deliveries.
-#}
{% macro delivered_months() -%}
    {%- set found = run_query(
        'select cast(month as ' ~ text_type() ~ ') as month, is_due from '
        ~ relation_in('staging', 'stg_extracts__deliveries') ~ " where kind = 'cases' order by month nulls first"
    ) -%}
    {%- set months = {} -%}
    {%- for row in found.rows -%}
        {%- do months.update({row[0]: row[1] == 1}) -%}
    {%- endfor -%}
    {{ return(months) }}
{%- endmacro %}

{#-
    In an incremental model, whether a row's month is to be computed in this run; always true where the table is
    built from nothing. The months are literals in the SQL, so that files of other months are not even opened.

    or_before  true for the month before a due one as well
-#}
{% macro is_due(column, pairs=false, or_before=false) -%}
    {%- set months = months_by_state(pairs) -%}
    {%- if months is not none -%}
        {%- set wanted = months.due | list -%}
        {%- for month in months.due if or_before -%}
            {%- do wanted.append(month_before(month)) -%}
        {%- endfor -%}
        {{ column ~ ' in (' ~ as_dates(wanted | unique | sort) ~ ')' if wanted else '1 = 0' }}
    {%- else -%}
        1 = 1
    {%- endif -%}
{%- endmacro %}

{% macro as_dates(months) -%}
    {%- for month in months %}cast('{{ month }}' as date){{ ', ' if not loop.last }}{% endfor -%}
{%- endmacro %}

{% macro month_before(month) -%}
    {%- set year, number = (month[:4] | int, month[5:7] | int) -%}
    {{ return('%04d-%02d-01' % (year - (1 if number == 1 else 0), 12 if number == 1 else number - 1)) }}
{%- endmacro %}

{#-
    In a data test, whether a row's month is to be tested. `dbt build` and `dbt test` test every month; a refresh, which
    sets `only_due_months`, tests those that are due: the others were tested when they were loaded, and nothing in them
    has changed. Where none is due the last one is tested again, so that no test passes for want of rows.

    around  months before and after a due one that are tested too
-#}
{% macro is_tested(column, around=0) -%}
    {%- if execute and var('extracts') == 'archive' and var('only_due_months') -%}
        {%- set is_due = delivered_months() -%}
        {%- set delivered = is_due.keys() | list -%}
        {%- set due = [] -%}
        {%- for month in delivered if is_due[month] -%}
            {%- do due.append(month) -%}
        {%- endfor -%}
        {%- set tested = [] -%}
        {%- for month in due or delivered[-1:] -%}
            {%- set place = delivered.index(month) -%}
            {%- do tested.extend(delivered[[place - around, 0] | max : place + around + 1]) -%}
        {%- endfor -%}
        {{ column }} in ({{ as_dates(tested | unique | sort) }})
    {%- else -%}
        1 = 1
    {%- endif -%}
{%- endmacro %}

{#-
    The rows that a generic test looks at: all, or those of the months that are tested (`is_tested`) where the test names
    the column that holds the month (argument `due_months_of`).
-#}
{% macro tested_rows(relation, month_column) -%}
    {%- if month_column -%}
        (select * from {{ relation }} where {{ is_tested(month_column) }}) as tested_rows
    {%- else -%}
        {{ relation }}
    {%- endif -%}
{%- endmacro %}

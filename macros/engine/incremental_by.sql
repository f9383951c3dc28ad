{#-
    The configuration of an aggregate that is kept from run to run, a month at a time: the months that are due are
    deleted and computed again (`is_due`), the others stay. To be given to config() whole.

    column  the column of the table that holds the month
    pairs   a month is computed together with the one before it (`months_by_state`)
-#}
{% macro incremental_by(column, pairs=false) -%}
    {{ return(adapter.dispatch('incremental_by')(column, pairs)) }}
{%- endmacro %}

{#- Months without a new row are deleted too, which the strategy itself, keyed on the new rows, does not do. -#}
{% macro default__incremental_by(column, pairs) -%}
    {{ return({
        'materialized': 'incremental',
        'incremental_strategy': 'delete+insert',
        'unique_key': column,
        'on_schema_change': 'fail',
        'pre_hook': "{{ delete_due_months('" ~ column ~ "', " ~ pairs | lower ~ ") }}",
    }) }}
{%- endmacro %}

{#- Parquet takes neither delete nor merge: a month is a partition, and the partitions with new rows are overwritten. -#}
{% macro spark__incremental_by(column, pairs) -%}
    {{ return({
        'materialized': 'incremental',
        'incremental_strategy': 'insert_overwrite',
        'partition_by': [column],
        'on_schema_change': 'fail',
        'pre_hook': "{{ delete_due_months('" ~ column ~ "', " ~ pairs | lower ~ ") }}",
    }) }}
{%- endmacro %}

{#- Delete from a kept aggregate every month that is due or no longer delivered. -#}
{% macro delete_due_months(column, pairs) -%}
    {%- if is_incremental() -%}
        {{ adapter.dispatch('delete_due_months')(this, column, (months_by_state(pairs) or {'settled': []}).settled) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__delete_due_months(relation, column, settled) -%}
    delete from {{ relation }}
    {%- if settled %}
    where {{ column }} not in ({{ as_dates(settled) }})
    {%- endif %}
{%- endmacro %}

{#- Thrift takes one statement at a time, so one drops them all. -#}
{% macro spark__delete_due_months(relation, column, settled) -%}
    {%- set held = run_query('select distinct ' ~ column ~ ' from ' ~ relation).columns[0].values() -%}
    {%- set deleted = held | map('string') | reject('in', settled) | list -%}
    {%- if deleted -%}
        alter table {{ relation }} drop if exists
        {%- for month in deleted %} partition ({{ column }} = date '{{ month }}') {{- ',' if not loop.last }}{% endfor %}
    {%- endif -%}
{%- endmacro %}

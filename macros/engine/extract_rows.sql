{#-
    The rows of one kind of extract with their origin, from the sample seeds or from what was delivered, by one variable.
    Delivered rows are not copied: DuckDB reads the Parquet files of the archive, in the versions that
    <extract_archive>/deliveries.parquet lists; another engine has them as tables of the schema `extracts`.
    The columns are those that the calling model declares with a data_type.
-#}
{% macro extract_rows(kind, sample_seeds) -%}
    {%- set column_types = delivered_types() -%}
    {%- if var('extracts') == 'sample' -%}
        {%- for seed in sample_seeds %}
    select
        {%- for column in column_types %}
        {{ column }},
        {%- endfor %}
        'sample' as data_origin
    from {{ seed }}
            {{- '\n    union all' if not loop.last }}
        {%- endfor %}
    {%- elif var('extracts') == 'archive' %}
    {{ adapter.dispatch('delivered_rows')(kind, column_types) }}
    {%- else -%}
        {{ exceptions.raise_compiler_error("extracts: '" ~ var('extracts') ~ "' is neither sample nor archive") }}
    {%- endif -%}
{%- endmacro %}

{#- Type by column, in the words of the engine, of the columns that the calling model declares as delivered. -#}
{% macro delivered_types() -%}
    {%- set types = {} -%}
    {%- for name, column in model.columns.items() if column.data_type -%}
        {%- do types.update({name: engine_type(column.data_type)}) -%}
    {%- endfor -%}
    {{ return(types) }}
{%- endmacro %}

{% macro default__delivered_rows(kind, column_types) -%}
    select
        {%- for column in column_types %}
        {{ column }},
        {%- endfor %}
        data_origin
    from {{ relation_in('extracts', kind) }}
{%- endmacro %}

{#- The month is read from the path, so that a query for some months does not open the files of the others. -#}
{% macro duckdb__delivered_rows(kind, column_types) -%}
    {%- set files = [] -%}
    {%- if execute -%}
        {%- set files = run_query(
            'select path from ' ~ delivered_files() ~ " where kind = '" ~ kind ~ "' order by month"
        ).columns[0].values() -%}
    {%- endif -%}
    select
        {%- for column, type in column_types.items() %}
        {{ column if files else 'cast(null as ' ~ type ~ ') as ' ~ column }},
        {%- endfor %}
        {{ 'data_origin' if files else 'cast(null as ' ~ text_type() ~ ') as data_origin' }}
    {%- if files %}
    from read_parquet(
        [
            {%- for file in files %}
            '{{ file | replace("'", "''") }}'{{ ',' if not loop.last }}
            {%- endfor %}
        ],
        hive_partitioning = true,
        hive_types = {'month': date, 'version': integer}
    )
    {%- else %}
    where 1 = 0
    {%- endif %}
{%- endmacro %}

{#-
    What is known of each delivery, and whether the figures that are there were computed from another content (`is_due`).
    The sample is not delivered, so there it has no rows.
-#}
{% macro delivery_rows() -%}
    {%- set column_types = delivered_types() -%}
    {%- if var('extracts') == 'sample' %}
    select
        {%- for column, type in column_types.items() %}
        cast(null as {{ type }}) as {{ column }},
        {%- endfor %}
        cast(null as integer) as is_due
    where 1 = 0
    {%- else %}
    {{ adapter.dispatch('delivery_rows')(column_types) }}
    {%- endif %}
{%- endmacro %}

{% macro default__delivery_rows(column_types) -%}
    select
        {%- for column in column_types %}
        deliveries.{{ column }},
        {%- endfor %}
        case when ledger.kind is null then 1 else 0 end as is_due
    from {{ relation_in('extracts', 'deliveries') }} as deliveries
    left join {{ ledger() }} as ledger
        on {{ is_settled('deliveries', 'ledger') }}
{%- endmacro %}

{#- What is due depends on the file that is built on: only the command knows it, and says so by `only_due_months`. -#}
{% macro duckdb__delivery_rows(column_types) -%}
    select
        {%- for column in column_types %}
        {{ column }},
        {%- endfor %}
        {{ 'is_due' if var('only_due_months') else '1 as is_due' }}
    from {{ delivered_files() }}
{%- endmacro %}

{% macro delivered_files() -%}
    {{ return("read_parquet('" ~ var('extract_archive') | replace("'", "''") ~ "/deliveries.parquet')") }}
{%- endmacro %}

{#-
    Replaces dbt's `get_table_columns_and_constraints` on DuckLake, which has no keys and refuses a table with one: there a
    mart has its columns and types only, and the data test `matches_declaration` alone shows that its key is unique.
-#}
{% macro duckdb__get_table_columns_and_constraints() -%}
    {%- if adapter.is_ducklake(this) -%}
    (
        {{ adapter.render_raw_columns_constraints(raw_columns=model['columns']) | join(',\n        ') }}
    )
    {%- else -%}
    {{ dbt.default__get_table_columns_and_constraints() }}
    {%- endif -%}
{%- endmacro %}

{#-
    Replaces it on Postgres, where a column declared varchar is not of the type text that the query gives: an incremental
    run would find that its columns have changed their type.
-#}
{% macro postgres__get_table_columns_and_constraints() -%}
    {%- set columns = adapter.render_raw_columns_constraints(raw_columns=columns_in_engine_types(model['columns'])) -%}
    {%- set constraints = adapter.render_raw_model_constraints(raw_constraints=model['constraints']) -%}
    (
        {{ (columns + constraints) | join(',\n        ') }}
    )
{%- endmacro %}

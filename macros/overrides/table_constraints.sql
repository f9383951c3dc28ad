{#-
    The columns and constraints that a mart is created with. DuckLake knows no keys: there a mart has its columns and
    types only, and the data test `matches_declaration` alone says that the key is one, as it does on every engine.
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

{#- With varchar as declared, an incremental run would find that its texts have become columns of another type. -#}
{% macro postgres__get_table_columns_and_constraints() -%}
    {%- set columns = adapter.render_raw_columns_constraints(raw_columns=columns_in_engine_types(model['columns'])) -%}
    {%- set constraints = adapter.render_raw_model_constraints(raw_constraints=model['constraints']) -%}
    (
        {{ (columns + constraints) | join(',\n        ') }}
    )
{%- endmacro %}

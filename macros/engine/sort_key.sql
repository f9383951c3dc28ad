{#- A sort key that says where NULL goes: left to itself, it comes last on Postgres and DuckDB and first on Spark. -#}
{% macro sort_key(expression, direction, nulls) -%}
    {{ return(adapter.dispatch('sort_key')(expression, direction, nulls)) }}
{%- endmacro %}

{% macro default__sort_key(expression, direction, nulls) -%}
    {{ expression }} {{ direction }} nulls {{ nulls }}
{%- endmacro %}

{#- T-SQL takes NULL for the lowest value and cannot be told otherwise; where that is not meant, a key before it says so. -#}
{% macro sqlserver__sort_key(expression, direction, nulls) -%}
    {%- if (direction, nulls) not in [('asc', 'first'), ('desc', 'last')] -%}
    case when {{ expression }} is null then {{ 0 if nulls == 'first' else 1 }} else {{ 1 if nulls == 'first' else 0 }} end asc,
    {% endif -%}
    {{ expression }} {{ direction }}
{%- endmacro %}

{% macro fabric__sort_key(expression, direction, nulls) -%}
    {{ sqlserver__sort_key(expression, direction, nulls) }}
{%- endmacro %}

{#- The year or month of a date as an integer; extract() gives a double, a decimal or a bigint, as the engine likes. -#}
{% macro date_part_of(part, date) -%}
    {{ return(adapter.dispatch('date_part_of')(part, date)) }}
{%- endmacro %}

{% macro default__date_part_of(part, date) -%}
    cast(extract({{ part }} from {{ date }}) as integer)
{%- endmacro %}

{#- T-SQL has no extract(). -#}
{% macro sqlserver__date_part_of(part, date) -%}
    datepart({{ part }}, {{ date }})
{%- endmacro %}

{% macro fabric__date_part_of(part, date) -%}
    {{ sqlserver__date_part_of(part, date) }}
{%- endmacro %}

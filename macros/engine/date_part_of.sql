{#- The year or month of a date as an integer: by itself extract() gives a double, a decimal or a bigint, by engine. -#}
{% macro date_part_of(part, date) -%}
    cast(extract({{ part }} from {{ date }}) as integer)
{%- endmacro %}

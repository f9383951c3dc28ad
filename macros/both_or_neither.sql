{#- Whether two conditions hold together or not at all. Not every engine can compare conditions as values. -#}
{% macro both_or_neither(condition, other_condition) -%}
    case when {{ condition }} then 1 else 0 end = case when {{ other_condition }} then 1 else 0 end
{%- endmacro %}

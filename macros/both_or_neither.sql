{#- Whether two conditions hold together or not at all; a condition is a value, to be compared, on some engines only. -#}
{% macro both_or_neither(condition, other_condition) -%}
    case when {{ condition }} then 1 else 0 end = case when {{ other_condition }} then 1 else 0 end
{%- endmacro %}

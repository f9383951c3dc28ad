{#- Schemas carry the names of the contract (marts, audit ...), not the target's name in front of them. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}

{#-
    Replaces dbt's `generate_schema_name`, which puts the name of the target's schema first (main_marts): the schemas are
    those of the contract (marts, audit ...) on every target.
-#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}

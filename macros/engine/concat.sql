{#-
    dbt.concat on T-SQL, which has no || before 2025. The adapters use concat(), which takes NULL for an empty text; with +
    a text with an unknown part is unknown, as on the other engines.
-#}
{% macro sqlserver__concat(fields) -%}
    {{ fields | join(' + ') }}
{%- endmacro %}

{% macro fabric__concat(fields) -%}
    {{ fields | join(' + ') }}
{%- endmacro %}

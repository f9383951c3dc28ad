{#- The space that does not break a line, which documents print inside numbers. -#}
{% macro hard_space() -%}
    {{ return(adapter.dispatch('hard_space')()) }}
{%- endmacro %}

{% macro default__hard_space() -%}
    chr(160)
{%- endmacro %}

{#- char() would be a character of the database's code page. -#}
{% macro sqlserver__hard_space() -%}
    nchar(160)
{%- endmacro %}

{% macro fabric__hard_space() -%}
    {{ sqlserver__hard_space() }}
{%- endmacro %}

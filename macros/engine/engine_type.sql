{#- A text without a length as the engine calls it: string on Spark, text on Postgres, where varchar is another type. -#}
{% macro text_type() -%}
    {{ return(dbt.type_string()) }}
{%- endmacro %}

{#- A type as contracts and seeds declare it; decimals, integers and dates are spelt alike everywhere. -#}
{% macro engine_type(declared_type) -%}
    {{ return(text_type() if declared_type == 'varchar' else declared_type) }}
{%- endmacro %}

{#- A model's declared columns with the types in the words of the engine. -#}
{% macro columns_in_engine_types(columns) -%}
    {%- set typed = {} -%}
    {%- for name, column in columns.items() -%}
        {%- do typed.update({name: dict(column, data_type=engine_type(column['data_type']))}) -%}
    {%- endfor -%}
    {{ return(typed) }}
{%- endmacro %}

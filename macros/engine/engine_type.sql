{#-
    A type as contracts and seeds declare it, in the words of the engine. Decimals, integers and dates are spelt alike
    everywhere; a text without a length is string on Spark and text on Postgres, where varchar is another type.
-#}
{% macro engine_type(declared_type) -%}
    {{ return(dbt.type_string() if declared_type == 'varchar' else declared_type) }}
{%- endmacro %}

{#- A model's declared columns with the types in the words of the engine. -#}
{% macro columns_in_engine_types(columns) -%}
    {%- set typed = {} -%}
    {%- for name, column in columns.items() -%}
        {%- do typed.update({name: dict(column, data_type=engine_type(column['data_type']))}) -%}
    {%- endfor -%}
    {{ return(typed) }}
{%- endmacro %}

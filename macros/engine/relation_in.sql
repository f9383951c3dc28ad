{#- A table by its name, where ref() cannot be used. On Spark a schema lies in no database, and `target` names none. -#}
{% macro relation_in(schema, identifier) -%}
    {{ return(api.Relation.create(database=target.get('database'), schema=schema, identifier=identifier)) }}
{%- endmacro %}

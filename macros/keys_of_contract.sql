{#-
    The primary key that the contract of the tested model declares, as a list of keys; empty where there is none, as for a
    seed. For a generic test only: inside one, `model` is the table, and the node of the test stands in the context.
-#}
{% macro keys_of_contract() -%}
    {%- set keys = [] -%}
    {%- if execute -%}
        {%- set tested = graph.nodes[context['model'].attached_node] -%}
        {%- for constraint in tested.constraints or [] if constraint.type == 'primary_key' -%}
            {%- do keys.append(constraint.columns) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(keys) }}
{%- endmacro %}

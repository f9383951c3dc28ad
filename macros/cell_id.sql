{#- The name of a printed cell, such as FP-01.r8.c1. -#}
{% macro cell_id(table_id, row_no, column_no) -%}
    {{ dbt.concat([
        table_id, "'.r'", 'cast(' ~ row_no ~ ' as ' ~ dbt.type_string() ~ ')',
        "'.c'", 'cast(' ~ column_no ~ ' as ' ~ dbt.type_string() ~ ')'
    ]) }}
{%- endmacro %}

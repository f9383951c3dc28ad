{#- The name of a printed cell, such as FP-01.r8.c1. -#}
{% macro cell_id(table_id, row_no, column_no) -%}
    {{ table_id }} || '.r' || cast({{ row_no }} as {{ text_type() }}) || '.c' || cast({{ column_no }} as {{ text_type() }})
{%- endmacro %}

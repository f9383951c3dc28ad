{#-
    Replaces dbt-spark's `create_table_as`, `persist_docs` and `get_assert_columns_equivalent`, for three reasons:

    - A cast that fails must be an error, as on DuckDB and Postgres. dbt-spark turns that off for each session, and then a
      text that is not a number becomes NULL, which here means unknown.
    - A contract includes the precision. dbt compares what the driver reports, which calls every decimal DECIMAL.
    - Columns carry their descriptions: Spark takes them with the columns, not in `create table as`.
-#}
{% macro spark__create_table_as(temporary, relation, compiled_code, language='sql') -%}
    {%- do run_query('set spark.sql.ansi.enabled = true') -%}
    {%- if temporary -%}
        {{ create_temporary_view(relation, compiled_code) }}
    {%- elif config.get('contract').enforced -%}
        {{ get_assert_columns_equivalent(compiled_code) }}
        {%- call statement('columns') %}
            create table {{ relation }} (
                {%- for column in model.columns.values() %}
                {{ column.name }} {{ engine_type(column.data_type) }} comment '{{ spark_text(column.description) }}'
                    {{- ',' if not loop.last }}
                {%- endfor %}
            )
            {{ file_format_clause() }}
            {{ partition_cols(label='partitioned by') }}
            comment '{{ spark_text(model.description) }}'
        {%- endcall %}
        insert into {{ relation }} ({{ model.columns.keys() | join(', ') }})
        {{ get_select_subquery(compiled_code) }}
    {%- else -%}
        create table {{ relation }}
        {{ file_format_clause() }}
        {{ partition_cols(label='partitioned by') }}
        as
        {{ compiled_code }}
    {%- endif -%}
{%- endmacro %}

{#- They are there already, see above. -#}
{% macro spark__persist_docs(relation, model, for_relation, for_columns) -%}
{%- endmacro %}

{% macro spark__get_assert_columns_equivalent(sql) -%}
    {%- set declared, found = [], [] -%}
    {%- for column in model.columns.values() -%}
        {%- do declared.append(spark_column(column.name, engine_type(column.data_type))) -%}
    {%- endfor -%}
    {%- for row in run_query('describe query ' ~ sql) -%}
        {%- do found.append(spark_column(row[0], row[1])) -%}
    {%- endfor -%}
    {%- if declared | map(attribute='formatted') | sort != found | map(attribute='formatted') | sort -%}
        {%- do exceptions.raise_contract_error(declared, found) -%}
    {%- endif -%}
{%- endmacro %}

{% macro spark_column(name, data_type) -%}
    {%- set plain_type = data_type | lower | replace(' ', '') | replace('integer', 'int') -%}
    {{ return({'name': name, 'data_type': plain_type, 'formatted': name ~ ' ' ~ plain_type}) }}
{%- endmacro %}

{#- What may stand between single quotes: Spark reads a backslash as the beginning of an escape. -#}
{% macro spark_text(value) -%}
    {{ return(value | string | replace('\\', '\\\\') | replace("'", "\\'")) }}
{%- endmacro %}

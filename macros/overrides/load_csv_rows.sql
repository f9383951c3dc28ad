{#-
    Replaces dbt-duckdb's `load_csv_rows`, which lets DuckDB guess the types of a seed: it takes Danish codes such as
    05.28.20 for dates. Here nothing is guessed: the types are those of `column_types`, and an empty field is NULL.
-#}
{% macro duckdb__load_csv_rows(model, agate_table) %}
    {% set sql %}
        copy {{ this.render() }} from '{{ adapter.get_seed_file_path(model) }}'
        (format csv, header true, delimiter ',', quote '"', escape '"', auto_detect false, dateformat '%Y-%m-%d', nullstr '')
    {% endset %}
    {% do adapter.add_query(sql, abridge_sql_log=True) %}
    {{ return(sql) }}
{% endmacro %}

{#-
    Replaces dbt-spark's `create_csv_table`, which inserts rows with casts that turn a field of the wrong type into NULL.
    Here one statement creates the table from lines of CSV in the query itself: the workers need none of our files, and a
    field of the wrong type stops the load (FAILFAST).
-#}
{% macro spark__create_csv_table(model, agate_table) %}
    {% set columns = [] %}
    {% for name in agate_table.column_names %}
        {% do columns.append(name ~ ' ' ~ engine_type(model['config']['column_types'][name])) %}
    {% endfor %}
    {% set sql %}
        create table {{ this.render() }}
        {{ file_format_clause() }}
        as
        select fields.*
        from (
            select from_csv(
                cast(line as string),
                '{{ columns | join(", ") }}',
                map('mode', 'FAILFAST', 'dateFormat', 'yyyy-MM-dd', 'escape', '"', 'nullValue', '')
            ) as fields
            from (
                select explode(array(
                    {%- for row in agate_table.rows %}
                    '{{ csv_line(row) }}'{{ ',' if not loop.last }}
                    {%- endfor %}
                )) as line
            ) as lines
        ) as parsed
    {% endset %}
    {% do adapter.add_query(sql, abridge_sql_log=True) %}
    {{ return(sql) }}
{% endmacro %}

{#- Replaces dbt-spark's `load_csv_rows`: the rows are already there, see above. -#}
{% macro spark__load_csv_rows(model, agate_table) %}
    {{ return('') }}
{% endmacro %}

{% macro csv_line(row) -%}
    {%- for value in row -%}
        {%- if value is not none -%}
            "{{ spark_text(value | string | replace('"', '""')) }}"
        {%- endif -%}
        {{- ',' if not loop.last -}}
    {%- endfor -%}
{%- endmacro %}

{#-
    dbt-duckdb lets DuckDB guess the types of a seed, and it takes Danish codes such as 05.28.20 for dates.
    Here nothing is guessed: the types are those of `column_types`, and an empty field is NULL.
-#}
{% macro duckdb__load_csv_rows(model, agate_table) %}
    {% set sql %}
        copy {{ this.render() }} from '{{ adapter.get_seed_file_path(model) }}'
        (format csv, header true, delimiter ',', quote '"', escape '"', auto_detect false, dateformat '%Y-%m-%d', nullstr '')
    {% endset %}
    {% do adapter.add_query(sql, abridge_sql_log=True) %}
    {{ return(sql) }}
{% endmacro %}

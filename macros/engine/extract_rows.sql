{#-
    The rows of one kind of extract with their origin, from the sample seeds or from the archive, by one variable. The
    archive holds Parquet files below <extract_archive>/<kind>/, partitioned by month.
-#}
{% macro extract_rows(kind, columns, sample_seeds) -%}
    {%- if var('extracts') == 'sample' -%}
        {%- for seed in sample_seeds %}
    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        'sample' as data_origin
    from {{ seed }}
            {{- '\n    union all' if not loop.last }}
        {%- endfor %}
    {%- elif var('extracts') == 'archive' %}
    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        'reported' as data_origin
    from read_parquet('{{ var("extract_archive") }}/{{ kind }}/**/*.parquet', hive_partitioning = false)
    {%- else -%}
        {{ exceptions.raise_compiler_error("extracts: '" ~ var('extracts') ~ "' is neither sample nor archive") }}
    {%- endif -%}
{%- endmacro %}

{#-
    The rows of one kind of extract with their origin, from the sample seeds or from the archive, by one variable. For a
    build, `fingerplan` lays the accepted version of each month as Parquet below <extract_archive>/<kind>/.
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
        data_origin
    from {{ archived_parquet(kind ~ '/*') }}
    {%- else -%}
        {{ exceptions.raise_compiler_error("extracts: '" ~ var('extracts') ~ "' is neither sample nor archive") }}
    {%- endif -%}
{%- endmacro %}

{#- What the archive says of each delivery; the sample is not delivered, so there it has no rows. -#}
{% macro delivery_rows(column_types) -%}
    select
        {%- for column, type in column_types.items() %}
        {% if var('extracts') == 'sample' %}cast(null as {{ type }}) as {% endif %}{{ column }}
            {{- ',' if not loop.last }}
        {%- endfor %}
    {%- if var('extracts') == 'sample' %}
    where 1 = 0
    {%- else %}
    from {{ archived_parquet('deliveries') }}
    {%- endif %}
{%- endmacro %}

{% macro archived_parquet(files) -%}
    read_parquet('{{ var("extract_archive") | replace("'", "''") }}/{{ files }}.parquet', hive_partitioning = false)
{%- endmacro %}

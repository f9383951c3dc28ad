{#-
    The month ledger of an engine that is built in place: which content of each delivered month its figures were computed
    from. It is the table `extracts.ledger`, opened when a run starts and closed when it ends. On DuckDB there is none:
    `fingerplan refresh` builds on in a copy, and writes what is due in it into `deliveries.parquet`.
-#}

{#-
    At the start of a run: delete every month that is no longer delivered with the same content. What is left is settled,
    and the months of a run that stops half-way are not in it, so they stay due.
-#}
{% macro open_ledger() -%}
    {%- if execute and var('extracts') == 'archive' and flags.WHICH in ('build', 'run') -%}
        {{ return(adapter.dispatch('open_ledger')()) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__open_ledger() -%}
    {%- do create_ledger() -%}
    delete from {{ ledger() }}
    {%- if not flags.FULL_REFRESH %}
    where not exists (
        select 1
        from {{ relation_in('extracts', 'deliveries') }} as deliveries
        where {{ is_settled('deliveries', ledger()) }}
    )
    {%- endif %}
{%- endmacro %}

{#- Parquet takes no delete, so the ledger is dropped and created again; a run that stops in between makes all due. -#}
{% macro spark__open_ledger() -%}
    {%- do create_ledger() -%}
    {%- set before = relation_in('extracts', 'ledger_before') -%}
    {%- do run_query('drop table if exists ' ~ before) -%}
    {%- do run_query('alter table ' ~ ledger() ~ ' rename to ' ~ before) -%}
    {%- do create_ledger() -%}
    insert into {{ ledger() }}
    select
        ledger_before.kind,
        ledger_before.month,
        ledger_before.content_sha256
    from {{ before }} as ledger_before
    inner join {{ relation_in('extracts', 'deliveries') }} as deliveries
        on {{ is_settled('deliveries', 'ledger_before') }}
    {{ 'where 1 = 0' if flags.FULL_REFRESH }}
{%- endmacro %}

{% macro duckdb__open_ledger() -%}
{%- endmacro %}

{#- At the end of a run in which nothing failed and every aggregate that is kept from run to run was built. -#}
{% macro close_ledger(results) -%}
    {%- if execute and var('extracts') == 'archive' and flags.WHICH in ('build', 'run') -%}
        {%- set built = [] -%}
        {%- set failed = [] -%}
        {%- for result in results -%}
            {%- do (built if result.status in ('success', 'pass', 'warn') else failed).append(result.node.unique_id) -%}
        {%- endfor -%}
        {%- set kept = graph.nodes.values()
            | selectattr('config.materialized', 'equalto', 'incremental')
            | map(attribute='unique_id')
            | list -%}
        {%- if not failed and not kept | reject('in', built) | list -%}
            {{ return(adapter.dispatch('close_ledger')()) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{% macro default__close_ledger() -%}
    insert into {{ ledger() }}
    select
        deliveries.kind,
        deliveries.month,
        deliveries.content_sha256
    from {{ relation_in('extracts', 'deliveries') }} as deliveries
    left join {{ ledger() }} as ledger
        on {{ is_settled('deliveries', 'ledger') }}
    where ledger.kind is null
{%- endmacro %}

{% macro duckdb__close_ledger() -%}
{%- endmacro %}

{% macro ledger() -%}
    {{ return(relation_in('extracts', 'ledger')) }}
{%- endmacro %}

{% macro create_ledger() -%}
    {%- do run_query(
        'create table if not exists ' ~ ledger()
        ~ ' (kind ' ~ text_type() ~ ', month date, content_sha256 ' ~ text_type() ~ ')'
    ) -%}
{%- endmacro %}

{% macro is_settled(deliveries, ledger) -%}
    {%- for column in ('kind', 'month', 'content_sha256') -%}
        {{ deliveries }}.{{ column }} = {{ ledger }}.{{ column }}{{ ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

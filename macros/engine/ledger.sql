{#-
    The month ledger of the run before: which content of each month the figures were computed from. Its model,
    `dim_delivery`, is the last of a run and depends on every kept aggregate, so a month that failed half-way stays due.
    None where there is none, or where everything is made anew.
-#}
{% macro ledger() -%}
    {{ return(none if flags.FULL_REFRESH else ledger_relation()) }}
{%- endmacro %}

{% macro ledger_relation() -%}
    {%- if not execute -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set found = adapter.get_relation(database=target.database, schema='marts', identifier='dim_delivery') -%}
    {#- one that was made before there was a ledger settles nothing -#}
    {%- if found and 'content_sha256' in adapter.get_columns_in_relation(found) | map(attribute='name') -%}
        {{ return(found) }}
    {%- endif -%}
    {{ return(none) }}
{%- endmacro %}

{#-
    Take out of the ledger, before anything is computed, every month that this run may change. A run that stops half-way
    leaves figures of the new content; if the old one comes back, it would else be taken for computed.
-#}
{% macro withdraw_from_ledger() -%}
    {%- set ledger = ledger_relation() -%}
    {%- if ledger -%}
        {{ adapter.dispatch('withdraw_from_ledger')(ledger, this) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__withdraw_from_ledger(ledger, deliveries) -%}
    update {{ ledger }} as ledger
    set content_sha256 = null
    where not exists (
        select 1
        from {{ deliveries }} as deliveries
        where
            deliveries.kind = ledger.kind
            and deliveries.month = ledger.month
            and deliveries.is_due = 0
    )
{%- endmacro %}

{#- Parquet takes no update, so the whole ledger goes: a run that stops half-way makes every month due. -#}
{% macro spark__withdraw_from_ledger(ledger, deliveries) -%}
    drop table if exists {{ ledger }}
{%- endmacro %}

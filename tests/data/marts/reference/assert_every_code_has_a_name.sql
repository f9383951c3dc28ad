-- a code without a Danish word would stand in English, or empty, on the page that the controller opens
{%- set coded = [
    ('fct_station_effect', 'progress_status'),
    ('fct_station_effect', 'measurement_status'),
    ('fct_station_effect', 'data_origin'),
    ('fct_station_effect_month', 'data_origin'),
    ('dim_budget_line', 'component'),
    ('dim_budget_line', 'funding_area'),
    ('dim_budget_line', 'method'),
    ('dim_station', 'status'),
    ('dim_delivery', 'kind'),
    ('rpt_reconciliation', 'check_kind'),
    ('rpt_reconciliation', 'verdict'),
    ('rpt_effect_overlap', 'allocation'),
    ('fct_high_cost_case', 'series'),
    ('fct_high_cost_case', 'bracket'),
    ('fct_high_cost_case', 'refund_basis'),
    ('fct_high_cost_case_bridge', 'component'),
    ('fct_case_month', 'placement'),
    ('fct_case_month', 'bracket'),
    ('fct_self_sufficiency', 'basis'),
    ('fct_housing_plan', 'status'),
    ('fct_published_figure', 'unit'),
] %}

with codes as (
    {%- for model, column in coded %}
        select
            '{{ column }}' as code_set,
            {{ column }} as code
        from {{ ref(model) }}
        {{ 'union' if not loop.last }}
    {%- endfor %}
),

code_names as (
    select * from {{ ref('dim_code_name') }}
)

select codes.*
from codes
left join code_names
    on
        codes.code_set = code_names.code_set
        and codes.code = code_names.code
where
    codes.code is not null
    and code_names.code_name is null

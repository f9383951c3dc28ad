{%- set station_figures = {
    'expected_effect_dkk': 'dkk',
    'expected_to_date_measured_dkk': 'dkk',
    'realised_to_date_dkk': 'dkk',
    'realised_net_of_refund_dkk': 'dkk',
    'deviation_to_date_dkk': 'dkk',
    'forecast_effect_dkk': 'dkk',
    'measured_lines': 'lines',
} -%}
{%- set case_figures = {'cases': 'cases', 'gross_dkk': 'dkk', 'refund_dkk': 'dkk', 'net_dkk': 'dkk'} -%}
with stations as (
    select * from {{ ref('fct_station_effect') }}
),

high_cost_cases as (
    select * from {{ ref('fct_high_cost_case') }}
    where series = 'extract'
),

-- the last month under a name that stays the same, so that two publications can be compared
latest as (
    select max(period_start) as month from high_cost_cases
),

checks as (
    select * from {{ ref('rpt_reconciliation') }}
),

figures as (
    {%- for figure, unit in station_figures.items() %}
        select
            'station' as subject_kind,
            station_id as subject_id,
            cast(year as {{ text_type() }}) as period,
            '{{ figure }}' as figure_name,
            cast({{ figure }} as decimal(28, 4)) as figure_value,
            '{{ unit }}' as unit,
            realised_through_month as as_of_month,
            data_origin
        from stations
        union all
    {%- endfor %}
    {%- for figure, unit in case_figures.items() %}
        select
            'high_cost_cases' as subject_kind,
            high_cost_cases.bracket as subject_id,
            'latest' as period,
            '{{ figure }}' as figure_name,
            cast(high_cost_cases.{{ figure }} as decimal(28, 4)) as figure_value,
            '{{ unit }}' as unit,
            high_cost_cases.period_start as as_of_month,
            high_cost_cases.data_origin
        from high_cost_cases
        inner join latest
            on high_cost_cases.period_start = latest.month
        union all
    {%- endfor %}
    select
        'reconciliation' as subject_kind,
        verdict as subject_id,
        'latest' as period,
        'checks' as figure_name,
        cast(count(*) as decimal(28, 4)) as figure_value,
        'checks' as unit,
        cast(null as date) as as_of_month,
        'published' as data_origin
    from checks
    group by verdict
)

select
    cast(subject_kind as {{ text_type() }}) as subject_kind,
    cast(subject_id as {{ text_type() }}) as subject_id,
    cast(period as {{ text_type() }}) as period,
    cast(figure_name as {{ text_type() }}) as figure_name,
    cast(figure_value as decimal(28, 4)) as figure_value,
    cast(unit as {{ text_type() }}) as unit,
    cast(as_of_month as date) as as_of_month,
    cast(data_origin as {{ text_type() }}) as data_origin
from figures
where figure_value is not null

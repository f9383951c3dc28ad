with drivers as (
    select * from {{ ref('line_drivers') }}
),

quantities as (
    select * from {{ ref('planned_quantities') }}
),

line_years as (
    select * from {{ ref('int_plan__line_years') }}
),

line_months as (
    select * from {{ ref('int_plan__line_months') }}
),

figures as (
    select * from {{ ref('stg_documents__figures') }}
),

months_with_effect as (
    select
        line_id,
        plan_year,
        sum(case when expected_effect_dkk <> 0 then 1 else 0 end) as months_with_effect
    from line_months
    group by line_id, plan_year
),

-- a flow is spread over the months with an effect; a level holds in each, and its price is that of one month
spread as (
    select
        drivers.line_id,
        line_years.plan_year,
        drivers.kpi_id,
        drivers.quantity_unit,
        baselines.value as baseline_quantity,
        line_years.expected_effect_dkk,
        quantities.planned_quantity,
        months_with_effect.months_with_effect,
        case when drivers.quantity_kind = 'flow' then months_with_effect.months_with_effect else 1 end
            as months_per_quantity,
        case when drivers.quantity_kind = 'flow' then 1 else months_with_effect.months_with_effect end
            as months_per_price,
        case when drivers.quantity_kind = 'flow' then 1 else 12 end as months_per_printed_price,
        prices.amount_dkk as printed_price_dkk
    from drivers
    inner join line_years
        on drivers.line_id = line_years.line_id
    left join quantities
        on
            line_years.line_id = quantities.line_id
            and line_years.plan_year = quantities.year
    left join months_with_effect
        on
            line_years.line_id = months_with_effect.line_id
            and line_years.plan_year = months_with_effect.plan_year
    left join figures as baselines
        on drivers.baseline_figure_id = baselines.figure_id
    left join figures as prices
        on drivers.unit_price_figure_id = prices.figure_id
)

select
    line_id,
    plan_year,
    kpi_id,
    quantity_unit,
    baseline_quantity,
    cast(
        round({{ exact_ratio('planned_quantity', 'months_per_quantity') }}, 4) as decimal(18, 4)
    ) as planned_quantity_per_month,
    cast(
        round({{ exact_ratio('-expected_effect_dkk', 'planned_quantity * months_per_price') }}, 2) as decimal(18, 2)
    ) as planned_price_dkk,
    cast(
        round(
            case
                when printed_price_dkk is not null
                    then {{ exact_ratio('printed_price_dkk', 'months_per_printed_price') }}
                else {{ exact_ratio('-expected_effect_dkk', 'planned_quantity * months_per_price') }}
            end, 2
        ) as decimal(18, 2)
    ) as unit_price_dkk
from spread

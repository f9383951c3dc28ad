with prices as (
    select * from {{ ref('int_effects__planned_prices') }}
),

kpis as (
    select * from {{ ref('stg_extracts__kpis') }}
),

line_months as (
    select * from {{ ref('int_plan__line_months') }}
),

-- a line's quantity is the key figure itself, or how far it has come down from the printed baseline
measured as (
    select
        line_months.line_id,
        line_months.effect_month as month,
        kpis.data_origin,
        line_months.expected_effect_dkk,
        prices.planned_price_dkk,
        prices.unit_price_dkk,
        coalesce(prices.baseline_quantity - kpis.value, kpis.value) as realised_quantity
    from line_months
    inner join prices
        on
            line_months.line_id = prices.line_id
            and line_months.plan_year = prices.plan_year
    inner join kpis
        on
            prices.kpi_id = kpis.kpi_id
            and line_months.effect_month = kpis.month
),

-- a gain is a minus
priced as (
    select
        line_id,
        month,
        data_origin,
        expected_effect_dkk,
        realised_quantity,
        cast(-round(cast(realised_quantity as decimal(28, 4)) * unit_price_dkk, 2) as decimal(18, 2))
            as realised_effect_dkk,
        cast(-round(cast(realised_quantity as decimal(28, 4)) * planned_price_dkk, 2) as decimal(18, 2))
            as realised_at_planned_price_dkk
    from measured
)

-- the price effect is what the quantity leaves of the deviation, so that the two add up to it exactly
select
    line_id,
    month,
    data_origin,
    realised_effect_dkk,
    realised_effect_dkk as realised_net_of_refund_dkk,
    cast(realised_quantity as decimal(18, 4)) as realised_quantity,
    cast(realised_at_planned_price_dkk - expected_effect_dkk as decimal(18, 2)) as quantity_effect_dkk,
    cast(realised_effect_dkk - realised_at_planned_price_dkk as decimal(18, 2)) as price_effect_dkk
from priced

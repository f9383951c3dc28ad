with line_months as (
    select * from {{ ref('int_plan__line_months') }}
),

lines as (
    select * from {{ ref('budget_lines') }}
),

prices as (
    select * from {{ ref('int_effects__planned_prices') }}
),

realised as (
    select
        line_id,
        month,
        data_origin,
        realised_effect_dkk,
        realised_net_of_refund_dkk,
        realised_quantity,
        quantity_unit,
        unit_price_dkk,
        quantity_effect_dkk,
        price_effect_dkk
    from {{ ref('int_effects__driver') }}
    union all
    select
        line_id,
        month,
        data_origin,
        realised_effect_dkk,
        realised_net_of_refund_dkk,
        cast(null as decimal(18, 4)) as realised_quantity,
        cast(null as {{ text_type() }}) as quantity_unit,
        cast(null as decimal(18, 2)) as unit_price_dkk,
        cast(null as decimal(18, 2)) as quantity_effect_dkk,
        cast(null as decimal(18, 2)) as price_effect_dkk
    from {{ ref('int_effects__ledger') }}
    union all
    select
        line_id,
        month,
        data_origin,
        realised_effect_dkk,
        realised_net_of_refund_dkk,
        realised_quantity,
        quantity_unit,
        cast(null as decimal(18, 2)) as unit_price_dkk,
        cast(null as decimal(18, 2)) as quantity_effect_dkk,
        cast(null as decimal(18, 2)) as price_effect_dkk
    from {{ ref('int_effects__case') }}
)

select
    line_months.line_id,
    line_months.station_id,
    line_months.plan_year,
    line_months.effect_month,
    lines.component,
    lines.funding_area,
    lines.method,
    lines.method_note,
    line_months.expected_effect_dkk,
    realised.realised_effect_dkk,
    realised.realised_net_of_refund_dkk,
    case
        when line_months.effect_month < lines.effect_starts_on then 0 else prices.planned_quantity_per_month
    end as planned_quantity,
    realised.realised_quantity,
    coalesce(prices.quantity_unit, realised.quantity_unit) as quantity_unit,
    coalesce(realised.unit_price_dkk, prices.unit_price_dkk) as unit_price_dkk,
    realised.quantity_effect_dkk,
    realised.price_effect_dkk,
    realised.data_origin
from line_months
inner join lines
    on line_months.line_id = lines.line_id
left join prices
    on
        line_months.line_id = prices.line_id
        and line_months.plan_year = prices.plan_year
left join realised
    on
        line_months.line_id = realised.line_id
        and line_months.effect_month = realised.month

with line_months as (
    select * from {{ ref('int_plan__line_months') }}
),

lines as (
    select * from {{ ref('budget_lines') }}
),

prices as (
    select * from {{ ref('int_effects__planned_prices') }}
),

drivers as (
    select * from {{ ref('int_effects__driver') }}
),

cases as (
    select * from {{ ref('int_effects__case') }}
),

realised as (
    {%- for method in [ref('int_effects__driver'), ref('int_effects__ledger'), ref('int_effects__case')] %}
        select
            line_id,
            month,
            data_origin,
            realised_effect_dkk,
            realised_net_of_refund_dkk
        from {{ method }}
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
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
    coalesce(drivers.realised_quantity, cases.realised_quantity) as realised_quantity,
    coalesce(prices.quantity_unit, cases.quantity_unit) as quantity_unit,
    prices.unit_price_dkk,
    drivers.quantity_effect_dkk,
    drivers.price_effect_dkk,
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
left join drivers
    on
        line_months.line_id = drivers.line_id
        and line_months.effect_month = drivers.month
left join cases
    on
        line_months.line_id = cases.line_id
        and line_months.effect_month = cases.month

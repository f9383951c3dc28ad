with dated as (
    select
        months.*,
        case when months.realised_effect_dkk is null then 0 else 1 end as is_reported
    from {{ ref('int_effects__line_months') }} as months
),

-- newest reported month first, within the year
ranked as (
    select
        dated.*,
        row_number() over (
            partition by dated.line_id, dated.plan_year, dated.is_reported
            order by dated.effect_month desc nulls last
        ) as recency
    from dated
),

summed as (
    select
        line_id,
        station_id,
        plan_year,
        component,
        funding_area,
        cast(sum(expected_effect_dkk) as decimal(18, 2)) as expected_effect_dkk,
        cast(sum(case when is_reported = 1 then expected_effect_dkk else 0 end) as decimal(18, 2))
            as expected_measured_dkk,
        cast(sum(realised_effect_dkk) as decimal(18, 2)) as realised_to_date_dkk,
        cast(sum(realised_net_of_refund_dkk) as decimal(18, 2)) as realised_net_dkk,
        sum(is_reported) as reported_months,
        count(realised_net_of_refund_dkk) as months_with_net,
        count(*) - sum(is_reported) as months_left,
        max(case when is_reported = 1 then effect_month end) as reported_through_month,
        max(case when is_reported = 1 then data_origin end) as data_origin,
        cast(sum(case when is_reported = 1 and recency <= 3 then realised_effect_dkk else 0 end) as decimal(18, 2))
            as latest_effect_dkk,
        sum(case when is_reported = 1 and recency <= 3 then 1 else 0 end) as latest_months
    from ranked
    group by line_id, station_id, plan_year, component, funding_area
)

-- the remaining months are forecast as the average of the last three for a gain, and as budgeted for a cost
select
    line_id,
    station_id,
    plan_year,
    component,
    funding_area,
    expected_effect_dkk,
    expected_measured_dkk,
    realised_to_date_dkk,
    realised_net_dkk,
    reported_months,
    months_with_net,
    reported_through_month,
    data_origin,
    latest_months,
    cast(
        case
            when reported_months = 0 then null
            when component = 'cost' then realised_to_date_dkk + expected_effect_dkk - expected_measured_dkk
            else realised_to_date_dkk + round({{ exact_ratio('latest_effect_dkk * months_left', 'latest_months') }}, 2)
        end as decimal(18, 2)
    ) as forecast_effect_dkk
from summed

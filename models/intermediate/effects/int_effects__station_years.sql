-- a line's forecast, and what it has realised to date, are computed in int_effects__line_years; here lines are added up
select
    station_id,
    plan_year,
    sum(case when component = 'gain' then expected_effect_dkk else 0 end) as expected_gain_dkk,
    sum(case when component = 'cost' then expected_effect_dkk else 0 end) as expected_cost_dkk,
    sum(expected_effect_dkk) as expected_effect_dkk,
    sum(case when funding_area = 'service' then expected_effect_dkk else 0 end) as expected_service_effect_dkk,
    sum(case when funding_area = 'transfer' then expected_effect_dkk else 0 end) as expected_transfer_effect_dkk,
    sum(case when reported_months > 0 then expected_measured_dkk end) as expected_to_date_measured_dkk,
    sum(case when reported_months > 0 then expected_effect_dkk end) as expected_effect_measured_dkk,
    sum(realised_to_date_dkk) as realised_to_date_dkk,
    sum(case when reported_months > 0 and months_with_net < reported_months then 1 else 0 end) as lines_without_net,
    sum(realised_net_dkk) as realised_net_dkk,
    sum(forecast_effect_dkk) as forecast_effect_dkk,
    min(case when component = 'gain' and reported_months > 0 then latest_months end) as forecast_basis_months,
    sum(case when reported_months > 0 then 1 else 0 end) as measured_lines,
    count(*) as total_lines,
    max(reported_through_month) as realised_through_month,
    max(data_origin) as data_origin
from {{ ref('int_effects__line_years') }}
group by station_id, plan_year

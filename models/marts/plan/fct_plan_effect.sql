with stations as (
    select * from {{ ref('fct_station_effect') }}
),

meetings as (
    select max(data_through_month) as data_through_month from {{ ref('meetings') }}
),

yearly as (
    select
        year,
        sum(expected_gain_dkk) as expected_gain_dkk,
        sum(expected_cost_dkk) as expected_cost_dkk,
        sum(expected_effect_dkk) as expected_effect_dkk,
        sum(expected_effect_measured_dkk) as expected_effect_measured_dkk,
        sum(expected_to_date_dkk) as expected_to_date_dkk,
        sum(expected_to_date_measured_dkk) as expected_to_date_measured_dkk,
        sum(realised_to_date_dkk) as realised_to_date_dkk,
        sum(deviation_to_date_dkk) as deviation_to_date_dkk,
        sum(case when realised_to_date_dkk is not null and realised_net_of_refund_dkk is null then 1 else 0 end)
            as stations_without_net,
        sum(realised_net_of_refund_dkk) as realised_net_of_refund_dkk,
        sum(forecast_effect_dkk) as forecast_effect_dkk,
        sum(measured_lines) as measured_lines,
        sum(total_lines) as total_lines,
        max(realised_through_month) as realised_through_month,
        max(case when measured_lines > 0 then data_origin end) as data_origin
    from stations
    group by year
),

-- the year that the newest figures are of; before there are any, the year of the plan that the committee last met about
current_year as (
    select
        coalesce(
            max({{ date_part_of('year', 'yearly.realised_through_month') }}),
            least(max({{ date_part_of('year', 'meetings.data_through_month') }}), max(yearly.year)),
            max(yearly.year)
        ) as year
    from yearly
    cross join meetings
)

select
    cast(yearly.year as integer) as year,
    cast(case when yearly.year = current_year.year then 1 else 0 end as integer) as is_current_year,
    cast(yearly.expected_gain_dkk as decimal(18, 2)) as expected_gain_dkk,
    cast(yearly.expected_cost_dkk as decimal(18, 2)) as expected_cost_dkk,
    cast(yearly.expected_effect_dkk as decimal(18, 2)) as expected_effect_dkk,
    cast(yearly.expected_effect_measured_dkk as decimal(18, 2)) as expected_effect_measured_dkk,
    cast(yearly.expected_to_date_dkk as decimal(18, 2)) as expected_to_date_dkk,
    cast(yearly.expected_to_date_measured_dkk as decimal(18, 2)) as expected_to_date_measured_dkk,
    cast(yearly.realised_to_date_dkk as decimal(18, 2)) as realised_to_date_dkk,
    cast(
        case when yearly.stations_without_net = 0 then yearly.realised_net_of_refund_dkk end as decimal(18, 2)
    ) as realised_net_of_refund_dkk,
    cast(yearly.deviation_to_date_dkk as decimal(18, 2)) as deviation_to_date_dkk,
    cast(yearly.forecast_effect_dkk as decimal(18, 2)) as forecast_effect_dkk,
    cast(yearly.measured_lines as integer) as measured_lines,
    cast(yearly.total_lines as integer) as total_lines,
    cast(yearly.realised_through_month as date) as realised_through_month,
    cast(coalesce(yearly.data_origin, 'published') as {{ text_type() }}) as data_origin
from yearly
cross join current_year

with budget as (
    select * from {{ ref('fct_station_budget') }}
),

lines as (
    select * from {{ ref('dim_budget_line') }}
),

stations as (
    select * from {{ ref('dim_station') }}
),

yearly as (
    select
        budget.station_id,
        budget.year,
        sum(case when lines.component = 'gain' then budget.expected_effect_dkk else 0 end) as expected_gain_dkk,
        sum(case when lines.component = 'cost' then budget.expected_effect_dkk else 0 end) as expected_cost_dkk,
        sum(budget.expected_effect_dkk) as expected_effect_dkk,
        sum(case when lines.funding_area = 'service' then budget.expected_effect_dkk else 0 end)
            as expected_service_effect_dkk,
        sum(case when lines.funding_area = 'transfer' then budget.expected_effect_dkk else 0 end)
            as expected_transfer_effect_dkk,
        count(*) as total_lines
    from budget
    left join lines
        on budget.line_id = lines.line_id
    group by budget.station_id, budget.year
)

-- without a delivered extract there is no date to count to: to date, deviation and forecast are unknown
select
    cast(yearly.station_id as {{ dbt.type_string() }}) as station_id,
    cast(yearly.year as integer) as year,
    cast(stations.station_no as integer) as station_no,
    cast(stations.station_name as {{ dbt.type_string() }}) as station_name,
    cast(yearly.expected_gain_dkk as decimal(18, 2)) as expected_gain_dkk,
    cast(yearly.expected_cost_dkk as decimal(18, 2)) as expected_cost_dkk,
    cast(yearly.expected_effect_dkk as decimal(18, 2)) as expected_effect_dkk,
    cast(yearly.expected_service_effect_dkk as decimal(18, 2)) as expected_service_effect_dkk,
    cast(yearly.expected_transfer_effect_dkk as decimal(18, 2)) as expected_transfer_effect_dkk,
    cast(null as decimal(18, 2)) as expected_to_date_dkk,
    cast(null as decimal(18, 2)) as expected_to_date_measured_dkk,
    cast(null as decimal(18, 2)) as realised_to_date_dkk,
    cast(null as decimal(18, 2)) as realised_net_of_refund_dkk,
    cast(null as decimal(18, 2)) as deviation_to_date_dkk,
    cast(null as decimal(9, 6)) as realisation_share,
    cast(null as decimal(18, 2)) as forecast_effect_dkk,
    cast(0 as integer) as measured_lines,
    cast(yearly.total_lines as integer) as total_lines,
    cast(null as date) as realised_through_month,
    cast('not_measured' as {{ dbt.type_string() }}) as measurement_status,
    cast('Der er ikke leveret udtræk, som effekten kan måles på' as {{ dbt.type_string() }}) as measurement_note,
    cast('published' as {{ dbt.type_string() }}) as data_origin
from yearly
left join stations
    on yearly.station_id = stations.station_id

with yearly as (
    select * from {{ ref('int_effects__station_years') }}
),

stations as (
    select * from {{ ref('dim_station') }}
),

months as (
    select * from {{ ref('fct_station_effect_month') }}
),

-- all lines, through the last month that any line of the station reports
expected_so_far as (
    select
        yearly.station_id,
        yearly.plan_year,
        sum(months.expected_effect_dkk) as expected_to_date_dkk
    from yearly
    inner join months
        on
            yearly.station_id = months.station_id
            and yearly.plan_year = {{ date_part_of('year', 'months.month') }}
            and yearly.realised_through_month >= months.month
    group by yearly.station_id, yearly.plan_year
),

compared as (
    select
        yearly.*,
        expected_so_far.expected_to_date_dkk,
        {{ exact_ratio('yearly.realised_to_date_dkk', 'yearly.expected_to_date_measured_dkk') }} as realisation_ratio
    from yearly
    left join expected_so_far
        on
            yearly.station_id = expected_so_far.station_id
            and yearly.plan_year = expected_so_far.plan_year
)

select
    cast(compared.station_id as {{ text_type() }}) as station_id,
    cast(compared.plan_year as integer) as year,
    cast(stations.station_no as integer) as station_no,
    cast(stations.station_name as {{ text_type() }}) as station_name,
    cast(compared.expected_gain_dkk as decimal(18, 2)) as expected_gain_dkk,
    cast(compared.expected_cost_dkk as decimal(18, 2)) as expected_cost_dkk,
    cast(compared.expected_effect_dkk as decimal(18, 2)) as expected_effect_dkk,
    cast(compared.expected_effect_measured_dkk as decimal(18, 2)) as expected_effect_measured_dkk,
    cast(compared.expected_service_effect_dkk as decimal(18, 2)) as expected_service_effect_dkk,
    cast(compared.expected_transfer_effect_dkk as decimal(18, 2)) as expected_transfer_effect_dkk,
    cast(compared.expected_to_date_dkk as decimal(18, 2)) as expected_to_date_dkk,
    cast(compared.expected_to_date_measured_dkk as decimal(18, 2)) as expected_to_date_measured_dkk,
    cast(compared.realised_to_date_dkk as decimal(18, 2)) as realised_to_date_dkk,
    cast(
        case when compared.lines_without_net = 0 then compared.realised_net_dkk end as decimal(18, 2)
    ) as realised_net_of_refund_dkk,
    cast(
        compared.realised_to_date_dkk - compared.expected_to_date_measured_dkk as decimal(18, 2)
    ) as deviation_to_date_dkk,
    -- an expectation close to zero gives a share that says nothing and does not fit
    cast(
        case when abs(compared.realisation_ratio) <= 999 then compared.realisation_ratio end as decimal(9, 6)
    ) as realisation_share,
    cast(compared.forecast_effect_dkk as decimal(18, 2)) as forecast_effect_dkk,
    cast(compared.forecast_basis_months as integer) as forecast_basis_months,
    cast(compared.measured_lines as integer) as measured_lines,
    cast(compared.total_lines as integer) as total_lines,
    cast(compared.realised_through_month as date) as realised_through_month,
    cast(
        case
            when compared.measured_lines = 0 then 'not_measured'
            when compared.measured_lines < compared.total_lines then 'partly_measured'
            else 'measured'
        end as {{ text_type() }}
    ) as measurement_status,
    -- a tenth of what is expected is within what twelve equal months can say; a cost below its budget is ahead too
    cast(
        case
            when compared.measured_lines = 0 then 'not_measured'
            when
                abs(compared.realised_to_date_dkk - compared.expected_to_date_measured_dkk)
                <= {{ var('on_track_share') }} * abs(compared.expected_to_date_measured_dkk)
                then 'on_track'
            when compared.realised_to_date_dkk < compared.expected_to_date_measured_dkk then 'ahead'
            else 'behind'
        end as {{ text_type() }}
    ) as progress_status,
    cast(
        case
            when compared.measured_lines = 0 then 'Der er ikke leveret udtræk, som effekten kan måles på'
            when compared.measured_lines < compared.total_lines then 'En eller flere linjer kan ikke måles'
        end as {{ text_type() }}
    ) as measurement_note,
    cast(coalesce(compared.data_origin, 'published') as {{ text_type() }}) as data_origin
from compared
left join stations
    on compared.station_id = stations.station_id

-- A case has at most one row of each kind in a month, so its rows are joined. Grouped by case, the months of a whole
-- country would be sixty million groups, and forty times slower. Both sides read the extract themselves, since a step
-- that both shared would be kept in memory whole, with every column.
with running as (
    select
        cases.*,
        services.is_residential,
        services.refund_millionths
    from {{ ref('stg_extracts__cases') }} as cases
    left join {{ ref('int_cases__service_rates') }} as services
        on cases.service_code = services.service_code
    where cases.cost_kind = 'level'
),

billed as (
    select
        cases.*,
        services.refund_millionths
    from {{ ref('stg_extracts__cases') }} as cases
    left join {{ ref('int_cases__service_rates') }} as services
        on cases.service_code = services.service_code
    where cases.cost_kind = 'one_off'
),

-- a running cost stands for twelve months, a single bill for itself; a case of several services is listed under
-- the most expensive one, so that its refund is counted once
joined as (
    select
        coalesce(running.municipality_code, billed.municipality_code) as municipality_code,
        coalesce(running.month, billed.month) as month,
        coalesce(running.case_id, billed.case_id) as case_id,
        coalesce(running.data_origin, billed.data_origin) as data_origin,
        coalesce(running.station_id, billed.station_id) as station_id,
        coalesce(running.monthly_cost_dkk, 0) + coalesce(billed.monthly_cost_dkk, 0) as monthly_cost_dkk,
        coalesce(running.counterfactual_monthly_cost_dkk, running.monthly_cost_dkk, 0)
        + coalesce(billed.counterfactual_monthly_cost_dkk, billed.monthly_cost_dkk, 0) as counterfactual_dkk,
        12 * coalesce(running.monthly_cost_dkk, 0) + coalesce(billed.monthly_cost_dkk, 0) as annual_cost_dkk,
        running.refund_bracket as running_stated_bracket,
        billed.refund_bracket as billed_stated_bracket,
        -- most cases have no bill, and none of the rest is computed for them
        case
            when billed.case_id is null then running.refund_millionths
            else greatest(
                coalesce(running.refund_millionths, billed.refund_millionths),
                coalesce(billed.refund_millionths, running.refund_millionths)
            )
        end as service_refund_millionths,
        -- a single bill from a home is not a place in it
        coalesce(running.is_residential, 0) as places,
        case when running.is_residential = 1 and running.placement = 'own_municipality' then 1 else 0 end as own_places,
        running.service_code as running_service_code,
        running.provider_kind as running_provider_kind,
        running.placement as running_placement,
        billed.service_code as billed_service_code,
        billed.provider_kind as billed_provider_kind,
        billed.placement as billed_placement,
        case
            when billed.case_id is null then 1
            when running.monthly_cost_dkk > billed.monthly_cost_dkk then 1
            when
                running.monthly_cost_dkk = billed.monthly_cost_dkk
                and running.service_code <= billed.service_code
                then 1
            else 0
        end as running_is_dearest,
        case when running.case_id is null or billed.case_id is null then 1 else 2 end as row_count
    from running
    full outer join billed
        on
            running.municipality_code = billed.municipality_code
            and running.month = billed.month
            and running.case_id = billed.case_id
)

select
    municipality_code,
    month,
    {{ date_part_of('year', 'month') }} as calendar_year,
    case_id,
    station_id,
    case when running_is_dearest = 1 then running_service_code else billed_service_code end as service_code,
    case when running_is_dearest = 1 then running_provider_kind else billed_provider_kind end as provider_kind,
    case when running_is_dearest = 1 then running_placement else billed_placement end as placement,
    service_refund_millionths,
    places,
    own_places,
    cast(annual_cost_dkk as decimal(18, 2)) as annual_cost_dkk,
    cast(monthly_cost_dkk as decimal(18, 2)) as monthly_cost_dkk,
    cast(counterfactual_dkk as decimal(18, 2)) as counterfactual_dkk,
    row_count,
    running_stated_bracket,
    billed_stated_bracket,
    data_origin
from joined

-- A case has at most one row of each kind in a month, so its rows are joined. Grouped by case, the months of a whole
-- country would be sixty million groups: forty times slower. Both sides read the extract themselves, for a step that
-- both would share is kept in memory whole, with every column.
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

-- a running cost stands for twelve months, a single bill for itself; a case of several services stands under the
-- dearest of them, so that its refund is counted once
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
        greatest(
            coalesce(running.refund_bracket, billed.refund_bracket),
            coalesce(billed.refund_bracket, running.refund_bracket)
        ) as stated_bracket,
        greatest(
            coalesce(running.refund_millionths, billed.refund_millionths),
            coalesce(billed.refund_millionths, running.refund_millionths)
        ) as service_refund_millionths,
        -- a single bill of a home is no place in it
        case when running.is_residential = 1 then 1 else 0 end as places,
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
),

scales as (
    select * from {{ ref('int_high_cost_cases__refund_scales') }}
)

-- a year without all its thresholds counts as unknown: the case system's own bracket is used
select
    joined.municipality_code,
    joined.month,
    {{ date_part_of('year', 'joined.month') }} as calendar_year,
    joined.case_id,
    joined.station_id,
    case when joined.running_is_dearest = 1 then joined.running_service_code else joined.billed_service_code end
        as service_code,
    case when joined.running_is_dearest = 1 then joined.running_provider_kind else joined.billed_provider_kind end
        as provider_kind,
    case when joined.running_is_dearest = 1 then joined.running_placement else joined.billed_placement end
        as placement,
    joined.service_refund_millionths,
    joined.places,
    joined.own_places,
    cast(joined.annual_cost_dkk as decimal(18, 2)) as annual_cost_dkk,
    cast({{ annual_refund_of('joined.annual_cost_dkk', 'scales') }} as decimal(18, 2)) as annual_refund_dkk,
    cast(joined.monthly_cost_dkk as decimal(18, 2)) as monthly_cost_dkk,
    cast(joined.counterfactual_dkk as decimal(18, 2)) as counterfactual_dkk,
    joined.row_count,
    joined.stated_bracket,
    {{ bracket_of('joined.annual_cost_dkk', 'scales') }} as computed_bracket,
    coalesce({{ bracket_of('joined.annual_cost_dkk', 'scales') }}, joined.stated_bracket) as bracket,
    joined.data_origin
from joined
left join scales
    on {{ date_part_of('year', 'joined.month') }} = scales.year

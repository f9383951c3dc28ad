with rows_of_cases as (
    select * from {{ ref('stg_extracts__cases') }}
),

costs as (
    select * from {{ ref('int_cases__annual_costs') }}
),

services as (
    select * from {{ ref('services') }}
),

figures as (
    select * from {{ ref('stg_published__figures') }}
),

steps as (
    select * from {{ ref('int_high_cost_cases__refund_steps') }}
),

-- both sides of a case in a month: what it cost, and what it would have cost without the station
sides as (
    select
        rows_of_cases.municipality_code,
        rows_of_cases.month,
        rows_of_cases.case_id,
        max(rows_of_cases.station_id) as station_id,
        sum(rows_of_cases.monthly_cost_dkk) as actual_dkk,
        sum(coalesce(rows_of_cases.counterfactual_monthly_cost_dkk, rows_of_cases.monthly_cost_dkk))
            as counterfactual_dkk,
        max(figures.value * 0.01) as service_refund_share
    from rows_of_cases
    left join services
        on rows_of_cases.service_code = services.service_code
    left join figures
        on services.refund_figure_id = figures.figure_id
    group by rows_of_cases.municipality_code, rows_of_cases.month, rows_of_cases.case_id
),

-- the refund of high-cost cases, twelve times over
stepped as (
    select
        sides.municipality_code,
        sides.month,
        sides.case_id,
        sum({{ twelvefold_refund('sides.actual_dkk', 'steps.threshold_dkk', 'steps.added_rate_share') }})
            as twelvefold_actual_refund_dkk,
        sum({{ twelvefold_refund('sides.counterfactual_dkk', 'steps.threshold_dkk', 'steps.added_rate_share') }})
            as twelvefold_counterfactual_refund_dkk
    from sides
    inner join steps
        on {{ date_part_of('year', 'sides.month') }} = steps.year
    group by sides.municipality_code, sides.month, sides.case_id
),

-- a service with a refund of its own gets that one; without known thresholds the refund of the others is unknown
refunded as (
    select
        sides.*,
        case
            when sides.service_refund_share is not null then sides.service_refund_share * sides.actual_dkk
            else {{ exact_ratio('stepped.twelvefold_actual_refund_dkk', '12') }}
        end as actual_refund_dkk,
        case
            when sides.service_refund_share is not null then sides.service_refund_share * sides.counterfactual_dkk
            else {{ exact_ratio('stepped.twelvefold_counterfactual_refund_dkk', '12') }}
        end as counterfactual_refund_dkk
    from sides
    left join stepped
        on
            sides.municipality_code = stepped.municipality_code
            and sides.month = stepped.month
            and sides.case_id = stepped.case_id
)

select
    refunded.municipality_code,
    refunded.month,
    refunded.case_id,
    refunded.station_id,
    costs.bracket,
    costs.data_origin,
    cast(refunded.actual_dkk as decimal(18, 2)) as actual_dkk,
    cast(refunded.counterfactual_dkk as decimal(18, 2)) as counterfactual_dkk,
    cast(round(refunded.actual_refund_dkk, 2) as decimal(18, 2)) as actual_refund_dkk,
    cast(round(refunded.counterfactual_refund_dkk, 2) as decimal(18, 2)) as counterfactual_refund_dkk
from refunded
inner join costs
    on
        refunded.municipality_code = costs.municipality_code
        and refunded.month = costs.month
        and refunded.case_id = costs.case_id

with cases as (
    select * from {{ ref('fct_high_cost_case') }}
    where series = 'yearly'
),

plan_effects as (
    select * from {{ ref('fct_plan_effect') }}
),

indices as (
    select * from {{ ref('price_indices') }}
    where index_id = 'municipal_price_and_wage'
),

yearly as (
    select
        {{ date_part_of('year', 'period_start') }} as calendar_year,
        sum(cases) as cases,
        sum(gross_dkk) as gross_dkk,
        case when count(refund_dkk) = count(*) then sum(refund_dkk) end as refund_dkk
    from cases
    group by {{ date_part_of('year', 'period_start') }}
),

first_year as (
    select min(calendar_year) as base_year
    from yearly
),

base as (
    select
        yearly.*,
        indices.index_value as base_index
    from yearly
    inner join first_year
        on yearly.calendar_year = first_year.base_year
    left join indices
        on yearly.calendar_year = indices.year
),

-- an amount of one year is brought to the price level of another only by an index with a source
compared as (
    select
        yearly.*,
        base.calendar_year as base_year,
        yearly.gross_dkk - base.gross_dkk as rise_in_current_prices_dkk,
        (yearly.gross_dkk - yearly.refund_dkk)
        - (base.gross_dkk - base.refund_dkk) as net_rise_in_current_prices_dkk,
        yearly.gross_dkk
        - cast(
            base.gross_dkk * cast({{ exact_ratio('indices.index_value', 'base.base_index') }} as decimal(12, 6))
            as decimal(18, 2)
        ) as rise_in_fixed_prices_dkk
    from yearly
    cross join base
    left join indices
        on yearly.calendar_year = indices.year
)

select
    cast(compared.calendar_year as integer) as year,
    cast(compared.base_year as integer) as base_year,
    cast(compared.cases as integer) as cases,
    cast(compared.gross_dkk as decimal(18, 2)) as gross_dkk,
    cast(compared.refund_dkk as decimal(18, 2)) as refund_dkk,
    cast(compared.gross_dkk - compared.refund_dkk as decimal(18, 2)) as net_dkk,
    cast(compared.rise_in_current_prices_dkk as decimal(18, 2)) as rise_in_current_prices_dkk,
    cast(compared.net_rise_in_current_prices_dkk as decimal(18, 2)) as net_rise_in_current_prices_dkk,
    cast(compared.rise_in_fixed_prices_dkk as decimal(18, 2)) as rise_in_fixed_prices_dkk,
    cast(
        case
            when compared.rise_in_fixed_prices_dkk is null
                then 'Der er intet prisindeks med kilde for begge år; prisniveauer blandes ikke'
        end as {{ text_type() }}
    ) as fixed_prices_missing_reason,
    cast(plan_effects.expected_to_date_measured_dkk as decimal(18, 2)) as plan_expected_to_date_dkk,
    cast(plan_effects.realised_to_date_dkk as decimal(18, 2)) as plan_realised_to_date_dkk,
    cast(plan_effects.realised_through_month as date) as plan_realised_through_month,
    -- of what the rise would have been without the plan; only within one price level
    cast(
        case
            when plan_effects.realised_to_date_dkk < 0 and compared.rise_in_fixed_prices_dkk > 0
                then {{ exact_ratio(
                    '-plan_effects.realised_to_date_dkk',
                    'compared.rise_in_fixed_prices_dkk - plan_effects.realised_to_date_dkk'
                ) }}
        end as decimal(9, 6)
    ) as held_back_share,
    cast('published' as {{ text_type() }}) as cases_data_origin,
    cast(
        case when plan_effects.measured_lines > 0 then plan_effects.data_origin end as {{ text_type() }}
    ) as plan_data_origin
from compared
left join plan_effects
    on compared.calendar_year = plan_effects.year

-- The planned visits are the one quantity that is computed and not printed: citizens times contacts a month (the middle
-- of the printed span) times the printed share, over the months with an effect.
with printed as (
    select
        max(case when figure_id = 'fp1_target_group' then value end) as citizens,
        max(case when figure_id = 'fp1_contacts_per_month_low' then value end) as contacts_low,
        max(case when figure_id = 'fp1_contacts_per_month_high' then value end) as contacts_high,
        max(case when figure_id = 'fp1_virtual_share_2024' then value end) as percent_2024,
        max(case when figure_id = 'fp1_virtual_share_2027' then value end) as percent_2027
    from {{ ref('stg_documents__figures') }}
),

months as (
    select
        line_id,
        {{ date_part_of('year', 'month') }} as plan_year,
        sum(case when expected_effect_dkk <> 0 then 1 else 0 end) as months_with_effect
    from {{ ref('fct_station_effect_month') }}
    group by line_id, {{ date_part_of('year', 'month') }}
)

-- times 600 instead of half times a hundredth times a third, so that everything stays whole
select
    quantities.line_id,
    quantities.year,
    quantities.planned_quantity
from {{ ref('planned_quantities') }} as quantities
inner join months
    on
        quantities.line_id = months.line_id
        and quantities.year = months.plan_year
cross join printed
where
    quantities.line_id = 'fp2024-1-1'
    and 600 * quantities.planned_quantity
    <> printed.citizens * (printed.contacts_low + printed.contacts_high) * months.months_with_effect
    * (3 * printed.percent_2024 + (quantities.year - 2024) * (printed.percent_2027 - printed.percent_2024))

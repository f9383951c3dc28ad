with figures as (
    select * from {{ ref('stg_documents__figures') }}
),

printed as (
    select * from {{ ref('int_checks__printed_brackets') }}
),

extracted as (
    select * from {{ ref('int_high_cost_cases__extract_brackets') }}
    where municipality_code = '{{ var("plan_municipality") }}'
),

printed_shares as (
    select * from {{ ref('self_sufficiency_figures') }}
    where basis = 'actual'
),

places as (
    select * from {{ ref('int_housing__places') }}
),

checks as (
    select
        'extract/' || printed.figure_id as check_id,
        'Udtrækket giver det trykte for ' || printed.row_label || ', ' || printed.bracket || ' pct.'
        || case when printed.measure = 'cases' then ', antal sager' else ', udgift' end as description,
        printed.figure_id,
        printed.table_id,
        printed.value,
        printed.half_unit,
        printed.first_value,
        printed.first_half_unit,
        cast(
            case when printed.measure = 'cases' then extracted.cases else extracted.gross_dkk * 0.000001 end
            as decimal(18, 6)
        ) as computed_value
    from printed
    inner join extracted
        on
            printed.month = extracted.month
            and printed.bracket = extracted.bracket
    union all
    select
        'extract/' || printed_shares.figure_id as check_id,
        'Udtrækket giver den trykte selvforsyningsgrad for '
        || cast({{ date_part_of('year', 'printed_shares.period_start') }} as {{ text_type() }}) as description,
        printed_shares.figure_id,
        figures.table_id,
        figures.value,
        figures.half_unit,
        figures.first_value,
        figures.first_half_unit,
        cast({{ exact_ratio('100 * places.own_places', 'places.places') }} as decimal(18, 6)) as computed_value
    from printed_shares
    inner join places
        on printed_shares.period_start = places.period_start
    inner join figures
        on printed_shares.figure_id = figures.figure_id
),

-- A month that was delivered before its figure was revised gives the first print, one that was delivered again gives
-- the latest. Neither delivery is wrong, so the extract is compared with the closer print.
nearest as (
    select
        checks.*,
        case
            when abs(checks.computed_value - checks.first_value) < abs(checks.computed_value - checks.value) then 1
            else 0
        end as is_nearer_to_first
    from checks
)

select
    check_id,
    'extract_to_published' as check_kind,
    description,
    figure_id as printed_figure_id,
    table_id,
    cast(case when is_nearer_to_first = 1 then first_value else value end as decimal(18, 6)) as printed_value,
    cast(
        case when is_nearer_to_first = 1 then first_half_unit else half_unit end as decimal(18, 6)
    ) as printed_half,
    computed_value
from nearest

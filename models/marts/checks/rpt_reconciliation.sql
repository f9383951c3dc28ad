with intervals as (
    select
        check_id,
        check_kind,
        description,
        printed_figure_id,
        table_id,
        printed_value,
        printed_half,
        computed_value,
        computed_low,
        computed_high
    from {{ ref('int_checks__intervals') }}
    union all
    -- what an extract holds is exact
    select
        check_id,
        check_kind,
        description,
        printed_figure_id,
        table_id,
        printed_value,
        printed_half,
        computed_value,
        computed_value as computed_low,
        computed_value as computed_high
    from {{ ref('int_checks__extract_checks') }}
),

known as (
    select * from {{ ref('known_discrepancies') }}
),

figures as (
    select * from {{ ref('stg_documents__figures') }}
),

judged as (
    select
        intervals.*,
        intervals.computed_value - intervals.printed_value as difference,
        {{ check_tolerance('intervals') }} as tolerance,
        known.reason,
        known.chosen_value,
        {{ check_verdict('intervals', 'known') }} as verdict
    from intervals
    left join known
        on intervals.check_id = known.check_id
)

-- the value of a check stands where it was printed: a figure that was revised since is on another line by now
select
    cast(judged.check_id as {{ text_type() }}) as check_id,
    cast(judged.check_kind as {{ text_type() }}) as check_kind,
    cast(judged.description as {{ text_type() }}) as description,
    cast(judged.table_id as {{ text_type() }}) as table_id,
    cast(judged.printed_figure_id as {{ text_type() }}) as figure_id,
    cast(
        case
            when judged.printed_value = figures.first_value then figures.first_document_id else figures.document_id
        end as {{ text_type() }}
    ) as document_id,
    cast(
        case
            when judged.printed_value = figures.first_value then figures.first_source_line else figures.source_line
        end as integer
    ) as source_line,
    cast(judged.printed_value as decimal(18, 6)) as printed_value,
    cast(judged.computed_value as decimal(18, 6)) as computed_value,
    cast(judged.difference as decimal(18, 6)) as difference,
    cast(judged.tolerance as decimal(18, 6)) as tolerance,
    cast(judged.verdict as {{ text_type() }}) as verdict,
    cast(judged.chosen_value as {{ text_type() }}) as chosen_value,
    cast(
        case
            when judged.reason is not null then judged.reason
            when judged.verdict = 'exact' then 'Stemmer'
            when judged.verdict = 'rounding' then 'Inden for afrundingen af de trykte cifre'
            else 'Forskellen er ikke forklaret'
        end as {{ text_type() }}
    ) as explanation
from judged
left join figures
    on judged.printed_figure_id = figures.figure_id

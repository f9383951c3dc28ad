with printed as (
    select * from {{ ref('int_high_cost_cases__bracket_refunds') }}
),

extracted as (
    select * from {{ ref('int_high_cost_cases__extract_brackets') }}
    where municipality_code = '{{ var("plan_municipality") }}'
),

-- the totals of a bracket hide how each case's cost lies within it, so their refund is a lower bound; case by case it
-- is exact
series as (
    select
        series,
        period_start,
        bracket,
        cases,
        gross_dkk,
        refund_dkk,
        'lower_bound' as basis,
        table_id,
        'published' as data_origin
    from printed
    union all
    select
        'extract' as series,
        month as period_start,
        bracket,
        cases,
        gross_dkk,
        refund_dkk,
        'exact' as basis,
        cast(null as {{ text_type() }}) as table_id,
        data_origin
    from extracted
)

select
    cast(series as {{ text_type() }}) as series,
    cast(period_start as date) as period_start,
    cast(bracket as {{ text_type() }}) as bracket,
    cast(cases as integer) as cases,
    cast(gross_dkk as decimal(18, 2)) as gross_dkk,
    cast(refund_dkk as decimal(18, 2)) as refund_dkk,
    cast(gross_dkk - refund_dkk as decimal(18, 2)) as net_dkk,
    cast(case when refund_dkk is not null then basis end as {{ text_type() }}) as refund_basis,
    cast(
        case when refund_dkk is null then 'Årets beløbsgrænser er ikke kendt; der fremskrives ikke' end
        as {{ text_type() }}
    ) as refund_missing_reason,
    cast(table_id as {{ text_type() }}) as table_id,
    cast(data_origin as {{ text_type() }}) as data_origin
from series

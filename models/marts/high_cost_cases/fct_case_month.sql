{%- set text = dbt.type_string() -%}
with rows_of_cases as (
    select * from {{ ref('stg_extracts__cases') }}
),

refunds as (
    select * from {{ ref('int_cases__refunds') }}
),

-- a case of several services stands under the dearest of them, so that its refund is counted once
ranked as (
    select
        rows_of_cases.municipality_code,
        rows_of_cases.month,
        rows_of_cases.case_id,
        rows_of_cases.service_code,
        rows_of_cases.provider_kind,
        rows_of_cases.placement,
        row_number() over (
            partition by rows_of_cases.municipality_code, rows_of_cases.month, rows_of_cases.case_id
            order by
                {{ sort_key('rows_of_cases.monthly_cost_dkk', 'desc', nulls='last') }},
                {{ sort_key('rows_of_cases.service_code', 'asc', nulls='last') }}
        ) as place
    from rows_of_cases
)

select
    cast(ranked.municipality_code as {{ text }}) as municipality_code,
    cast(ranked.month as date) as month,
    cast(ranked.service_code as {{ text }}) as service_code,
    cast(ranked.provider_kind as {{ text }}) as provider_kind,
    cast(ranked.placement as {{ text }}) as placement,
    cast(refunds.bracket as {{ text }}) as bracket,
    cast(count(*) as integer) as cases,
    cast(sum(refunds.actual_dkk) as decimal(18, 2)) as gross_dkk,
    cast(
        case when count(refunds.actual_refund_dkk) = count(*) then sum(refunds.actual_refund_dkk) end
        as decimal(18, 2)
    ) as refund_dkk,
    cast(
        case
            when count(refunds.actual_refund_dkk) = count(*)
                then sum(refunds.actual_dkk) - sum(refunds.actual_refund_dkk)
        end as decimal(18, 2)
    ) as net_dkk,
    cast(
        case
            when count(refunds.actual_refund_dkk) < count(*)
                then 'Årets beløbsgrænser er ikke kendt; der fremskrives ikke'
        end as {{ text }}
    ) as refund_missing_reason,
    cast(max(refunds.data_origin) as {{ text }}) as data_origin
from ranked
inner join refunds
    on
        ranked.municipality_code = refunds.municipality_code
        and ranked.month = refunds.month
        and ranked.case_id = refunds.case_id
where ranked.place = 1
group by
    ranked.municipality_code,
    ranked.month,
    ranked.service_code,
    ranked.provider_kind,
    ranked.placement,
    refunds.bracket

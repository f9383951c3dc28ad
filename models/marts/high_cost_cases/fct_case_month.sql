{{ config(**incremental_by('month')) }}

with groups as (
    select * from {{ ref('int_cases__groups') }}
    where {{ is_due('month') }}
)

select
    cast(municipality_code as {{ text_type() }}) as municipality_code,
    cast(month as date) as month,
    cast(service_code as {{ text_type() }}) as service_code,
    cast(provider_kind as {{ text_type() }}) as provider_kind,
    cast(placement as {{ text_type() }}) as placement,
    cast(bracket as {{ text_type() }}) as bracket,
    cast(cases as integer) as cases,
    cast(actual_dkk as decimal(18, 2)) as gross_dkk,
    cast(case when cases_without_refund = 0 then known_refund_dkk end as decimal(18, 2)) as refund_dkk,
    cast(case when cases_without_refund = 0 then actual_dkk - known_refund_dkk end as decimal(18, 2)) as net_dkk,
    cast(
        case when cases_without_refund > 0 then 'Årets beløbsgrænser er ikke kendt; der fremskrives ikke' end
        as {{ text_type() }}
    ) as refund_missing_reason,
    cast(data_origin as {{ text_type() }}) as data_origin
from groups

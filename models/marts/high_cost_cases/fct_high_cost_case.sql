select
    cast(series as {{ dbt.type_string() }}) as series,
    cast(period_start as date) as period_start,
    cast(bracket as {{ dbt.type_string() }}) as bracket,
    cast(cases as integer) as cases,
    cast(gross_dkk as decimal(18, 2)) as gross_dkk,
    cast(refund_dkk as decimal(18, 2)) as refund_dkk,
    cast(gross_dkk - refund_dkk as decimal(18, 2)) as net_dkk,
    -- the totals of a bracket hide how a case's cost moves within the year, and the refund is settled month by month
    cast(case when refund_dkk is not null then 'lower_bound' end as {{ dbt.type_string() }}) as refund_basis,
    cast(
        case when refund_dkk is null then 'Årets beløbsgrænser er ikke kendt; der fremskrives ikke' end as varchar
    ) as refund_missing_reason,
    cast(table_id as {{ dbt.type_string() }}) as table_id,
    cast('published' as {{ dbt.type_string() }}) as data_origin
from {{ ref('int_high_cost_cases__refund') }}

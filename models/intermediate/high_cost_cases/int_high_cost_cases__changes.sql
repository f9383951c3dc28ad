with case_months as (
    select * from {{ ref('int_high_cost_cases__case_months') }}
),

months as (
    select
        month,
        cast({{ dbt.dateadd('month', 1, 'month') }} as date) as next_month,
        max(data_origin) as data_origin
    from case_months
    group by month
),

-- two months can be bridged where both are delivered
month_pairs as (
    select
        earlier.month as from_month,
        later.month as to_month,
        later.data_origin
    from months as earlier
    inner join months as later
        on earlier.next_month = later.month
),

before_and_after as (
    select
        month_pairs.from_month,
        month_pairs.to_month,
        month_pairs.data_origin,
        case_months.case_id,
        case_months.municipality_code,
        case when case_months.month = month_pairs.from_month then case_months.gross_dkk end as gross_before_dkk,
        case when case_months.month = month_pairs.to_month then case_months.gross_dkk end as gross_after_dkk,
        case when case_months.month = month_pairs.from_month then case_months.net_dkk end as net_before_dkk,
        case when case_months.month = month_pairs.to_month then case_months.net_dkk end as net_after_dkk
    from month_pairs
    inner join case_months
        on case_months.month in (month_pairs.from_month, month_pairs.to_month)
)

select
    from_month,
    to_month,
    data_origin,
    municipality_code,
    case_id,
    max(gross_before_dkk) as gross_before_dkk,
    max(gross_after_dkk) as gross_after_dkk,
    coalesce(max(gross_after_dkk), 0) - coalesce(max(gross_before_dkk), 0) as gross_change_dkk,
    case
        when max(gross_before_dkk) is not null and max(net_before_dkk) is null then null
        when max(gross_after_dkk) is not null and max(net_after_dkk) is null then null
        else coalesce(max(net_after_dkk), 0) - coalesce(max(net_before_dkk), 0)
    end as net_change_dkk
from before_and_after
group by from_month, to_month, data_origin, municipality_code, case_id

with lines as (
    select * from {{ ref('budget_lines') }}
    where method = 'ledger'
),

postings as (
    select * from {{ ref('stg_extracts__postings') }}
),

delivered_months as (
    select
        month,
        max(data_origin) as data_origin
    from postings
    group by month
),

posted as (
    select
        line_id,
        month,
        sum(amount_dkk) as amount_dkk
    from postings
    group by line_id, month
)

-- in a month that the finance system delivered, a line without a posting cost nothing; in any other it is unknown
select
    lines.line_id,
    delivered_months.month,
    delivered_months.data_origin,
    cast(coalesce(posted.amount_dkk, 0) as decimal(18, 2)) as realised_effect_dkk,
    cast(coalesce(posted.amount_dkk, 0) as decimal(18, 2)) as realised_net_of_refund_dkk
from lines
cross join delivered_months
left join posted
    on
        lines.line_id = posted.line_id
        and delivered_months.month = posted.month

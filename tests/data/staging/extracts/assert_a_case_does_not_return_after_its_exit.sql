-- A case that is gone in one delivered month and back in a later one is an id used again, or a month delivered short:
-- the bridge would show an exit and an entry that never were. A case that pauses is delivered with cost 0. A refresh
-- looks two months to each side, which finds a month delivered short; a full build looks at all.
with cases as (
    select
        municipality_code,
        month,
        case_id
    from {{ ref('int_cases__annual_costs') }}
    where {{ is_tested('month', around=2) }}
),

delivered as (
    select
        municipality_code,
        month,
        row_number() over (
            partition by municipality_code order by month asc nulls first
        ) as month_number
    from {{ ref('int_cases__delivered_months') }}
    where {{ is_tested('month', around=2) }}
)

select
    cases.municipality_code,
    cases.case_id,
    min(cases.month) as first_month,
    max(cases.month) as last_month
from cases
inner join delivered
    on
        cases.municipality_code = delivered.municipality_code
        and cases.month = delivered.month
group by cases.municipality_code, cases.case_id
having max(delivered.month_number) - min(delivered.month_number) + 1 <> count(*)

-- Entries, exits and price changes must be the whole difference, case by case and to the øre, gross and net; otherwise
-- somebody's rise is explained by nothing.
with totals as (
    select
        period_start as month,
        sum(cases) as cases,
        sum(gross_dkk) as gross_dkk,
        case when count(net_dkk) = count(*) then sum(net_dkk) end as net_dkk
    from {{ ref('fct_high_cost_case') }}
    where series = 'extract'
    group by period_start
),

differences as (
    select
        earlier.month as from_month,
        later.month as to_month,
        later.cases - earlier.cases as cases,
        later.gross_dkk - earlier.gross_dkk as gross_dkk,
        later.net_dkk - earlier.net_dkk as net_dkk
    from totals as earlier
    inner join totals as later
        on later.month = cast({{ dbt.dateadd('month', 1, 'earlier.month') }} as date)
),

bridged as (
    select
        from_month,
        to_month,
        count(*) as components,
        sum(case when component = 'entry' then cases when component = 'exit' then -cases else 0 end) as cases,
        sum(gross_dkk) as gross_dkk,
        case when count(net_dkk) = count(*) then sum(net_dkk) end as net_dkk
    from {{ ref('fct_high_cost_case_bridge') }}
    group by from_month, to_month
)

select
    coalesce(differences.from_month, bridged.from_month) as from_month,
    differences.gross_dkk,
    bridged.gross_dkk as bridged_gross_dkk,
    differences.net_dkk,
    bridged.net_dkk as bridged_net_dkk
from differences
full outer join bridged
    on
        differences.from_month = bridged.from_month
        and differences.to_month = bridged.to_month
where
    differences.from_month is null
    or bridged.from_month is null
    or bridged.components <> 4
    or differences.cases <> bridged.cases
    or differences.gross_dkk <> bridged.gross_dkk
    or coalesce(differences.net_dkk, -1) <> coalesce(bridged.net_dkk, -1)

with steps as (
    select
        *,
        {{ dkk_to_oere('threshold_dkk') }} as threshold_oere,
        {{ in_millionths('added_rate_share') }} as added_rate_millionths
    from {{ ref('int_high_cost_cases__refund_steps') }}
)

-- the steps of a year side by side, so that a case meets them in one row
select
    year,
    max(case when bracket = '25' then threshold_dkk end) as threshold_25_dkk,
    max(case when bracket = '50' then threshold_dkk end) as threshold_50_dkk,
    max(case when bracket = '75' then threshold_dkk end) as threshold_75_dkk,
    max(case when bracket = '25' then threshold_oere end) as threshold_25_oere,
    max(case when bracket = '50' then threshold_oere end) as threshold_50_oere,
    max(case when bracket = '75' then threshold_oere end) as threshold_75_oere,
    max(case when bracket = '25' then added_rate_millionths end) as added_rate_25_millionths,
    max(case when bracket = '50' then added_rate_millionths end) as added_rate_50_millionths,
    max(case when bracket = '75' then added_rate_millionths end) as added_rate_75_millionths
from steps
group by year

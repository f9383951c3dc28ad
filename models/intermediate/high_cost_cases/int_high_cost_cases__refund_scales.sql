-- the steps of a year side by side, so that a case meets them in one row
select
    year,
    max(case when bracket = '25' then threshold_dkk end) as threshold_25_dkk,
    max(case when bracket = '50' then threshold_dkk end) as threshold_50_dkk,
    max(case when bracket = '75' then threshold_dkk end) as threshold_75_dkk,
    max(case when bracket = '25' then added_rate_share end) as added_rate_25_share,
    max(case when bracket = '50' then added_rate_share end) as added_rate_50_share,
    max(case when bracket = '75' then added_rate_share end) as added_rate_75_share
from {{ ref('int_high_cost_cases__refund_steps') }}
group by year

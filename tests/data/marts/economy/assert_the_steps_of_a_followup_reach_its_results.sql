-- a walk that leaves a line out, or takes one twice, would show another result than the one that is printed; each
-- figure stands for half a unit of its last digit to each side, so that is what a result may differ by for each of them
with steps as (
    select
        followup_step.*,
        followup.amount_dkk as printed_dkk
    from {{ ref('fct_budget_followup_step') }} as followup_step
    inner join {{ ref('followup_steps') }} as declared
        on followup_step.step_no = declared.step_no
    inner join {{ ref('dim_published_table') }} as published_table
        on
            followup_step.table_id = published_table.table_id
            and declared.table_id = published_table.form_id
    left join {{ ref('fct_budget_followup') }} as followup
        on
            followup_step.table_id = followup.table_id
            and declared.line_no = followup.line_no
            and followup.column_no = 1
),

walked as (
    select
        results.table_id,
        results.step_no,
        results.printed_dkk,
        sum(case when steps.is_result = 0 then steps.amount_dkk end) as walked_dkk,
        count(*) as steps
    from steps as results
    inner join steps
        on
            results.table_id = steps.table_id
            and results.step_no >= steps.step_no
    where results.is_result = 1
    group by results.table_id, results.step_no, results.printed_dkk
),

-- one decimal of a million
half_digits as (
    select cast(factor_to_base / 20 as decimal(18, 2)) as half_digit_dkk
    from {{ ref('units') }}
    where unit = 'mdkk'
)

select walked.*
from walked
cross join half_digits
where
    walked.printed_dkk is null
    or walked.walked_dkk is null
    or abs(walked.walked_dkk - walked.printed_dkk) > half_digits.half_digit_dkk * (walked.steps + 1)

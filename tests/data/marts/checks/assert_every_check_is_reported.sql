-- A check whose figure is not found would drop out of the report without a word, and one with a term that is not found
-- would be computed from the others.
select checks.check_id as lost
from {{ ref('checks') }} as checks
left join {{ ref('rpt_reconciliation') }} as report
    on
        checks.check_id = report.check_id
        or report.check_id like checks.check_id || '/%'
where report.check_id is null
union all
select check_id as lost
from {{ ref('int_checks__terms') }}
where term_figure_id is null

-- A rule whose figure is not found, and a claim without terms, would drop out of the report without a word.
select rules.rule_id as lost
from {{ ref('table_rules') }} as rules
left join {{ ref('int_checks__terms') }} as terms
    on terms.check_id like rules.rule_id || '/%'
where terms.term_figure_id is null
union all
select claims.check_id as lost
from {{ ref('text_claims') }} as claims
left join {{ ref('rpt_reconciliation') }} as report
    on claims.check_id = report.check_id
left join {{ ref('text_claim_terms') }} as claim_terms
    on claims.check_id = claim_terms.check_id
where
    report.check_id is null
    or claim_terms.check_id is null
union all
select claim_terms.figure_id as lost
from {{ ref('text_claim_terms') }} as claim_terms
left join {{ ref('int_checks__figures') }} as figures
    on claim_terms.figure_id = figures.figure_id
where figures.figure_id is null

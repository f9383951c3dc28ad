-- The other half of a documented difference: a row of known_discrepancies whose check is gone, is exact, or has other
-- values by now explains something that is no longer true, and would hide the next difference in the same place.
select
    known.check_id,
    known.printed_value as known_printed_value,
    report.printed_value,
    known.computed_value as known_computed_value,
    report.computed_value,
    report.verdict
from {{ ref('known_discrepancies') }} as known
left join {{ ref('rpt_reconciliation') }} as report
    on known.check_id = report.check_id
where
    report.check_id is null
    or report.verdict = 'exact'
    or known.printed_value <> report.printed_value
    or coalesce(known.computed_value, -999999999) <> coalesce(report.computed_value, -999999999)
    or (known.kind = 'rounding' and report.verdict <> 'rounding')
    or (known.kind <> 'rounding' and report.verdict <> 'documented')

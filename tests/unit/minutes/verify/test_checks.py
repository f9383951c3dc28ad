from fingerplan.minutes.verify.checks import check_reading
from tests.support.minutes_reading import known


def test_what_reconciles_has_no_finding(reading_of):
    reading = reading_of()
    checks = check_reading(reading, known())
    assert reading.findings == []
    assert {check.verdict for check in checks} == {"exact", "rounding"}


def test_a_total_that_differs_is_one_finding_with_both_values(reading_of):
    reading = reading_of(("\t759,4", "\t769,4"))
    check_reading(reading, known())
    assert any("printed 769,4, computed 759,3" in finding for finding in reading.findings)


def test_a_year_that_is_none_of_its_months_is_one_finding(reading_of):
    reading = reading_of(("\n2026\t164\t", "\n2026\t165\t"))
    check_reading(reading, known())
    assert len([finding for finding in reading.findings if "Året 2026 er Maj 2026" in finding]) == 1

from dataclasses import replace
from decimal import Decimal

from fingerplan.minutes.known_figures import RuleTerm
from fingerplan.minutes.verify.totals import checks_of, checks_of_years, find_row, is_total_of_all, rule_terms
from tests.support.minutes_reading import known


def rule(rule_id: str):
    return next(rule for rule in known().rules if rule.rule_id == rule_id)


def test_a_rule_of_a_row_is_a_check_of_each_printed_column(reading_of):
    checks = list(checks_of(rule("sau_03_total"), reading_of(), known()))
    assert [check.check_id.partition("/")[0] for check in checks] == ["sau_03_total"] * len(checks)
    assert {check.verdict for check in checks} == {"exact"}


def test_a_rule_of_a_column_is_a_check_of_each_row(reading_of):
    checks = list(checks_of(rule("sau_09_cases"), reading_of(("\t244\t", "\t245\t")), known()))
    wrong = [check for check in checks if check.verdict != "exact"]
    assert (len(checks), len(wrong)) == (7, 1)
    assert (wrong[0].verdict, wrong[0].printed_value, wrong[0].computed) == ("unreconciled", 245, 244)


def test_a_new_row_above_a_total_of_all_rows_belongs_to_it(reading_of):
    reading = reading_of()
    table = reading.table("SAU-03")
    assert table is not None
    table.rows.insert(0, replace(table.rows[0], label="Ny ramme", is_known=False))
    found = rule_terms(rule("sau_03_total"), table, known().tables["SAU-03"], reading, known())
    assert found is not None
    assert "Ny ramme" in [term.row.label for term in found[1]]


def test_a_rule_whose_table_is_not_printed_gives_no_check(reading_of):
    assert list(checks_of(rule("fp_01_plan_total"), reading_of(), known())) == []


def test_a_row_is_found_in_the_statement_of_another_year(reading_of):
    table = reading_of().table("SAU-04")
    assert table is not None
    labels = [row.label for row in table.rows if "2026" in row.label or "2025" in row.label]
    for label in labels:
        found = find_row(table, label.replace("2026", "2031").replace("2025", "2030"))
        assert found is not None
        assert found.label == label
    assert labels
    assert find_row(table, "Noget andet") is None


def test_a_subtotal_is_not_a_total_of_all():
    assert is_total_of_all(rule("sau_03_total"), known().tables["SAU-03"])
    assert not is_total_of_all(rule("sau_04_budget"), known().tables["SAU-04"])
    short = replace(rule("sau_03_total"), terms=(RuleTerm("SAU-03", 1, Decimal(1)),))
    assert not is_total_of_all(short, known().tables["SAU-03"])


def test_the_latest_year_may_be_a_month_behind(reading_of):
    checks = list(checks_of_years(reading_of(), known()))
    assert {check.verdict for check in checks} == {"exact"}
    assert {check.name for check in checks} >= {"Året 2025 er December 2025", "Året 2026 er Maj 2026"}

from decimal import Decimal

from fingerplan.minutes.verify.sentences import read_statements
from tests.support.minutes_reading import known


def statements(reading):
    return {statement.figure.figure_id: statement for statement in read_statements(reading, known())}


def test_a_sentence_that_a_table_gives_has_its_verdict(reading_of):
    rise = statements(reading_of())["sau86_rise_since_last"]
    assert rise.value.number == Decimal("11.8")
    verdicts = {check.claim.check_id: check.verdict for check in rise.checks}
    assert verdicts["sau86_rise_since_last"] == "exact"
    assert verdicts["sau86_rise_since_march"] == "documented"
    assert rise.verdict == "documented"  # the worst of them


def test_a_documented_discrepancy_speaks_only_for_its_own_values(reading_of):
    rise = statements(reading_of(("på 11,8 mio. kr.", "på 12,8 mio. kr.")))["sau86_rise_since_last"]
    verdicts = {check.claim.check_id: check.verdict for check in rise.checks}
    assert verdicts["sau86_rise_since_last"] == "unreconciled"
    assert verdicts["sau86_rise_since_march"] == "unreconciled"


def test_a_sentence_whose_words_are_gone_is_left_out(reading_of):
    assert "sau86_rise_since_last" not in statements(reading_of(("Ændring inden for", "Forskel på")))

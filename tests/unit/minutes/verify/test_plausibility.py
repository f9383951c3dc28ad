import pytest

from fingerplan.minutes.verify.plausibility import check_plausibility
from tests.support.minutes_reading import known


def test_the_shipped_tables_are_plausible(reading_of):
    reading = reading_of()
    for table in reading.tables:
        check_plausibility(table, reading, known())
    assert reading.findings == []


@pytest.mark.parametrize(
    ("table_id", "before", "after", "words"),
    [
        ("SAU-07", "\t86.750\t", "\t86,750\t", "have no decimals"),
        ("SAU-08", "\t2.430.000", "\t1.430.000", "is not above '1.930.000'"),
        ("SAU-03", "Bevillingsansøgninger (mio. kr.)", "Bevillingsansøgninger (1.000 kr.)", "the head says tdkk"),
        ("SAU-06", "B25 Kronj", "I alt\t-1.900\t-2.100\t-5.850\t-5.850\nB25 Kronj", "never had"),
    ],
)
def test_what_cannot_be_right_is_a_finding(table_id, before, after, words, reading_of):
    reading = reading_of((before, after))
    check_plausibility(reading.table(table_id), reading, known())
    assert any(words in finding for finding in reading.findings), reading.findings


def test_a_table_that_lost_its_total_is_a_finding(reading_of):
    reading = reading_of()
    table = reading.table("SAU-03")
    table.rows.pop()
    check_plausibility(table, reading, known())
    assert any("is not there" in finding for finding in reading.findings)


def test_figures_of_another_magnitude_are_a_finding(reading_of):
    reading = reading_of()
    table = reading.table("SAU-02")
    for row in table.rows:
        for cell in row.cells:
            number = cell.value.number
            cell.value = type(cell.value)(cell.value.printed, None if number is None else number * 1000)
    check_plausibility(table, reading, known())
    assert any("the unit of the head does not fit" in finding for finding in reading.findings)

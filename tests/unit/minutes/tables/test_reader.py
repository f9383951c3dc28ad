"""The known tables of a document: what stands around them, over several pages or twice, and in which order."""

from datetime import date

import pytest

from fingerplan.minutes.source.lines import Document
from fingerplan.minutes.tables.printed_table import Reading
from fingerplan.minutes.tables.reader import read_tables
from tests.support.minutes_lines import document, printed
from tests.support.minutes_reading import known

PROPOSALS = "Forslag (mio. kr.)\t2026\t2027\nPlejetilbud\t1\t2"
MONTHS = "Måned\t25 pct. refusion\t25 pct. refusion\n\tAntal sager\tUdgift\n"
FOLLOW_UP = "Unge og voksne med særlige behov - service\tMio. kr.\nKorrigeret budget\t685,7"


def read(text: str | Document) -> Reading:
    return read_tables(document(text) if isinstance(text, str) else text, known())


def test_a_table_has_its_item_head_and_unit():
    table = read(f"Punkt 80: Et tilbud\n\n{PROPOSALS}").tables[0]
    assert (table.table_id, table.line, table.punkt, table.stated_unit) == ("SAU-01", 3, "punkt 80", "mdkk")
    assert table.head == "Forslag (mio. kr.) 2026 2027"
    assert printed(table.rows) == [("Plejetilbud", ["1", "2"])]


def test_a_table_of_the_plan_has_its_station_and_the_unit_above_it():
    head = "Overskrift\tBeskrivelse\t2024\t2025\nNy linje\ttekst\t1\t2"
    table = read(f"# 2. {known().stations[2]}\n## Budget (1.000 kr.)\n{head}").tables[0]
    assert (table.table_id, table.punkt, table.stated_unit) == ("FP-03", "station 2", "tdkk")


def test_a_follow_up_is_as_of_the_date_above_it():
    table = read(f"Mødet den 12. maj 2026\n\nTal pr. 30. juni 2026:\n{FOLLOW_UP}").tables[0]
    assert (table.table_id, table.as_of) == ("SAU-04", date(2026, 6, 30))


def test_a_follow_up_of_two_dates_is_a_finding():
    reading = read(f"Punkt 8: Opfølgning pr. 31. marts 2026\n\nTal pr. 30. juni 2026:\n{FOLLOW_UP}")
    assert "SAU-04: several dates (2026-03-31, 2026-06-30); keep the one of the figures" in reading.findings[0]


def test_a_column_of_dashes_beside_the_periods_is_dropped():
    area = known().areas["SAU-05"]
    head = "Bevillingsansøgninger (mio. kr.)\t2026\tAnlægsbevillinger"
    table = read(f"Punkt 8: {area}\n\n{head}\nServicerammen\t1,0\t-\nI alt\t1,0\t").tables[0]
    assert table.columns == ["2026"]
    assert printed(table.rows) == [("Servicerammen", ["1,0"]), ("I alt", ["1,0"])]


def test_a_table_over_two_pages_is_one_table():
    reading = read(f"{MONTHS}April 2026\t1\t2\n\nSide 31 af 47\n\n{MONTHS}Maj 2026\t3\t4")
    assert [row.label for row in reading.tables[0].rows] == ["April 2026", "Maj 2026"]
    assert (len(reading.tables), reading.repeated, reading.findings) == (1, [], [])


def test_a_page_may_end_behind_a_head():
    reading = read(f"{MONTHS}\nSide 31 af 47\n\n{MONTHS}Maj 2026\t3\t4")
    assert [row.label for row in reading.tables[0].rows] == ["Maj 2026"]
    assert reading.findings == []


def test_a_table_that_stands_there_twice_is_listed():
    reading = read(f"{PROPOSALS}\n\nIgen:\n\n{PROPOSALS}")
    assert (len(reading.tables), reading.repeated) == (1, ["SAU-01, again in line 6"])


@pytest.mark.parametrize(
    ("again", "finding"),
    [
        (PROPOSALS.replace("\t2\n", "\t3\n").replace("\t1\t2", "\t1\t3"), "'3' here and '2' in line 2; keep the right"),
        (PROPOSALS.replace("2026\t2027", "2027\t2028"), "printed twice with different columns"),
        (f"Punkt 9: Andet\n\n{PROPOSALS}\nNyt\t1\t2", "a second table under this head"),
    ],
)
def test_another_table_under_the_same_head_is_a_finding(again, finding):
    reading = read(f"{PROPOSALS}\n\nIgen:\n\n{again}")
    assert finding in "\n".join(reading.findings)


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (f"{MONTHS}Maj 2026\t1\t2\nApril 2026\t3\t4", "'April 2026' comes after 'Maj 2026'"),
        (f"{MONTHS}Maj 2026\t1\t2\nJuli 2026\t3\t4", "'Juli 2026' lies after the meeting of 2026-06-09"),
        ("Forslag (mio. kr.)\t2026\t2028\nPlejetilbud\t1\t2", "the years 2026, 2028 are not consecutive"),
        ("Forslag (mio. kr.)\t2040\t2041\nPlejetilbud\t1\t2", "'2041' lies after the meeting"),
        ("1000 kr., 26-pl\t2027\t2028\n\nPunkt 9: Andet", "SAU-06: no row of figures follows this head"),
    ],
)
def test_periods_in_no_order_and_heads_without_rows_are_findings(text, finding):
    reading = document(text)
    reading.held_on = date(2026, 6, 9)
    assert finding in "\n".join(read(reading).findings)


@pytest.mark.parametrize(("rows", "ways"), [(12, [[1]]), (4, [[0], [1]])])
def test_a_text_with_columns_places_a_figure_by_the_column_above_it(rows, ways):
    head = f"1000 kr., 26-pl{' ' * 21}2027   2028"
    lines = [f"{'Ny linje ' + 'abcdefghijkl'[at]:<36}{at:>4}   {at:>4}" for at in range(rows)]
    reading = read("\n".join([head, *lines, f"{'B25 Talents of Tomorrow':<36}{'-7':>11}"]))
    assert reading.tables[0].rows[-1].open_blanks == ways

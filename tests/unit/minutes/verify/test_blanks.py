from fingerplan.minutes.danish_text import Value
from fingerplan.minutes.tables.printed_table import Cell, Reading, Row, Table
from fingerplan.minutes.verify.blanks import settle_blanks
from tests.support.minutes_reading import known


def with_a_blank(reading: Reading) -> tuple[Table, Row]:
    """SAU-03 with four figures in its first row for five columns, standing one column too far right."""
    table = reading.table("SAU-03")
    assert table is not None
    row = table.rows[0]
    blank = Cell(Value("", None), row.cells[0].unit, row.line, None)
    row.cells = [blank, *row.cells[:4]]
    row.open_blanks = [[0, 1, 2, 3], [1, 2, 3, 4]]
    return table, row


def test_figures_go_where_the_totals_allow_them(reading_of):
    reading = reading_of()
    table, row = with_a_blank(reading)
    settle_blanks(table, reading, known())
    assert [cell.value.printed for cell in row.cells] == ["-5,3", "-7,2", "-6,9", "-6,9", ""]
    assert reading.findings == []


def test_figures_that_no_total_places_are_a_finding(reading_of):
    reading = reading_of()
    table, _ = with_a_blank(reading)
    table.rows.pop()
    settle_blanks(table, reading, known())
    assert ["4 figures for 5 columns" in finding for finding in reading.findings] == [True]


def test_a_doubtful_figure_needs_a_total(reading_of):
    reading = reading_of()
    table = reading.table("SAU-06")
    table.rows[0].is_doubtful = True
    settle_blanks(table, reading, known())
    assert ["page number" in finding for finding in reading.findings] == [True]


def test_a_doubtful_figure_that_a_total_proves_is_kept(reading_of):
    reading = reading_of()
    table = reading.table("SAU-04")
    table.rows[3].is_doubtful = True
    settle_blanks(table, reading, known())
    assert reading.findings == []

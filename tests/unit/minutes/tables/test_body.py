"""The rows of a table as they are added: their labels, units and blanks, and what is refused."""

import pytest

from fingerplan.minutes.source.lines import Line
from fingerplan.minutes.tables.body import Body, is_furniture, is_head_of_periods
from tests.support.minutes_lines import body, context

GRANTS = "1000 kr., 26-pl\t2027\t2028\n"
LABELS = [label for label in context("").known.row_labels("SAU-06") if len(label) > 12]
MONTHS = "Måned\t25 pct. refusion\t25 pct. refusion\n\tAntal sager\tUdgift\n"


def add(rows: Body, label: str, *values: str, index: int = 1, **how: object) -> bool:
    return rows.add(label, [(value, index) for value in values], index, **how) is not None


def test_a_row_has_its_label_cells_units_and_line():
    rows = body(f"{GRANTS}Nyt\t-1\t2")
    assert add(rows, LABELS[0].lower(), "-1", "2")
    row = rows.rows[0]
    assert (row.label, row.is_known, row.line, row.open_blanks) == (LABELS[0], True, 2, [])
    assert {cell.unit for cell in row.cells} == {"tdkk"}
    assert rows.end == 2


def test_units_are_those_of_the_column_where_the_row_is_new():
    rows = body(f"{MONTHS}Juni 2027\t1\t2")
    assert add(rows, "Juni 2027", "1", "2,5", index=2)
    assert [cell.unit for cell in rows.rows[0].cells] == ["cases", "mdkk"]


def test_the_text_since_the_last_row_belongs_to_the_label():
    first, rest = LABELS[0][:6], LABELS[0][6:]
    rows = body(f"{GRANTS}{first}\n{rest}")
    rows.pending = [1]
    assert rows.text_before() == first.strip()
    assert add(rows, rest, "1", "2", index=2)
    assert (rows.rows[0].label, rows.pending) == (LABELS[0], [])


def test_blanks_may_stand_in_several_ways():
    rows = body(f"{GRANTS}x")
    assert add(rows, LABELS[0], "1", "", is_short=True)
    assert add(rows, LABELS[1], "1", "", ways=[])
    assert add(rows, LABELS[2], "1", "", ways=[[1]])
    assert [row.open_blanks for row in rows.rows] == [[[0]], [[0], [1]], [[1]]]


@pytest.mark.parametrize(
    ("label", "values", "finding"),
    [
        (LABELS[0] + " 1)", ("1", "2"), f"SAU-06, row '{LABELS[0]} 1)': a footnote follows the label; remove it"),
        (LABELS[0], ("1", "x"), "SAU-06: a row of figures that cannot be read"),
        ("", ("1", "2"), "SAU-06: a row of figures that cannot be read"),
    ],
)
def test_a_row_that_cannot_be_read_is_a_finding(label, values, finding):
    rows = body(f"{GRANTS}x")
    assert not add(rows, label, *values)
    assert finding in rows.context.findings[0]
    assert (rows.rows, rows.end) == ([], 2)


def test_the_rows_of_a_series_are_its_periods():
    rows = body(f"{MONTHS}Maj 2026\t1\t2")
    assert not add(rows, "2026", "1", "2", index=2)
    assert "'2026' is not a month" in rows.context.findings[0]


def test_a_row_that_stands_there_again_must_have_the_same_figures():
    rows = body(f"{GRANTS}x")
    assert add(rows, LABELS[0], "1", "2")
    assert not add(rows, LABELS[0], "1", "2")
    assert rows.context.findings == []
    assert not add(rows, LABELS[0], "1", "3")
    assert "is printed twice with different figures" in rows.context.findings[0]
    assert len(rows.rows) == 1


def test_a_table_does_not_go_on_for_ever():
    rows = body(f"{GRANTS}x")
    added = [add(rows, f"Række {'abcdefghij'[at % 10]}{'klmnopqrst'[at // 10 % 10]}{'uvxyz'[at // 100]}", "1", "2")
             for at in range(301)]  # fmt: skip
    assert (sum(added), len(rows.rows)) == (300, 300)
    assert "more than 300 rows; this is not a printed table" in rows.context.findings[0]


@pytest.mark.parametrize(
    ("between", "label", "belongs", "findings"),
    [
        ("", LABELS[1], True, 0),
        ("", "Myndighed", False, 1),
        ("Tabel: Årsværk", "Myndighed", False, 1),
        ("Side 31 af 47", "Myndighed", False, 1),
    ],
)
def test_behind_a_gap_only_a_known_row_belongs(between, label, belongs, findings):
    rows = body(f"{GRANTS}x\n{between}\n{label}\t1\t2")
    add(rows, LABELS[0], "1", "2")
    rows.pending = [2]
    assert rows.belongs(3, label) is belongs
    assert len(rows.context.findings) == findings


def test_behind_a_heading_another_tables_row_is_no_finding():
    rows = body(f"{GRANTS}x\n\nTabel: Årsværk\nMyndighed\t1\t2")
    add(rows, LABELS[0], "1", "2")
    rows.pending = [2, 3]
    assert not rows.belongs(4, "Myndighed")
    assert rows.context.findings == []


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("31", True), ("Side 31 af 47", True), ("Referat af mødet", True), ("Randers Kommune 31", True), ("I alt", False)],
)
def test_the_foot_and_the_head_of_a_page(text, is_one):
    assert is_furniture(Line(1, (text,))) is is_one


def test_a_row_of_periods_is_a_head():
    assert is_head_of_periods(["2027", "", "Maj 2026"])
    assert not is_head_of_periods(["2027", "1"])
    assert not is_head_of_periods(["", ""])

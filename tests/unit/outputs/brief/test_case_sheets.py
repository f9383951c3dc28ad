"""The sheets of the cases keep a part from passing for a total, and the bridge comes to the level of the extract."""

from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter

from fingerplan.outputs.brief.case_sheets import bridge_sheet, cases_sheet
from tests.support.small_brief import APRIL, MAY, bridge, case_period, small_brief


@pytest.fixture
def written(tmp_path):
    """Give a function that writes both sheets, and reads them with formulas and with values."""

    def write(**changes):
        brief = small_brief(**changes)
        with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
            cases = cases_sheet(book, brief)
            bridge_sheet(book, brief, cases)
        return cases, *(openpyxl.load_workbook(tmp_path / "a.xlsx", data_only=shown) for shown in (False, True))

    return write


def rows(sheet) -> list[tuple]:
    return list(sheet.iter_rows(values_only=True))


def test_a_period_shows_its_brackets_and_leaves_the_unknown_empty(written):
    period = case_period(MAY, None, missing_reason="ukendte grænser", refund_basis=None)
    del period.brackets["50"]
    cases, formulas, values = written(cases=[case_period(APRIL), period])
    sheet, row = values["Særligt dyre sager"], cases.rows["monthly", MAY][0] + 1
    shown = dict(zip([cell.value for cell in sheet[cases.head + 1]], [cell.value for cell in sheet[row]], strict=True))
    assert (shown["Sager 25 pct."], shown["Sager 50 pct."], shown["Sager i alt"]) == (3, None, 9)
    assert (shown["Brutto i alt"], shown["Netto i alt"]) == (60_000_000, None)
    assert (shown["Refusionen er"], shown["Bemærkning"]) == ("ukendt", "ukendte grænser")
    assert formulas["Særligt dyre sager"][f"F{row}"].value == f"=SUM(C{row}:E{row})"
    assert "Refusion: nøjagtig – beregnet sag for sag." in [row[0] for row in rows(sheet)]


def test_a_year_is_written_as_a_year(written):
    cases, formulas, _ = written(cases=[case_period(MAY, series="yearly"), case_period(MAY)])
    row = cases.rows["yearly", MAY][0] + 1
    assert formulas["Særligt dyre sager"][f"B{row}"].number_format == "[$-406]yyyy"
    assert formulas["Særligt dyre sager"][f"B{row + 1}"].number_format == "[$-406]mmmm yyyy"


def test_the_bridge_starts_from_the_extract_where_that_has_the_month(written):
    extract = case_period(MAY, series="extract", gross_dkk=Decimal(57_000_000))
    cases, formulas, values = written(cases=[case_period(MAY), extract])
    steps = next(row for row in rows(values["Bro"]) if row[0] and getattr(row[0], "month", None) == 4)
    assert steps[2:10] == (50_000_000, 5_000_000, -2_000_000, 4_000_000, 0, 57_000_000, 57_000_000, 0)
    assert steps[12:14] == (1, 1)
    written_row = next(row for row in rows(formulas["Bro"]) if row[0] and getattr(row[0], "month", None) == 4)
    assert written_row[2] == 50_000_000, "the extract has no case in April"
    assert written_row[8] == f"='Særligt dyre sager'!J{cases.rows['extract', MAY][0] + 1}"


def test_the_waterfall_stands_on_a_socket_and_ends_where_the_bridge_does(written):
    _, _, values = written()
    found = rows(values["Bro"])
    first = next(number for number, row in enumerate(found) if row[0] == "Trin") + 1
    millions = [[value / 1_000_000 for value in row[1:7]] for row in found[first : first + 6]]
    assert [row[0] for row in found[first : first + 6]] == [
        *("april 2026", "Tilgang", "Afgang", "Dyrere", "Billigere", "maj 2026")
    ]
    assert millions == [
        [50, 50, 0, 50, 0, 0],
        [5, 55, 50, 0, 5, 0],
        [-2, 53, 53, 0, 0, 2],
        [4, 57, 53, 0, 4, 0],
        [0, 57, 57, 0, 0, 0],
        [57, 57, 0, 57, 0, 0],
    ]


def test_without_a_bridge_the_sheet_says_what_it_needs(written):
    _, _, values = written(bridges=[])
    assert any("Der er ingen bro: den kræver udtræk" in str(row[0]) for row in rows(values["Bro"]))


def test_only_the_last_year_of_bridges_is_shown(written):
    many = [bridge(from_month=APRIL.replace(year=year)) for year in range(2000, 2026)]
    _, _, values = written(bridges=many)
    assert sum(getattr(row[0], "month", None) == 4 for row in rows(values["Bro"])) == 12

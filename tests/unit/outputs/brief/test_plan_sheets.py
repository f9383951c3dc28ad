"""The sheets of the plan add up the rows above, and say why a figure is missing."""

from datetime import date

import openpyxl
import pytest
import xlsxwriter

from fingerplan.outputs.brief.plan_sheets import months_sheet, stations_sheet
from tests.support.small_brief import UNMEASURED, line_month, plan_year, small_brief, station_year


@pytest.fixture
def written(tmp_path):
    def write(fill, **changes):
        with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
            sheet = fill(book, small_brief(**changes))
        return sheet, *(openpyxl.load_workbook(tmp_path / "a.xlsx", data_only=shown) for shown in (False, True))

    return write


def table(sheet, head: str) -> list[dict]:
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    first = next(number for number, row in enumerate(rows) if row[0] == head)
    return [dict(zip(rows[first], row, strict=True)) for row in rows[first + 1 :] if row[0] is not None]


def test_a_year_ends_with_the_total_of_the_plan(written):
    plan = [plan_year(), plan_year(year=2027, is_current_year=0, **UNMEASURED)]
    second = station_year(station_no=2, station_name="Følgeskab")
    stations = [station_year(), second, station_year(year=2027, **UNMEASURED)]
    sheet, formulas, values = written(stations_sheet, plan=plan, station_years=stations)
    rows = table(values["Stationer"], "År")[:5]
    assert [(row["År"], row["Station"]) for row in rows] == [
        *((2026, "Digital først"), (2026, "Følgeskab"), (2026, "Planen i alt")),
        *((2027, "Digital først"), (2027, "Planen i alt")),
    ]
    assert [row["Afvigelse"] for row in rows] == [125, 125, 125, None, None]
    assert rows[0]["Status"] == "bagud, delvist målt"
    total = sheet.rows[2026][0] + 1
    assert formulas["Stationer"][f"I{total}"].value == f"=SUM($I${total - 2}:$I${total - 1})"
    assert formulas["Stationer"][f"J{total}"].value == f"=I{total}-H{total}"
    assert values["Stationer"][f"I{total}"].value == -125, "the figure of the mart"


def test_months_add_up_the_lines_of_the_year(written):
    lines = [
        line_month(),
        line_month(line_no=2, realised_effect_dkk=None, deviation_dkk=None, measurement_note="intet udtræk"),
        line_month(month=date(2025, 5, 1), year=2025),
    ]
    _, formulas, values = written(months_sheet, line_months=lines)
    found = table(values["Linjer pr. måned"], "Måned")
    assert [row["Linje"] for row in found] == [1, 2], "the year before is not of the meeting"
    assert found[1]["Bemærkning"] == "intet udtræk"
    total = [row for row in values["Linjer pr. måned"].iter_rows(values_only=True) if row[3] == "I alt"]
    assert total[0][5:7] == (-100, -125), "the sum of the lines, and the plan's realised effect"
    (may,) = table(values["Måneder"], "Måned")[:1]
    assert (may["Forventet, alle linjer"], may["Realiseret, akkumuleret"]) == (-50, -125)
    row = next(row for row in formulas["Måneder"].iter_rows(values_only=True) if "SUMIFS" in str(row[1]))
    assert row[1].startswith("=SUMIFS('Linjer pr. måned'!$F$")
    assert '"<>"' in row[2]


def test_a_brief_without_lines_has_empty_sheets(written):
    _, _, values = written(months_sheet, line_months=[], plan_months=[])
    assert table(values["Linjer pr. måned"], "Måned") == []

"""A cell holds its exact value, a formula its result, and no text runs as a formula."""

import zipfile
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter

from fingerplan.outputs.brief.sheet import Column, Formula, Series, Sheet, _printed_format, lines_of, safe_text
from tests.support.small_brief import APRIL, MAY, PlanYear, plan_year, small_brief


@pytest.fixture
def written(tmp_path):
    """Give a function that writes a sheet by another, and reads it with formulas and with values."""

    def write(fill):
        with xlsxwriter.Workbook(tmp_path / "a.xlsx", {"in_memory": True}) as book:
            sheet = Sheet[PlanYear](book, small_brief(), "Ark", "Titel", {"published"})
            fill(book, sheet)
        return sheet, *(openpyxl.load_workbook(tmp_path / "a.xlsx", data_only=shown) for shown in (False, True))

    return write


COLUMNS = (
    Column[PlanYear]("År", 6, "plain", "year"),
    Column[PlanYear]("Forventet", 12, "kroner", "expected_effect_dkk"),
    Column[PlanYear]("Dobbelt", 12, "kroner", lambda year: 2 * year.expected_effect_dkk, "=[Forventet]+[Forventet]"),
    Column[PlanYear]("Hidtil", 12, "kroner", "expected_cost_dkk", "=SUM([^Forventet]:[Forventet])"),
    Column[PlanYear]("Netto", 12, "kroner", "realised_net_of_refund_dkk", "=[Forventet]"),
)
YEARS = [plan_year(), plan_year(year=2027, realised_net_of_refund_dkk=None)]


def test_a_row_is_written_with_its_values_and_formulas(written):
    sheet, formulas, values = written(lambda book, sheet: sheet.table(COLUMNS, YEARS))
    first = sheet.first + 1
    assert [cell.value for cell in values["Ark"][first]][:5] == [2026, -600, -1200, 300, -100]
    second = [cell.value for cell in formulas["Ark"][first + 1]][:5]
    assert second == [2027, -600, f"=B{first + 1}+B{first + 1}", f"=SUM(B{first}:B{first + 1})", None]


def test_a_total_is_a_sum_of_its_rows_with_the_value_of_the_mart(written):
    def fill(book, sheet):
        sheet.table(COLUMNS, YEARS)
        sheet.total({"År": 2026, "Forventet": Decimal(-1200), "Dobbelt": Decimal(-2400)}, sheet.first, "total")

    sheet, formulas, values = written(fill)
    row = sheet.rows["total"][0] + 1
    span = f"$B${sheet.first + 1}:$B${sheet.first + 2}"
    assert [cell.value for cell in formulas["Ark"][row]][:4] == [2026, f"=SUM({span})", f"=B{row}+B{row}", None]
    assert values["Ark"][f"B{row}"].value == -1200


def test_another_sheet_links_to_a_figure_and_not_to_an_unknown_one(written):
    def fill(book, sheet):
        sheet.columns = COLUMNS
        for year in YEARS:
            sheet.add(year, year.year)

    sheet, _, _ = written(fill)
    row = sheet.rows[2026][0] + 1
    assert sheet.linked(2026, "Dobbelt") == Formula(f"='Ark'!C{row}", Decimal(-1200))
    assert sheet.linked(2027, "Netto") is None


def test_the_head_says_month_and_version_and_marks_the_synthetic(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        Sheet[object](book, small_brief(), "Ægte", "Titel", {"published"}).finish()
        Sheet[object](book, small_brief(), "Prøve", "Titel", {"sample"}).finish()
    real, sample = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert (real["A1"].value, real["A2"].value[:31]) == ("Titel", "Realiseret til og med maj 2026.")
    assert real["A3"].value.startswith("Planens tal")
    assert sample["A3"].value.startswith("SYNTETISKE TAL")
    assert "SYNTETISKE TAL" in sample.oddFooter.left.text
    assert "SYNTETISKE TAL" not in real.oddFooter.left.text


def test_a_chart_says_its_source_and_whether_it_is_synthetic(written, tmp_path):
    def fill(book, sheet):
        sheet.table(COLUMNS, YEARS)
        rows = (sheet.first, sheet.row - 1)
        below = sheet.row
        series = [Series("Forventet", 1, "expected"), Series("Sokkel", 2, None), Series("Netto", 4, "net", kind="line")]
        sheet.chart("column stacked", ("Titel", "Søjler."), series, rows, 0, x={}, y={"name": "Kr."}, synthetic=True)
        assert sheet.row > below + 20, "what follows stands below the chart"

    written(fill)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        chart = archive.read("xl/charts/chart1.xml").decode()
    assert "Titel (SYNTETISKE TAL)" in chart
    assert "Kilde: arket Ark. Realiseret til og med maj 2026. Udgivet 01.06.2026" in chart
    assert "<c:lineChart>" in chart
    assert '<c:legendEntry><c:idx val="1"/><c:delete val="1"/>' in chart


@pytest.mark.parametrize("text", ["=1+1", "+1", "@a", "\t=1", "\n=1", "  =cmd"])
def test_a_text_that_would_run_is_made_text(text, written):
    assert safe_text(text) == f"'{text}"
    _, formulas, _ = written(lambda book, sheet: sheet.write(9, 1, text, "text"))
    assert formulas["Ark"]["B10"].quotePrefix
    assert formulas["Ark"]["B10"].data_type == "s"


def test_a_hyphen_becomes_a_minus_sign_and_other_text_stays():
    assert safe_text("-1+2") == "\N{MINUS SIGN}1+2"
    assert safe_text("a = b") == "a = b"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("4.70"), "0.0"),
        (Decimal(2026), "0"),
        (Decimal(15000), "#,##0"),
        (Decimal("-12345.25"), "#,##0.00"),
        (7, "0"),
        (None, None),
        ("a", None),
    ],
)
def test_a_printed_value_shows_the_decimals_it_has(value, shown):
    assert _printed_format(value) == (f"[$-406]{shown}" if shown else "text")


def test_months_are_dates_and_lines_are_counted(written):
    _, formulas, _ = written(lambda book, sheet: sheet.line("Måned", APRIL, MAY, kind="month"))
    cells = [cell for row in formulas["Ark"].iter_rows() for cell in row if cell.is_date]
    assert [cell.value.date() for cell in cells] == [APRIL, MAY]
    assert (lines_of("", 12), lines_of("en to tre fire", 9)) == (1, 3)

"""The sheets of the plan: stations, months, and lines by month."""

from decimal import Decimal

import xlsxwriter

from fingerplan.outputs.brief import wording
from fingerplan.outputs.brief.figures import Brief, origins
from fingerplan.outputs.brief.rows import LineMonth, PlanMonth
from fingerplan.outputs.brief.sheet import DANISH, FORMATS, Column, Series, Sheet
from fingerplan.outputs.mart_rows import StationYear

GAIN, COST, EXPECTED = "Forventet gevinst", "Forventet udgift", "Forventet effekt, året"
DUE_ALL, DUE, REALISED = "Forventet til dato, alle linjer", "Forventet til dato, målte linjer", "Realiseret til dato"
DEVIATION, SHARE = "Afvigelse", "Andel realiseret"
NET, FORECAST = "Realiseret efter refusion", "Prognose for målte linjer, året"
# The columns that a station and the plan as a whole share.
AMOUNTS: tuple[Column[StationYear], ...] = (
    Column(GAIN, 11.5, "kroner", "expected_gain_dkk"),
    Column(COST, 11.5, "kroner", "expected_cost_dkk"),
    Column(EXPECTED, 11.5, "kroner", "expected_effect_dkk", f"=[{GAIN}]+[{COST}]"),
    Column(DUE_ALL, 11.5, "kroner", "expected_to_date_dkk"),
    Column(DUE, 11.5, "kroner", "expected_to_date_measured_dkk"),
    Column(REALISED, 11.5, "kroner", "realised_to_date_dkk"),
    Column(DEVIATION, 11.5, "kroner", "deviation_to_date_dkk", f"=[{REALISED}]-[{DUE}]"),
    Column(SHARE, 11, "percent", "realisation_share", f"=[{REALISED}]/[{DUE}]"),
    Column(NET, 11.5, "kroner", "realised_net_of_refund_dkk"),
    Column(FORECAST, 11.5, "kroner", "forecast_effect_dkk"),
    Column("Målte linjer", 7, "count", "measured_lines"),
    Column("Linjer i alt", 7, "count", "total_lines"),
)


def stations_sheet(book: xlsxwriter.Workbook, brief: Brief) -> Sheet[StationYear]:
    """Add the sheet of the stations in all years; the key of a total row is its year."""
    found = {"published"} | origins(brief.station_years)
    sheet = Sheet[StationYear](book, brief, "Stationer", "Forventet og realiseret effekt pr. station, kr.", found)
    columns: tuple[Column[StationYear], ...] = (
        Column("År", 6, "plain", "year"),
        Column("Nr.", 5, "plain", "station_no"),
        Column("Station", 30, "text", "station_name"),
        *AMOUNTS,
        Column("Målt til og med", 13, "month", "realised_through_month"),
        Column("Status", 22, "text", lambda station: wording.progress(brief, station)),
        Column("Bemærkning", 30, "text", brief.remark),
    )
    sheet.table(columns, frozen=3)
    for plan in brief.plan:
        first = sheet.row
        for station in (row for row in brief.station_years if row.year == plan.year):
            sheet.add(station)
        amounts = {column.head: getattr(plan, str(column.value)) for column in AMOUNTS}
        sheet.total({"År": plan.year, "Station": "Planen i alt", **amounts}, first, plan.year)
    filtered = sheet.row - 1
    sheet.row += 1
    sheet.say("Afvigelse er realiseret minus forventet for de linjer og måneder, der er målt.")
    used = {station.progress_status for station in brief.station_years}
    for line in [*wording.legend(brief, "progress_status", used), *brief.unmeasured]:
        sheet.say(line)
    sheet.finish(filtered)
    return sheet


def months_sheet(book: xlsxwriter.Workbook, brief: Brief) -> None:
    """Add the sheet of the months of the year in question, and the sheet of budget lines that it adds up."""
    found = {"published"} | origins(brief.months)
    title = f"Forventet og realiseret effekt pr. måned i {brief.year}, kr."
    sheet = Sheet[PlanMonth](book, brief, "Måneder", title, found)
    lines = _lines_sheet(book, brief, found)
    area = (lines.first, max(lines.first, lines.row - 2))
    heads = ("Måned", "Forventet", "Realiseret")
    month, expected, realised = (lines.elsewhere(lines.span(area, head)) for head in heads)
    all_lines, measured, done = "Forventet, alle linjer", "Forventet, målte linjer", "Realiseret"
    so_far = ", akkumuleret"
    columns: tuple[Column[PlanMonth], ...] = (
        Column("Måned", 18, "month", "month"),
        Column(all_lines, 15, "kroner", "expected_dkk", f"=SUMIFS({expected},{month},[Måned])"),
        Column(measured, 15, "kroner", "measured_dkk", f'=SUMIFS({expected},{month},[Måned],{realised},"<>")'),
        Column(done, 15, "kroner", "realised_dkk", f"=SUMIFS({realised},{month},[Måned])"),
        Column("Afvigelse", 15, "kroner", "deviation_dkk", f"=[{done}]-[{measured}]"),
        Column(all_lines + so_far, 17, "kroner", "expected_so_far_dkk", f"=SUM([^{all_lines}]:[{all_lines}])"),
        Column(measured + so_far, 17, "kroner", "measured_so_far_dkk", f"=SUM([^{measured}]:[{measured}])"),
        Column(done + so_far, 17, "kroner", "realised_so_far_dkk", f"=SUM([^{done}]:[{done}])"),
        Column(f"Afvigelse{so_far}", 17, "kroner", "deviation_so_far_dkk", f"=[{done}{so_far}]-[{measured}{so_far}]"),
    )
    sheet.table(columns, [row for row in brief.plan_months if row.year == brief.year], frozen=1)
    rows = (sheet.first, sheet.row - 1)
    sheet.row += 1
    sheet.chart(
        "line",
        (f"Forventet og realiseret effekt, akkumuleret, {brief.year}", "Linjerne er summen over alle stationer."),
        [
            Series(all_lines, sheet.index(all_lines + so_far), "expected", dashed=True),
            Series(measured, sheet.index(measured + so_far), "measured"),
            Series(done, sheet.index(done + so_far), "realised"),
        ],
        rows,
        sheet.index("Måned"),
        x={"num_format": f"{DANISH}mmm", "text_axis": True, "label_position": "low"},
        y={"name": "Kr., akkumuleret fra januar", "num_format": FORMATS["kroner"]},
        synthetic=sheet.is_synthetic,
    )
    sheet.finish()


def _lines_sheet(book: xlsxwriter.Workbook, brief: Brief, found: set[str]) -> Sheet[LineMonth]:
    sheet = Sheet[LineMonth](book, brief, "Linjer pr. måned", f"Budgetlinjer pr. måned i {brief.year}, kr.", found)
    columns: tuple[Column[LineMonth], ...] = (
        Column("Måned", 15, "month", "month"),
        Column("Nr.", 5, "plain", "station_no"),
        Column("Linje", 6, "plain", "line_no"),
        Column("Navn", 44, "text", "line_name"),
        Column("Art", 9, "text", lambda line: brief.word("component", line.component)),
        Column("Forventet", 12, "kroner", "expected_effect_dkk"),
        Column("Realiseret", 12, "kroner", "realised_effect_dkk"),
        Column("Afvigelse", 12, "kroner", "deviation_dkk", "=[Realiseret]-[Forventet]"),
        Column("Realiseret efter refusion", 12, "kroner", "realised_net_of_refund_dkk"),
        Column("Planlagt mængde", 10, "printed", "planned_quantity"),
        Column("Realiseret mængde", 10, "printed", "realised_quantity"),
        Column("Enhed", 17, "text", "quantity_unit"),
        Column("Heraf mængde", 11, "kroner", "quantity_effect_dkk"),
        Column("Heraf pris", 11, "kroner", "price_effect_dkk"),
        Column("Bemærkning", 46, "text", "measurement_note"),
    )
    sheet.table(columns, brief.months, frozen=4)
    expected = sum((row.expected_effect_dkk for row in brief.months), Decimal(0))
    sheet.total({"Navn": "I alt", "Forventet": expected, "Realiseret": brief.now.realised_to_date_dkk}, sheet.first)
    sheet.finish(sheet.row - 2)
    return sheet

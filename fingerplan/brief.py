"""The meeting brief: the headline and every check that is not exact, as a page or a workbook in Danish."""

from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import jinja2
import xlsxwriter
from babel.dates import format_date
from babel.numbers import format_decimal

from fingerplan.headline import Headline, in_kroner, in_percent

STATUS = {"measured": "målt", "partly_measured": "delvist målt", "not_measured": "ikke målt"}
VERDICT = {"rounding": "afrunding", "documented": "dokumenteret", "unreconciled": "uforklaret", "exact": "stemmer"}
SYNTHETIC = "Udtrækkene er syntetiske: alle realiserede tal er opdigtede og viser kun, hvordan opgørelsen virker."
COLUMNS = (
    "År",
    "Nr.",
    "Station",
    "Forventet, året",
    "Forventet til dato",
    "Realiseret til dato",
    "Afvigelse",
    "Realiseringsgrad",
    "Prognose, året",
    "Målte linjer",
    "Målt til og med",
    "Status",
)
CHECK_COLUMNS = ("Afstemning", "Tabel", "Linje", "Trykt", "Beregnet", "Forskel", "Tolerance", "Udfald", "Forklaring")


def write_brief(headline: Headline, out: Path) -> None:
    """Write the brief as `.html` or `.xlsx`; the file appears whole or not at all.

    Raises:
        ValueError: where the file's ending is neither.
        OSError: where it cannot be written.
    """
    writers = {".html": _write_page, ".xlsx": _write_workbook}
    if out.suffix not in writers:
        raise ValueError(f"{out}: the brief is written as .html or .xlsx")
    unfinished = out.with_name(f".{out.name}.part")
    try:
        writers[out.suffix](headline, unfinished)
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)


def month_name(month: date | None) -> str:
    """Write a month as a Dane does: maj 2026, or a dash where there is none."""
    return "–" if month is None else format_date(month, "MMMM y", locale="da_DK")


def _number(value: Decimal | None) -> str:
    return "–" if value is None else format_decimal(value, format="#,##0.######", locale="da_DK")


def _unreconciled(headline: Headline):
    """Give the checks that are not exact, those that differ first."""
    return sorted((c for c in headline.checks if c.verdict != "exact"), key=lambda c: c.verdict == "rounding")


def _write_page(headline: Headline, out: Path) -> None:
    template = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True).from_string(
        files("fingerplan").joinpath("brief.html.jinja").read_text(encoding="utf-8")
    )
    page = template.render(
        headline=headline,
        columns=COLUMNS,
        check_columns=CHECK_COLUMNS,
        checks=_unreconciled(headline),
        status=STATUS,
        verdict=VERDICT,
        synthetic=SYNTHETIC,
        kroner=in_kroner,
        percent=in_percent,
        number=_number,
        month=month_name,
    )
    out.write_text(page, encoding="utf-8")


def _write_workbook(headline: Headline, out: Path) -> None:
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        styles = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            "warning": book.add_format({"bold": True, "font_color": "#9C0006"}),
            "text": book.add_format({"valign": "top", "text_wrap": True}),
            "kroner": book.add_format({"num_format": "#,##0", "valign": "top"}),
            "percent": book.add_format({"num_format": "0 %", "valign": "top"}),
            "number": book.add_format({"num_format": "General", "valign": "top"}),
            "total": book.add_format({"num_format": "#,##0", "bold": True, "top": 1}),
            "total_text": book.add_format({"bold": True, "top": 1}),
            "name": book.add_format({"valign": "top"}),
        }
        _stations_sheet(book.add_worksheet("Stationer"), headline, styles)
        _checks_sheet(book.add_worksheet("Afstemning"), headline, styles)


def _head(sheet, title: str, columns: tuple[str, ...], widths: list[int], headline: Headline, styles: dict) -> int:
    sheet.write_string(0, 0, title, styles["title"])
    if headline.is_synthetic:
        sheet.write_string(1, 0, SYNTHETIC, styles["warning"])
    for column, (name, width) in enumerate(zip(columns, widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(3, column, name, styles["head"])
    sheet.set_row(3, 32)
    sheet.freeze_panes(4, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(3)
    return 4


def _stations_sheet(sheet, headline: Headline, styles: dict) -> None:
    title = "Forventet og realiseret effekt pr. station, kr. (plus er udgift, minus er gevinst)"
    row = _head(sheet, title, COLUMNS, [6, 5, 64, 13, 13, 13, 13, 17, 13, 9, 16, 13], headline, styles)
    for year in headline.years:
        for station in (s for s in headline.station_years if s.year == year):
            sheet.write_number(row, 0, year, styles["text"])
            sheet.write_number(row, 1, station.station_no, styles["text"])
            sheet.write_string(row, 2, station.station_name, styles["name"])
            amounts = (station.expected, station.to_date, station.realised, station.deviation)
            for column, amount in enumerate(amounts, 3):
                _write(sheet, row, column, amount, styles["kroner"])
            _write(sheet, row, 7, station.share, styles["percent"])
            _write(sheet, row, 8, station.forecast, styles["kroner"])
            sheet.write_string(row, 9, f"{station.measured_lines} af {station.total_lines}", styles["text"])
            sheet.write_string(row, 10, month_name(station.through), styles["text"])
            sheet.write_string(row, 11, STATUS[station.status], styles["text"])
            row += 1
        sheet.write_number(row, 0, year, styles["total_text"])
        sheet.write_string(row, 2, "Planen i alt", styles["total_text"])
        sheet.write_number(row, 3, headline.plan_total(year, "expected"), styles["total"])
        if any(s.year == year for s in headline.measured):
            for column, amount in ((4, "to_date"), (5, "realised"), (6, "deviation"), (8, "forecast")):
                sheet.write_number(row, column, headline.plan_total(year, amount, measured_only=True), styles["total"])
        row += 1
    sheet.autofilter(3, 0, row - 1, len(COLUMNS) - 1)


def _checks_sheet(sheet, headline: Headline, styles: dict) -> None:
    title = "Afstemninger, der ikke stemmer på cifret"
    row = _head(sheet, title, CHECK_COLUMNS, [60, 10, 7, 13, 13, 11, 11, 14, 80], headline, styles)
    for check in _unreconciled(headline):
        # programs other than Excel do not fit the height of a row to wrapped text by themselves
        lines = max(-(-len(check.description) // 55), -(-len(check.explanation) // 75))
        sheet.set_row(row, 15 * lines)
        sheet.write_string(row, 0, check.description, styles["text"])
        sheet.write_string(row, 1, check.table_id, styles["text"])
        _write(sheet, row, 2, check.source_line, styles["text"])
        for column, value in enumerate((check.printed, check.computed, check.difference, check.tolerance), 3):
            _write(sheet, row, column, value, styles["number"])
        sheet.write_string(row, 7, VERDICT[check.verdict], styles["text"])
        sheet.write_string(row, 8, check.explanation, styles["text"])
        row += 1
    sheet.autofilter(3, 0, max(row - 1, 3), len(CHECK_COLUMNS) - 1)


def _write(sheet, row: int, column: int, value: Decimal | int | None, style) -> None:
    """Write a number, and leave the cell empty where it is unknown: an empty cell is no zero."""
    if value is None:
        sheet.write_blank(row, column, None, style)
    else:
        sheet.write_number(row, column, value, style)

"""The brief as a workbook: every amount exact in its cell, every sum a formula with its value stored beside it.

Viewers that do not recalculate show the stored values, which are those of the marts; programs that do must get the
same result. Unknown is an empty cell with the reason in a remark, never 0.
"""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import xlsxwriter

from fingerplan.outputs.brief import plan_sheets as plan
from fingerplan.outputs.brief import wording
from fingerplan.outputs.brief.case_sheets import CASE_HEADS, bridge_sheet, cases_sheet
from fingerplan.outputs.brief.figures import Brief, origins
from fingerplan.outputs.brief.rows import CasePeriod, Check
from fingerplan.outputs.brief.sheet import CHART_ROWS, FORMATS, Column, Formula, Series, Sheet, Value
from fingerplan.outputs.mart_rows import StationYear
from fingerplan.warehouse.publications import Change


def write_workbook(brief: Brief, out: Path) -> None:
    """Write the brief as .xlsx.

    Raises:
        OSError: where it cannot be written.
    """
    overview_origins = origins(brief.station_years) | origins(brief.followed[-2:]) | brief.check_origins
    every = overview_origins | origins([*brief.line_months, *brief.cases, *brief.bridges]) | brief.change_origins
    properties: dict[str, str | datetime] = {
        "title": "Fingerplanen: forventet og realiseret effekt",
        "subject": wording.data_month(brief),
        "author": "fingerplan",
        "comments": " ".join([f"{wording.version(brief)}. {wording.data_month(brief)}.", *wording.origin_lines(every)]),
    }
    if brief.publication:  # the same publication gives the same file
        properties["created"] = brief.publication.published_at
    try:
        with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
            book.set_properties(properties)
            overview = Sheet[object](book, brief, "Overblik", f"Fingerplanen {brief.year}: overblik", overview_origins)
            stations = plan.stations_sheet(book, brief)
            plan.months_sheet(book, brief)
            cases = cases_sheet(book, brief)
            bridge_sheet(book, brief, cases)
            checks = _checks(book, brief)
            _changes(book, brief)
            _overview(overview, stations, cases, checks)
    except xlsxwriter.exceptions.FileCreateError as error:
        # the library wraps the error of the disk
        raise error.args[0] if error.args and isinstance(error.args[0], OSError) else OSError(str(error)) from None


def _checks(book: xlsxwriter.Workbook, brief: Brief) -> Sheet[Check]:
    title = "Afstemninger af trykte tal, de uforklarede og dokumenterede forskelle først"
    sheet = Sheet[Check](book, brief, "Afstemning", title, brief.check_origins)
    columns: tuple[Column[Check], ...] = (
        Column("Udfald", 13, "text", lambda check: brief.word("verdict", check.verdict)),
        Column("Art", 16, "text", lambda check: brief.word("check_kind", check.check_kind)),
        Column("Afstemning", 42, "text", "description"),
        Column("Tabel", 10, "text", "table_id"),
        Column("Linje", 7, "plain", "source_line"),
        Column("Enhed", 11, "text", lambda check: wording.unit(brief, check.unit)),
        Column("Trykt", 11, "printed", "printed_value"),
        Column("Beregnet", 11, "printed", "computed_value"),
        Column("Forskel", 11, "printed", "difference", "=[Beregnet]-[Trykt]"),
        Column("Tolerance", 10, "printed", "tolerance"),
        Column("Anvendt", 26, "text", "chosen_value"),
        Column("Forklaring", 52, "text", "explanation"),
        Column("Nøgle", 24, "text", "check_id"),
    )
    sheet.table(columns, brief.checks)
    sheet.finish(sheet.row - 1)
    return sheet


def _changes(book: xlsxwriter.Workbook, brief: Brief) -> None:
    title = "Hvad der har flyttet sig siden den forrige udgivelse"
    sheet = Sheet[Change](book, brief, "Bevægelser", title, brief.change_origins)

    def origin(code: str | None) -> str:
        return brief.word("data_origin", code) or "–"

    columns: tuple[Column[Change], ...] = (
        Column("Emne", 74, "text", lambda change: wording.subject(brief, change)),
        Column("Periode", 11, "text", wording.period),
        Column("Tal", 28, "text", lambda change: wording.FIGURES.get(change.figure_name, change.figure_name)),
        Column("Enhed", 13, "text", lambda change: wording.unit(brief, change.unit)),
        Column("Før", 14, "kroner", "value_before"),
        Column("Nu", 14, "kroner", "value_after"),
        Column("Flyttet", 14, "kroner", "moved_by", "=[Nu]-[Før]"),
        Column("Opgjort til og med", 16, "month", "as_of_month"),
        Column("Oprindelse før", 15, "text", lambda change: origin(change.data_origin_before)),
        Column("Oprindelse nu", 15, "text", lambda change: origin(change.data_origin_after)),
    )
    if nothing := wording.no_changes(brief):
        sheet.sheet.set_column(0, 0, 60)
        sheet.say(nothing)
    else:
        sheet.table(columns, brief.changes or ())
    sheet.finish(sheet.row - 1 if brief.changes else 0)


def _overview(
    sheet: Sheet[object], stations: Sheet[StationYear], cases: Sheet[CasePeriod], checks: Sheet[Check]
) -> None:
    brief, top = sheet.brief, sheet.row
    sheet.columns = [Column("", width) for width in (44, 17, 17, 17, 3)]
    for column, (_, width, *_) in enumerate(sheet.columns):
        sheet.sheet.set_column(column, column, width)
    _plan_of_year(sheet, stations)
    sheet.row += 1
    years = _plan_by_year(sheet, stations)
    sheet.row += 1
    _newest_cases(sheet, cases)
    sheet.row += 1
    _verdicts(sheet, checks)
    sheet.row += 1
    sheet.heading("Bemærkninger")
    found = len(brief.changes or ())
    changed = wording.no_changes(brief) or f"Arket Bevægelser viser {found} tal, der har flyttet sig."
    nothing = [] if brief.through else [row.measurement_note or "" for row in brief.stations[:1]]
    used = {station.progress_status for station in brief.stations}
    for text in (*wording.legend(brief, "progress_status", used), *brief.unmeasured, *nothing, changed):
        sheet.say(text, 3)
    at, total = stations.index, stations.rows[brief.year][0]
    stations.chart(
        "bar",
        (f"Forventet til dato og realiseret pr. station, {brief.year}", "To bjælker pr. station."),
        [
            Series("Forventet til dato (målte linjer)", at(plan.DUE), "expected"),
            Series("Realiseret til dato", at(plan.REALISED), "realised"),
        ],
        (total - len(brief.stations), total - 1),
        at("Station"),
        x={"name": f"Kr. {wording.SIGNS}", "num_format": FORMATS["kroner"]},
        # stations from the top, with their names clear of the bars to the left of zero
        y={"name": "Station", "reverse": True, "label_position": "low", "num_font": {"size": 8}},
        synthetic="sample" in origins(brief.stations),
        on=(sheet, top, 5),
    )
    sheet.chart(
        "column",
        (
            "Planen i alt år for år: forventet for hele året og realiseret for de målte linjer og måneder",
            "To søjler pr. år.",
        ),
        [Series("Forventet", 1, "expected"), Series("Realiseret", 2, "realised")],
        years,
        0,
        x={"label_position": "low"},
        y={"name": "Kr.", "num_format": FORMATS["kroner"]},
        synthetic="sample" in origins(brief.plan),
        source=stations.name,
        on=(sheet, top + CHART_ROWS, 5),
    )
    sheet.sheet.freeze_panes(top - 1, 0)
    sheet.sheet.repeat_rows(0, top - 2)
    sheet.finish()


def _plan_of_year(sheet: Sheet[object], stations: Sheet[StationYear]) -> None:
    year = sheet.brief.year
    sheet.heading(f"Planen i {year}, i alt", "Kr.")
    for label, head in (
        ("Forventet effekt, hele året", plan.EXPECTED),
        ("Forventet til dato, alle linjer", plan.DUE_ALL),
        ("Forventet til dato, målte linjer", plan.DUE),
        ("Realiseret til dato, målte linjer", plan.REALISED),
        ("Afvigelse (realiseret minus forventet)", plan.DEVIATION),
        ("Andel realiseret (realiseret af forventet)", plan.SHARE),
        ("Realiseret efter statsrefusion", plan.NET),
        ("Prognose for de målte linjer, hele året", plan.FORECAST),
    ):
        kind = "percent" if head == plan.SHARE else "kroner"
        sheet.line(label, stations.linked(year, head), kind=kind, bold=head == plan.DEVIATION)


def _plan_by_year(sheet: Sheet[object], stations: Sheet[StationYear]) -> tuple[int, int]:
    """Write the years; return their first and last row."""
    sheet.heading("Planen år for år, kr.", "Forventet", "Realiseret")
    first, last = sheet.row, sheet.row + len(sheet.brief.plan) - 1
    sums: list[Value] = []
    for column, head in (("B", plan.EXPECTED), ("C", plan.REALISED)):
        known = [cell.value for row in sheet.brief.plan if (cell := stations.linked(row.year, head))]
        sums.append(Formula(f"=SUM({column}{first + 1}:{column}{last + 1})", sum(known)) if known else None)
    for row in sheet.brief.plan:
        sheet.line(str(row.year), *(stations.linked(row.year, head) for head in (plan.EXPECTED, plan.REALISED)))
    sheet.line("I alt", *sums, bold=True)
    return first, last


def _newest_cases(sheet: Sheet[object], cases: Sheet[CasePeriod]) -> None:
    shown = sheet.brief.followed[-2:]
    if not shown:
        return
    heads = [wording.month_name(period.period_start) for period in shown]
    change = ["Ændring"] if len(shown) > 1 else []
    kind = sheet.brief.word("series", shown[0].series)
    sheet.heading(f"Særligt dyre sager ({kind}), kr. om året", *heads, *change)
    at: dict[str, str] = {}
    risen: dict[str, Decimal] = {}
    for head, figure in CASE_HEADS.items():
        cells = [cases.linked((period.series, period.period_start), f"{head} i alt") for period in shown]
        at[figure] = f"D{sheet.row + 1}"
        known = [Decimal(cell.value) for cell in cells if cell]
        if len(known) == 2:
            risen[figure] = known[1] - known[0]
            cells.append(Formula(f"=C{sheet.row + 1}-B{sheet.row + 1}", risen[figure]))
        sheet.line(head, *cells, kind="count" if figure == "cases" else "kroner")
    if "net_dkk" in risen and risen["gross_dkk"]:
        share = Formula(f"={at['net_dkk']}/{at['gross_dkk']}", risen["net_dkk"] / risen["gross_dkk"])
        sheet.line("Andel af ændringen, som kommunen bærer selv", None, None, share, kind="percent")
    for period, month in zip(shown, heads, strict=True):
        if period.missing_reason:
            sheet.line(f"Netto er ukendt i {month}: {wording.small(period.missing_reason)}")


def _verdicts(sheet: Sheet[object], checks: Sheet[Check]) -> None:
    brief, first = sheet.brief, sheet.row + 1
    sheet.heading("Afstemning af trykte tal", "Antal")
    found = checks.elsewhere(checks.span((checks.first, max(checks.first, checks.row - 1)), "Udfald"))
    for verdict in reversed(brief.names["verdict"]):
        word = brief.word("verdict", verdict)
        sheet.line(word, Formula(f'=COUNTIF({found},"{word}")', brief.verdicts(verdict)), kind="count")
    total = Formula(f"=SUM(B{first + 1}:B{sheet.row})", len(brief.checks))
    sheet.line("I alt", total, kind="count", bold=True)

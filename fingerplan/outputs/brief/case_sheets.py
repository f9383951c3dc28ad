"""The sheets of the high-cost cases, and of the bridge from one month to the next."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import xlsxwriter

from fingerplan.outputs.brief import wording
from fingerplan.outputs.brief.figures import BRACKETS, COMPONENTS, Brief, axis_floor, levels, origins
from fingerplan.outputs.brief.rows import Bridge, CasePeriod
from fingerplan.outputs.brief.sheet import DANISH, MILLIONS, Column, Formula, Series, Sheet, Value

CASE_HEADS = {"Sager": "cases", "Brutto": "gross_dkk", "Refusion": "refund_dkk", "Netto": "net_dkk"}
SHOWN_PERIODS = 13  # a year and the month that it is compared with


def cases_sheet(book: xlsxwriter.Workbook, brief: Brief) -> Sheet[CasePeriod]:
    """Add the sheet of the high-cost cases; the key of a row is its series and period."""
    title = "Særligt dyre sager efter refusionssats, kr. om året"
    sheet = Sheet[CasePeriod](book, brief, "Særligt dyre sager", title, origins(brief.cases))
    rates = {bracket: brief.word("bracket", bracket) for bracket in BRACKETS}
    figures: list[Column[CasePeriod]] = []
    for head, figure in CASE_HEADS.items():
        width, kind = (7, "count") if head == "Sager" else (12.5, "kroner")
        for bracket, rate in rates.items():
            formula = f"=[Brutto {rate}]-[Refusion {rate}]" if head == "Netto" else ""
            figures.append(Column(f"{head} {rate}", width, kind, _of_bracket(bracket, figure), formula))
        parts = f"=SUM([{head} {rates[BRACKETS[0]]}]:[{head} {rates[BRACKETS[-1]]}])"
        figures.append(Column(f"{head} i alt", width, kind, figure, parts))
    columns: tuple[Column[CasePeriod], ...] = (
        Column("Kilde", 18, "text", lambda period: brief.word("series", period.series)),
        Column("Periode", 15, "month", "period_start"),
        *figures,
        Column("Refusionen er", 21, "text", lambda period: brief.word("refund_basis", period.refund_basis) or "ukendt"),
        Column("Bemærkning", 34, "text", "missing_reason"),
    )
    sheet.table(columns, frozen=2)
    for period in brief.cases:
        sheet.add(period, (period.series, period.period_start))
        if period.series == "yearly":
            sheet.write(sheet.row - 1, 1, period.period_start, "year")
    filtered = sheet.row - 1
    sheet.row += 1
    sheet.say("Beløb er årsniveau: en løbende udgift gange tolv.")
    for line in wording.legend(brief, "refund_basis", {period.refund_basis for period in brief.cases}):
        sheet.say(f"Refusion: {wording.small(line)}")
    shown = brief.followed[-SHOWN_PERIODS:]
    if shown:
        first, last = (sheet.rows[period.series, period.period_start][0] for period in (shown[0], shown[-1]))
        sheet.row += 1
        sheet.chart(
            "column stacked",
            (
                "Særligt dyre sager: brutto efter refusionssats, og netto",
                "Netto mangler, hvor årets beløbsgrænser ikke er kendt.",
            ),
            [
                *(Series(f"Brutto, {rate} refusion", sheet.index(f"Brutto {rate}"), b) for b, rate in rates.items()),
                Series("Netto i alt efter refusion", sheet.index("Netto i alt"), "net", kind="line"),
            ],
            (first, last),
            sheet.index("Periode"),
            x={"num_format": f"{DANISH}mmm yy", "text_axis": True},
            y={"name": "Mio. kr. om året", "num_format": MILLIONS, "min": 0},
            synthetic="sample" in origins(shown),
            source=f"{sheet.name}, {brief.word('series', shown[0].series)}",
        )
    sheet.finish(filtered)
    return sheet


def _of_bracket(bracket: str, figure: str) -> Callable[[CasePeriod], Value]:
    def value(period: CasePeriod) -> Value:
        found: Value = getattr(period.brackets.get(bracket), figure, None)
        return found

    return value


def _of_step(component: str, figure: str) -> Callable[[Bridge], Value]:
    def value(bridge: Bridge) -> Value:
        found: Value = getattr(bridge.steps.get(component), figure, None)
        return found

    return value


def bridge_sheet(book: xlsxwriter.Workbook, brief: Brief, cases: Sheet[CasePeriod]) -> None:
    """Add the sheet of the bridge: where a month began, what changed, and that this gives the extract's sum."""
    title = "Hvad der ændrede de særligt dyre sager fra måned til måned, kr. om året"
    sheet = Sheet[Bridge](book, brief, "Bro", title, origins(brief.bridges) or {"published"})
    steps = {component: brief.word("component", component).capitalize() for component in COMPONENTS}

    def level(month: date, amount: Decimal) -> Value:
        # a month without any high-cost case has no row to refer to
        key = ("extract", month)
        return cases.linked(key, "Brutto i alt") if key in cases.rows else amount

    columns: tuple[Column[Bridge], ...] = (
        Column("Fra", 16, "month", "from_month"),
        Column("Til", 16, "month", "to_month"),
        Column("Brutto, start", 14, "kroner", lambda bridge: level(bridge.from_month, bridge.start_dkk)),
        *(Column(head, 14, "kroner", _of_step(component, "gross_dkk")) for component, head in steps.items()),
        Column("Brutto, slut", 14, "kroner", "reached_dkk", f"=SUM([Brutto, start]:[{steps[COMPONENTS[-1]]}])"),
        Column("Udtrækkets sum", 14, "kroner", lambda bridge: level(bridge.to_month, bridge.end_dkk)),
        Column("Forskel", 10, "kroner", "difference_dkk", "=[Brutto, slut]-[Udtrækkets sum]"),
        Column("Ændring, netto", 14, "kroner", "net_dkk"),
        Column("Netto af brutto", 10, "percent", "net_share", "=[Ændring, netto]/([Brutto, slut]-[Brutto, start])"),
        Column("Antal tilgang", 8, "count", _of_step("entry", "cases")),
        Column("Antal afgang", 10, "count", _of_step("exit", "cases")),
        Column("Bemærkning", 28, "text", "missing_reason"),
    )
    sheet.table(columns, brief.bridges[1 - SHOWN_PERIODS :], frozen=2)
    filtered = sheet.row - 1
    sheet.row += 1
    if brief.bridges:
        _waterfall(sheet, brief.bridges[-1], filtered, list(steps.values()))
    else:
        sheet.say("Der er ingen bro: den kræver udtræk af sager for to måneder i træk.")
    sheet.finish(filtered)


def _waterfall(sheet: Sheet[Bridge], bridge: Bridge, row: int, steps: list[str]) -> None:
    """Write the table of the chart, and the chart: columns on top of an invisible one."""
    heads = ("Trin", "Beløb", "Niveau efter", "Usynlig sokkel", "Niveau", "Stigning", "Fald")
    sheet.heading(*heads)
    months = [wording.month_name(month) for month in (bridge.from_month, bridge.to_month)]
    first, level = sheet.row, levels(bridge)

    def end(label: str, head: str, amount: Decimal) -> None:
        same = Formula(f"=B{sheet.row + 1}", amount)
        sheet.line(label, Formula(f"={sheet.at(row, head)}", amount), same, 0, same, 0, 0)

    end(months[0], "Brutto, start", level[0])
    for name, before, after in zip(steps, level, level[1:], strict=False):
        change, zero = after - before, Decimal(0)
        amount, reached, above = f"B{sheet.row + 1}", f"C{sheet.row + 1}", f"C{sheet.row}"
        sheet.line(
            name,
            Formula(f"={sheet.at(row, name)}", change),
            Formula(f"={above}+{amount}", after),
            Formula(f"=MIN({above},{reached})", min(before, after)),
            0,
            Formula(f"=MAX({amount},0)", max(change, zero)),
            Formula(f"=MAX(-{amount},0)", max(-change, zero)),
        )
    end(months[1], "Brutto, slut", level[-1])
    last = sheet.row - 1
    sheet.row += 1
    floor = axis_floor(bridge)
    begins = f", aksen fra {wording.millions(floor)}" if floor else ""
    sheet.chart(
        "column stacked",
        (
            f"Særligt dyre sager, brutto: fra {months[0]} til {months[1]}",
            "Søjler for tilgang, afgang, dyrere og billigere sager.",
        ),
        [Series(heads[column], column, look) for column, look in enumerate((None, "expected", "rise", "fall"), 3)],
        (first, last),
        0,
        x={},
        y={"name": f"Mio. kr. om året{begins}", "num_format": MILLIONS, "min": float(floor)},
        synthetic=bridge.data_origin == "sample",
        source="Bro, nederste tabel",
    )

"""How the brief writes figures, months, versions and origins in Danish, and the sentences that it uses.

The words of codes are not here: `Brief.word` takes them from `marts.dim_code_name`.
"""

from collections.abc import Set
from datetime import date
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_decimal

from fingerplan.outputs.brief.figures import Brief
from fingerplan.outputs.brief.rows import CasePeriod, Check
from fingerplan.outputs.headline import in_kroner, in_percent, rounded
from fingerplan.outputs.mart_rows import StationYear
from fingerplan.warehouse.publications import Change

LOCALE = "da_DK"
SIGNS = "Plus er udgift, minus er gevinst."
SYNTHETIC = (
    "SYNTETISKE TAL: udtrækkene er opdigtede. Realiserede tal og sagstal fra udtræk viser kun, hvordan opgørelsen "
    "virker."
)
ORIGINS = {
    "sample": SYNTHETIC,
    "reported": "Tal fra udtræk er indberettet af kommunen.",
    "published": "Planens tal og trykte tal er fra kommunens offentliggjorte dokumenter.",
}
# Units that only rpt_headline_figure counts in; no document prints them, so dim_code_name does not hold them.
COUNTED = {"lines": "linjer", "checks": "afstemninger"}
FIGURES = {
    "expected_effect_dkk": "Forventet hele året",
    "expected_to_date_measured_dkk": "Forventet til dato",
    "realised_to_date_dkk": "Realiseret til dato",
    "deviation_to_date_dkk": "Afvigelse",
    "realised_net_of_refund_dkk": "Efter refusion",
    "forecast_effect_dkk": "Prognose hele året",
    "measured_lines": "Målte linjer",
    "cases": "Sager",
    "gross_dkk": "Bruttoudgift",
    "refund_dkk": "Statsrefusion",
    "net_dkk": "Nettoudgift",
    "checks": "Antal",
}


def small(text: str) -> str:
    """Write the first letter in lower case."""
    return text[:1].lower() + text[1:]


def month_name(month: date | None, form: str = "MMMM y") -> str:
    """Write a month as a Dane does: maj 2026, or a dash where there is none; `MMM yy` is the short form."""
    return "–" if month is None else format_date(month, form, locale=LOCALE).replace(".", "")


def number(value: Decimal, unit: str | None = None) -> str:
    """Write a number with the decimals that it has; a year has no thousands separator."""
    return format_decimal(value, format="0" if unit == "year" else "#,##0.######", locale=LOCALE)


def millions(amount: Decimal | None) -> str:
    """Write an amount in kroner as mio. kr. with one decimal, or a dash where there is none."""
    if amount is None:
        return "–"
    return format_decimal(rounded(amount / 1_000_000, 1), format="#,##0.0", locale=LOCALE)


def shortened(text: str, length: int) -> str:
    """Cut a long text at the end of a word, and mark the cut."""
    if len(text) <= length:
        return text
    return text[: length - 1].rsplit(" ", 1)[0].rstrip(" ,;–-") + " …"


def station_name(station: StationYear) -> str:
    """Write a station by number and name."""
    return f"{station.station_no} {station.station_name}"


def progress(brief: Brief, station: StationYear) -> str:
    """Write the progress of a station, and whether it is only partly measured."""
    parts = [brief.word("progress_status", station.progress_status)]
    if station.measurement_status == "partly_measured":
        parts.append(brief.word("measurement_status", station.measurement_status))
    return ", ".join(parts)


def legend(brief: Brief, code_set: str, used: Set[str | None]) -> list[str]:
    """Explain the words of a code set that are used."""
    names = [name for code, name in brief.names.get(code_set, {}).items() if code in used]
    return [f"{n.code_name.capitalize()} – {small(n.code_note)}." for n in names if n.code_note]


def unit(brief: Brief, code: str | None) -> str:
    """Write the unit of a printed or counted figure."""
    return COUNTED.get(code or "") or brief.word("unit", code)


def data_month(brief: Brief) -> str:
    """Write the last month with realised figures."""
    if brief.through is None:
        return "Der er ikke målt nogen realiseret effekt"
    return f"Realiseret til og med {month_name(brief.through)}"


def version(brief: Brief) -> str:
    """Write the version of the warehouse."""
    published = brief.publication
    if published is None:
        return "Arbejdsfil, ikke udgivet: filen er bygget uden om udgivelsen og har ingen historik (skemaet history)"
    at = published.published_at
    when = f"{format_date(at.date(), 'd. MMMM y', locale=LOCALE)} kl. {at:%H.%M}"
    return f"Udgivet {when} UTC, kørsel {published.run_id}, fingerplan version {published.fingerplan_version}"


def short_version(brief: Brief) -> str:
    """Write the version for the footer of a page."""
    published = brief.publication
    return f"Udgivet {published.published_at:%d.%m.%Y %H.%M} UTC" if published else "Arbejdsfil, ikke udgivet"


def origin_lines(found: set[str]) -> list[str]:
    """Write where the figures come from, synthetic ones first."""
    return [text for origin, text in ORIGINS.items() if origin in found]


def no_changes(brief: Brief) -> str | None:
    """Say why no change is shown; None where there is one."""
    if brief.publication is None:
        return (
            "Arbejdsfilen har ingen historik (skemaet history); hvad der har flyttet sig, kendes først ved udgivelsen."
        )
    if brief.changes is None:
        return "Der er ingen tidligere udgivelse at sammenligne med."
    return None if brief.changes else "Ingen tal har flyttet sig siden den forrige udgivelse."


def subject(brief: Brief, change: Change) -> str:
    """Write what a changed figure is about."""
    if change.subject_kind == "station":
        names = {row.station_id: station_name(row) for row in brief.station_years}
        return names.get(change.subject_id, change.subject_id)
    if change.subject_kind == "high_cost_cases":
        return f"Særligt dyre sager, {brief.word('bracket', change.subject_id)} refusion"
    return f"Afstemninger: {brief.word('verdict', change.subject_id)}"


def period(change: Change) -> str:
    """Write the period of a changed figure."""
    return "seneste" if change.period == "latest" else change.period


def from_to(brief: Brief, change: Change) -> str:
    """Write from what to what a figure changed, amounts in whole kroner."""
    of = f" {unit(brief, change.unit)}" if change.unit == "dkk" else ""
    before, after = ("–" if v is None else in_kroner(v) + of for v in (change.value_before, change.value_after))
    return f"fra {before} til {after}"


def rise(before: CasePeriod, now: CasePeriod) -> str:
    """Write how much the high-cost cases rose, and how much of that the municipality pays."""
    gross = now.gross_dkk - before.gross_dkk
    cases = now.cases - before.cases
    more = f"{'sag' if abs(cases) == 1 else 'sager'} {'flere' if cases > 0 else 'færre'}"
    said = (
        f"Fra {month_name(before.period_start)} til {month_name(now.period_start)} {_change('bruttoudgiften', gross)}, "
        f"og {f'der er {abs(cases)} {more}' if cases else 'antallet af sager er uændret'}."
    )
    if before.net_dkk is None or now.net_dkk is None:
        return f"{said} Nettoudgiften er ukendt: {small(before.missing_reason or now.missing_reason or '')}."
    net = now.net_dkk - before.net_dkk
    said = f"{said} Efter statsrefusion {_change('udgiften', net)}"
    borne = net / gross if gross > 0 and net >= 0 else None
    return f"{said}." if borne is None else f"{said}; kommunen bærer selv {in_percent(borne)} af stigningen."


def _change(what: str, change: Decimal) -> str:
    if not change:
        return f"er {what} uændret"
    return f"{'steg' if change > 0 else 'faldt'} {what} med {millions(abs(change))} mio. kr. om året"


def compared(brief: Brief, check: Check) -> str:
    """Write what a check compares; the unit comes once, as its word is a plural: 1 mod 0 sager."""
    printed = f"trykt {number(check.printed_value, check.unit)}"
    if check.computed_value is None:
        return f"{printed}, kan ikke beregnes"
    of = "" if check.unit == "year" else f" {unit(brief, check.unit)}"
    return f"{printed} mod beregnet {number(check.computed_value, check.unit)}{of}"

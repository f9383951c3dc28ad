"""The brief as one page of HTML that needs nothing but itself, and fills at most two printed sheets of A4."""

from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import jinja2

from fingerplan.outputs.brief import drawing, wording
from fingerplan.outputs.brief.figures import BRACKETS, Brief, origins
from fingerplan.outputs.headline import in_kroner, in_percent
from fingerplan.warehouse.publications import Change

# What fits on two printed sheets; the workbook has all of it.
SHOWN_DISCREPANCIES = 4
SHOWN_CHANGES = 6
SHOWN_PERIODS = 7
SHOWN_REASONS = 3
FIGURES = list(wording.FIGURES)[:6]  # those of a station
LONGEST = {"station": 70, "reason": 180, "discrepancy": 90, "explanation": 160, "subject": 45}


def write_page(brief: Brief, out: Path) -> None:
    """Write the brief as .html.

    Raises:
        OSError: where it cannot be written.
    """
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    text = files("fingerplan.outputs.brief").joinpath("page.html.jinja").read_text(encoding="utf-8")
    periods, bridge = brief.followed[-SHOWN_PERIODS:], next(iter(brief.bridges[-1:]), None)
    shown = origins([*brief.station_years, *periods, *brief.bridges[-1:]])
    page = environment.from_string(text).render(
        brief=brief,
        now=brief.now,
        wording=wording,
        kroner=in_kroner,
        percent=in_percent,
        origins=origins,
        figures=FIGURES,
        status_legend=wording.legend(brief, "progress_status", {row.progress_status for row in brief.stations}),
        rates=[
            *((f"rate{bracket}", f"{brief.word('bracket', bracket)} refusion") for bracket in BRACKETS),
            ("net", "Netto efter refusion"),
        ],
        shown=shown | brief.check_origins | brief.change_origins,
        short=lambda text, kind: wording.shortened(text, LONGEST[kind]),
        reasons=_reasons(brief),
        periods=periods,
        bridge=bridge,
        stations_drawing=drawing.station_bars(brief),
        cases_drawing=drawing.case_columns(periods),
        bridge_drawing=bridge and drawing.waterfall(brief, bridge),
        width=drawing.WIDTH,
        discrepancies=brief.discrepancies[:SHOWN_DISCREPANCIES],
        changes=sorted(brief.changes or [], key=lambda change: _weight(brief, change))[:SHOWN_CHANGES],
    )
    out.write_text(page, encoding="utf-8")


def _reasons(brief: Brief) -> list[str]:
    """List why something of the year is not measured; refer to the workbook for those that there is no room for."""
    by_note: dict[str, list[str]] = {}
    for row in brief.stations:
        if row.measurement_status == "not_measured" and row.measurement_note:
            by_note.setdefault(row.measurement_note, []).append(str(row.station_no))
    reasons = [*brief.unmeasured, *(f"Station {', '.join(numbers)}: {note}." for note, numbers in by_note.items())]
    shown = [wording.shortened(reason, LONGEST["reason"]) for reason in reasons[:SHOWN_REASONS]]
    return shown if len(shown) == len(reasons) else [*shown, f"Arbejdsbogen viser alle {len(reasons)}."]


def _weight(brief: Brief, change: Change) -> tuple[bool, bool, bool, Decimal, str, str]:
    """Put the stations of the year in question first, then the largest amounts; unknown amounts come before known."""
    is_ours = change.subject_kind == "station" and change.period == str(brief.year)
    size = -abs(change.moved_by or Decimal(0))
    is_known = change.moved_by is not None
    return not is_ours, change.unit != "dkk", is_known, size, change.subject_id, change.figure_name

"""The brief as one page of HTML that needs nothing but itself, and fills at most two printed sheets of A4."""

from importlib.resources import files
from pathlib import Path

import jinja2

from fingerplan.outputs.brief import drawing, wording
from fingerplan.outputs.brief.figures import BRACKETS, Brief, Row, origins
from fingerplan.outputs.headline import in_kroner, in_percent

# What two printed sheets hold; the workbook has all of it.
SHOWN_DISCREPANCIES = 4
SHOWN_MOVES = 6
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
        shown=origins([*brief.station_years, *periods, *brief.bridges[-1:]]) | brief.check_origins | brief.move_origins,
        short=lambda text, kind: wording.shortened(text, LONGEST[kind]),
        reasons=_reasons(brief),
        periods=periods,
        bridge=bridge,
        stations_drawing=drawing.station_bars(brief),
        cases_drawing=drawing.case_columns(periods),
        bridge_drawing=bridge and drawing.waterfall(brief, bridge),
        width=drawing.WIDTH,
        discrepancies=brief.discrepancies[:SHOWN_DISCREPANCIES],
        moves=sorted(brief.moves or [], key=lambda move: _weight(brief, move))[:SHOWN_MOVES],
    )
    out.write_text(page, encoding="utf-8")


def _reasons(brief: Brief) -> list[str]:
    """Give why something of the year is not measured, and say where more of it stands than there is room for."""
    by_note: dict[str, list[str]] = {}
    for row in brief.stations:
        if row.measurement_status == "not_measured" and row.measurement_note:
            by_note.setdefault(row.measurement_note, []).append(str(row.station_no))
    reasons = [*brief.unmeasured, *(f"Station {', '.join(numbers)}: {note}." for note, numbers in by_note.items())]
    shown = [wording.shortened(reason, LONGEST["reason"]) for reason in reasons[:SHOWN_REASONS]]
    return shown if len(shown) == len(reasons) else [*shown, f"Arbejdsbogen viser alle {len(reasons)}."]


def _weight(brief: Brief, move: Row) -> tuple:
    """Put the stations of the year in question first, then the largest amounts; an unknown amount comes before any."""
    is_ours = move.subject_kind == "station" and move.period == str(brief.year)
    amount = (move.unit != "dkk", move.moved_by is not None, -abs(move.moved_by or 0))
    return not is_ours, *amount, move.subject_id, move.figure_name

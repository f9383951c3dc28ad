"""A brief of a few rows, made without a warehouse; each test changes what it looks at."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from fingerplan.outputs.brief.figures import Brief
from fingerplan.outputs.brief.rows import (
    Bridge,
    BridgeStep,
    CaseBracket,
    CasePeriod,
    Check,
    CodeName,
    LineMonth,
    PlanMonth,
)
from fingerplan.outputs.mart_rows import PlanYear, StationYear
from fingerplan.warehouse.publications import Change, Publication

APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)
WORDS: dict[str, dict[str, tuple[str, str | None]]] = {
    "progress_status": {
        "behind": ("bagud", "Over en tiendedel efter"),
        "on_track": ("på sporet", "Inden for en tiendedel"),
    },
    "measurement_status": {"partly_measured": ("delvist målt", None)},
    "bracket": {"25": ("25 pct.", None), "50": ("50 pct.", None), "75": ("75 pct.", None)},
    "component": {
        "entry": ("tilgang", None),
        "exit": ("afgang", None),
        "price_increase": ("dyrere", None),
        "price_decrease": ("billigere", None),
        "gain": ("gevinst", None),
    },
    "series": {"monthly": ("trykt, måned", None), "extract": ("udtræk", None)},
    "verdict": {"exact": ("stemmer", None), "documented": ("dokumenteret", None)},
    "check_kind": {"sum": ("sum", None)},
    "unit": {"mdkk": ("mio. kr.", None), "dkk": ("kr.", None)},
    "refund_basis": {"exact": ("nøjagtig", "Beregnet sag for sag")},
    "data_origin": {"sample": ("syntetisk", None)},
}

_YEAR: dict[str, Any] = {
    "year": 2026,
    "expected_gain_dkk": Decimal(-900),
    "expected_cost_dkk": Decimal(300),
    "expected_effect_dkk": Decimal(-600),
    "expected_to_date_dkk": Decimal(-250),
    "expected_to_date_measured_dkk": Decimal(-250),
    "realised_to_date_dkk": Decimal(-125),
    "realised_net_of_refund_dkk": Decimal(-100),
    "deviation_to_date_dkk": Decimal(125),
    "realisation_share": Decimal("0.5"),
    "forecast_effect_dkk": Decimal(-550),
    "measured_lines": 1,
    "total_lines": 2,
    "realised_through_month": MAY,
    "data_origin": "sample",
}
UNMEASURED: dict[str, Any] = {
    **dict.fromkeys(
        (
            *("expected_to_date_dkk", "expected_to_date_measured_dkk", "realised_to_date_dkk"),
            *("realised_net_of_refund_dkk", "deviation_to_date_dkk", "realisation_share", "forecast_effect_dkk"),
            "realised_through_month",
        )
    ),
    "measured_lines": 0,
    "data_origin": "published",
}


def plan_year(**changes: Any) -> PlanYear:
    """Make a year of the plan."""
    return PlanYear(**{**_YEAR, "is_current_year": 1, **changes})


def station_year(**changes: Any) -> StationYear:
    """Make a station in a year."""
    station = {"station_id": "fp2024-1", "station_no": 1, "station_name": "Digital først"}
    status = {"measurement_status": "partly_measured", "progress_status": "behind", "measurement_note": None}
    return StationYear(**{**_YEAR, **station, **status, **changes})


def line_month(**changes: Any) -> LineMonth:
    """Make a budget line in a month."""
    row = LineMonth(
        *(MAY, 2026, 1, 1, "Virtuel støtte", "gain", Decimal(-50), Decimal(-25), Decimal(25), Decimal(-20)),
        *(Decimal(100), Decimal(50), "besøg", Decimal(25), Decimal(0), None, "sample"),
    )
    return replace(row, **changes)


def case_period(month: date, net: int | None = 30, series: str = "monthly", **changes: Any) -> CasePeriod:
    """Make the high-cost cases of a month: three cases in each bracket."""
    known = None if net is None else Decimal(net * 1_000_000)
    gross = Decimal(20_000_000)
    brackets = {rate: CaseBracket(series, month, rate, 3, gross, None, None) for rate in ("25", "50", "75")}
    row = CasePeriod(series, month, 9, Decimal(60_000_000), None, known, "exact", None, "published", brackets)
    return replace(row, **changes)


def bridge(**changes: Any) -> Bridge:
    """Make the bridge from April to May: one case in, one out, one dearer."""
    amounts = {"entry": 5, "exit": -2, "price_increase": 4, "price_decrease": 0}
    steps = {name: BridgeStep(APRIL, MAY, name, 1, Decimal(a * 1_000_000)) for name, a in amounts.items()}
    row = Bridge(
        *(APRIL, MAY, Decimal(7_000_000), Decimal(3_000_000), 3 / 7, None, "sample"),
        *(Decimal(50_000_000), Decimal(57_000_000), Decimal(57_000_000), Decimal(0), steps),
    )
    return replace(row, **changes)


def check(**changes: Any) -> Check:
    """Make a check that reconciles."""
    value = Decimal("4.7")
    row = Check(
        *("a", "sum", "Summen stemmer", "SAU-01", 7, value, value, Decimal(0), Decimal("0.1")),
        *("exact", None, "", "mdkk"),
    )
    return replace(row, **changes)


def change(**changes: Any) -> Change:
    """Make a change of a station's realised effect."""
    row = Change(
        *("station", "fp2024-1", "2026", "realised_to_date_dkk", "dkk", Decimal(-100), Decimal(-125), Decimal(-25)),
        *(MAY, "sample", "sample"),
    )
    return replace(row, **changes)


PUBLICATION = Publication("run-2", "refresh", "kim", datetime(2026, 6, 1, 8, 30), "0.1.0", "x", 2)


def small_brief(**changes: Any) -> Brief:
    """Make a brief of one station, two months of cases, a bridge, a check and a change."""
    names = {
        code_set: {code: CodeName(code_set, code, *word) for code, word in words.items()}
        for code_set, words in WORDS.items()
    }
    so_far = Decimal(-250), Decimal(-250), Decimal(-125), Decimal(125)
    brief = Brief(
        names=names,
        plan=[plan_year(), plan_year(year=2027, is_current_year=0, **UNMEASURED)],
        station_years=[station_year(), station_year(year=2027, **UNMEASURED)],
        line_months=[line_month()],
        plan_months=[PlanMonth(MAY, 2026, Decimal(-50), Decimal(-50), Decimal(-25), Decimal(25), *so_far)],
        cases=[case_period(APRIL), case_period(MAY, 33, cases=10, gross_dkk=Decimal(66_000_000))],
        bridges=[bridge()],
        checks=[check()],
        publication=PUBLICATION,
        changes=[change()],
    )
    return replace(brief, **changes)

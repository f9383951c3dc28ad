"""Print the headline: what the plan promises and what is realised, and how many checks reconcile."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
from babel.numbers import format_decimal, format_percent
from rich.console import Console
from rich.table import Table
from rich.text import Text

from fingerplan.outputs.mart_rows import PLAN_YEARS, STATION_YEARS, Effect, PlanYear, StationYear, select

VERDICTS = "select verdict, count(*) from marts.rpt_reconciliation group by verdict"


@dataclass(frozen=True)
class Headline:
    """The figures of the headline."""

    plan_years: list[PlanYear]
    station_years: list[StationYear]
    verdicts: dict[str, int]

    @property
    def measured(self) -> list[StationYear]:
        """The station years with a realised figure."""
        return [row for row in self.station_years if row.measured_lines]

    @property
    def is_synthetic(self) -> bool:
        """Whether any realised figure is built on the sample."""
        return any(row.data_origin == "sample" for row in self.measured)

    @property
    def through(self) -> date | None:
        """The last month with a realised figure."""
        return max((row.realised_through_month for row in self.plan_years if row.realised_through_month), default=None)


def read(warehouse: Path) -> Headline:
    """Read the headline of a published warehouse, read-only."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return Headline(
            select(connection, PlanYear, PLAN_YEARS),
            select(connection, StationYear, STATION_YEARS),
            dict(connection.execute(VERDICTS).fetchall()),
        )


def show(console: Console, headline: Headline) -> None:
    """Print the headline: the plan in 1.000 kr., what is realised in whole kroner."""
    _show_plan(console, headline)
    exact, rounding, documented = (headline.verdicts.get(verdict, 0) for verdict in ("exact", "rounding", "documented"))
    console.print(
        f"{exact + rounding} of {sum(headline.verdicts.values())} checks reconcile ({exact} exactly, {rounding} within"
        f" rounding); {documented} differ and are documented.",
        highlight=False,
    )
    if not headline.measured:
        console.print("Realised effect: not measured; no extracts have been delivered.", highlight=False)
        return
    _show_realised(console, headline)
    console.print(
        f"To date is through {headline.through:%Y-%m}, of the lines and months that are measured;"
        " the forecast is for the year.",
        highlight=False,
    )
    if headline.is_synthetic:
        console.print("The extracts are synthetic (sample): every realised figure here is made up.", style="bold")


def _show_plan(console: Console, headline: Headline) -> None:
    table = Table(title="Expected effect, 1.000 kr. (plus costs, minus gains)", title_justify="left")
    table.add_column("No.", justify="right")
    table.add_column("Station")
    years = [plan.year for plan in headline.plan_years]
    for year in years:
        table.add_column(str(year), justify="right", no_wrap=True)
    stations: dict[tuple[int, str], dict[int, Decimal]] = {}
    for row in headline.station_years:
        stations.setdefault((row.station_no, row.station_name), {})[row.year] = row.expected_effect_dkk
    for (no, name), amounts in stations.items():
        table.add_row(str(no), Text(name), *(in_thousands(amounts.get(year)) for year in years))
    table.add_section()
    totals = (in_thousands(plan.expected_effect_dkk) for plan in headline.plan_years)
    table.add_row("", "Plan total", *totals, style="bold")
    console.print(table)


def _show_realised(console: Console, headline: Headline) -> None:
    table = Table(title="Realised effect, kr. (plus costs, minus gains)", title_justify="left")
    table.add_column("Year")
    table.add_column("Station", no_wrap=True, max_width=30)
    for name in ("Expected", "To date", "Realised", "Deviation", "Share", "Forecast", "Lines"):
        table.add_column(name, justify="right", no_wrap=True)
    for plan in headline.plan_years:
        stations = [row for row in headline.measured if row.year == plan.year]
        for row in stations:
            lines = f"{row.measured_lines}/{row.total_lines}"
            station = Text(f"{row.station_no} {row.station_name}")  # brackets in a name are not markup
            table.add_row(str(row.year), station, *_amounts(row, in_percent(row.realisation_share)), lines)
        if stations:
            table.add_row(str(plan.year), "Plan total", *_amounts(plan, ""), "", style="bold")
            table.add_section()
    console.print(table)


def _amounts(row: Effect, share: str) -> list[str]:
    amounts = (row.expected_effect_dkk, row.expected_to_date_measured_dkk, row.realised_to_date_dkk)
    return [*map(in_kroner, (*amounts, row.deviation_to_date_dkk)), share, in_kroner(row.forecast_effect_dkk)]


def rounded(value: Decimal, decimals: int = 0) -> Decimal:
    """Round half away from zero, as a spreadsheet does; Babel rounds half to even."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) + 0  # no minus before a zero


def in_thousands(amount: Decimal | None) -> str:
    """Write an amount in kroner as 1.000 kr. in Danish, or a dash where there is none."""
    return "–" if amount is None else format_decimal(amount / 1000, format="#,##0.###", locale="da_DK")


def in_kroner(amount: Decimal | None) -> str:
    """Write an amount in whole kroner in Danish, or a dash where there is none."""
    return "–" if amount is None else format_decimal(rounded(amount), format="#,##0", locale="da_DK")


def in_percent(share: Decimal | None) -> str:
    """Write a share as whole per cent in Danish, or a dash where there is none."""
    return "–" if share is None else format_percent(rounded(share, 2), format="#,##0 %", locale="da_DK")

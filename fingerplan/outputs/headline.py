"""The headline: what the plan promises and what is realised, per station and year, and how many checks reconcile.

Its figures are those of the meeting brief (`fingerplan/brief/figures.py`): both show what the marts hold.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
from babel.numbers import format_decimal, format_percent
from rich.console import Console
from rich.table import Table

STATION_YEARS = """
select
    year,
    station_no,
    station_name,
    expected_effect_dkk,
    expected_to_date_measured_dkk,
    realised_to_date_dkk,
    deviation_to_date_dkk,
    realisation_share,
    forecast_effect_dkk,
    measured_lines,
    total_lines,
    realised_through_month,
    data_origin
from marts.fct_station_effect
order by year, station_no
"""

VERDICTS = "select verdict, count(*) from marts.rpt_reconciliation group by verdict"


@dataclass(frozen=True)
class StationYear:
    """A station in a year; amounts in kroner, plus costs and minus gains, None where nothing is measured.

    To date and deviation are those of the measured lines and months.
    """

    year: int
    station_no: int
    station_name: str
    expected: Decimal
    to_date: Decimal | None
    realised: Decimal | None
    deviation: Decimal | None
    share: Decimal | None
    forecast: Decimal | None
    measured_lines: int
    total_lines: int
    through: date | None
    data_origin: str


@dataclass(frozen=True)
class Headline:
    """What is shown of a published warehouse."""

    station_years: list[StationYear]
    verdicts: dict[str, int]

    @property
    def years(self) -> list[int]:
        """The years of the plan."""
        return sorted({row.year for row in self.station_years})

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
        return max((row.through for row in self.measured), default=None)

    def plan_total(self, year: int, amount: str, measured_only: bool = False) -> Decimal:
        """Add one amount of a year over the stations."""
        rows = self.measured if measured_only else self.station_years
        return sum((getattr(row, amount) for row in rows if row.year == year), Decimal(0))


def read(warehouse: Path) -> Headline:
    """Read the headline of a published warehouse, read-only."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return Headline(
            [StationYear(*row) for row in connection.execute(STATION_YEARS).fetchall()],
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
    for year in headline.years:
        table.add_column(str(year), justify="right", no_wrap=True)
    stations = {(row.station_no, row.station_name): {} for row in headline.station_years}
    for row in headline.station_years:
        stations[row.station_no, row.station_name][row.year] = row.expected
    for (no, name), amounts in stations.items():
        table.add_row(str(no), name, *(in_thousands(amounts.get(year)) for year in headline.years))
    table.add_section()
    totals = (in_thousands(headline.plan_total(year, "expected")) for year in headline.years)
    table.add_row("", "Plan total", *totals, style="bold")
    console.print(table)


def _show_realised(console: Console, headline: Headline) -> None:
    table = Table(title="Realised effect, kr. (plus costs, minus gains)", title_justify="left")
    table.add_column("Year")
    table.add_column("Station", no_wrap=True, max_width=30)
    for name in ("Expected", "To date", "Realised", "Deviation", "Share", "Forecast", "Lines"):
        table.add_column(name, justify="right", no_wrap=True)
    for year in sorted({row.year for row in headline.measured}):
        for row in headline.measured:
            if row.year == year:
                table.add_row(
                    str(year),
                    f"{row.station_no} {row.station_name}",
                    *map(in_kroner, (row.expected, row.to_date, row.realised, row.deviation)),
                    in_percent(row.share),
                    in_kroner(row.forecast),
                    f"{row.measured_lines}/{row.total_lines}",
                )
        totals = [
            in_kroner(headline.plan_total(year, amount, measured_only=True))
            for amount in ("expected", "to_date", "realised", "deviation", "forecast")
        ]
        table.add_row(str(year), "Plan total", *totals[:4], "", totals[4], "", style="bold")
        table.add_section()
    console.print(table)


def rounded(value: Decimal, decimals: int = 0) -> Decimal:
    """Round half away from zero, as a spreadsheet shows a cell; Babel would round a half to the even digit."""
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

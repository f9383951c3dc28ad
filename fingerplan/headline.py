"""The headline: what the plan promises and what is realised, per station and year, and how many checks reconcile."""

from decimal import Decimal
from pathlib import Path

import duckdb
from babel.numbers import format_decimal, format_percent
from rich.console import Console
from rich.table import Table

STATIONS = """
select station_no, station_name, year, expected_effect_dkk
from marts.fct_station_effect
order by station_no, year
"""

CHECKS = """
select verdict, count(*)
from marts.rpt_reconciliation
group by verdict
"""

REALISED = """
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
where measured_lines > 0
order by year, station_no
"""

AMOUNTS = ("Expected", "To date", "Realised", "Deviation")


def show(console: Console, warehouse: Path) -> None:
    """Print the headline of a published warehouse; amounts in 1.000 kr., plus costs and minus gains."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        cells = connection.execute(STATIONS).fetchall()
        checks = dict(connection.execute(CHECKS).fetchall())
        realised = connection.execute(REALISED).fetchall()
    years = sorted({year for _, _, year, _ in cells})
    table = Table(title="Expected effect, 1.000 kr. (plus costs, minus gains)", title_justify="left")
    table.add_column("No.", justify="right")
    table.add_column("Station")
    for year in years:
        table.add_column(str(year), justify="right", no_wrap=True)
    stations = {(no, name): {} for no, name, _, _ in cells}
    for no, name, year, amount in cells:
        stations[no, name][year] = amount
    for (no, name), amounts in stations.items():
        table.add_row(str(no), name, *(in_thousands(amounts.get(year)) for year in years))
    table.add_section()
    totals = {year: sum(amount for _, _, y, amount in cells if y == year) for year in years}
    table.add_row("", "Plan total", *(in_thousands(totals[year]) for year in years), style="bold")
    console.print(table)
    exact, rounding, documented = (checks.get(verdict, 0) for verdict in ("exact", "rounding", "documented"))
    console.print(
        f"{exact + rounding} of {sum(checks.values())} checks reconcile ({exact} exactly, {rounding} within rounding);"
        f" {documented} differ and are documented.",
        highlight=False,
    )
    if not realised:
        console.print("Realised effect: not measured; no extracts have been delivered.", highlight=False)
        return
    _show_realised(console, realised)


def _show_realised(console: Console, rows: list[tuple]) -> None:
    """Print what is realised per station and year, in whole kroner; to date and deviation are of the measured lines."""
    table = Table(title="Realised effect, kr. (plus costs, minus gains)", title_justify="left")
    table.add_column("Year")
    table.add_column("Station", no_wrap=True, max_width=30)
    for name in (*AMOUNTS, "Share", "Forecast"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("Lines", justify="right", no_wrap=True)
    years = sorted({row[0] for row in rows})
    for year in years:
        of_year = [row for row in rows if row[0] == year]
        for _, no, name, *amounts, share, forecast, measured, total, _, _ in of_year:
            table.add_row(
                str(year),
                f"{no} {name}",
                *map(in_kroner, amounts),
                _share(share),
                in_kroner(forecast),
                f"{measured}/{total}",
            )
        sums = [sum(row[column] for row in of_year) for column in (3, 4, 5, 6, 8)]
        table.add_row(str(year), "Plan total", *map(in_kroner, sums[:4]), "", in_kroner(sums[4]), "", style="bold")
        table.add_section()
    console.print(table)
    through = max(row[11] for row in rows)
    console.print(
        f"To date is through {through:%Y-%m}, of the lines and months that are measured; the forecast is for the year.",
        highlight=False,
    )
    if any(row[12] == "sample" for row in rows):
        console.print("The extracts are synthetic (sample): every realised figure here is made up.", style="bold")


def _share(share: Decimal | None) -> str:
    return "–" if share is None else format_percent(share, format="#,##0 %", locale="da_DK")


def in_kroner(amount: Decimal | None) -> str:
    """Write an amount in whole kroner in Danish, or a dash where there is none."""
    return "–" if amount is None else format_decimal(amount, format="#,##0", locale="da_DK")


def in_thousands(amount: Decimal | None) -> str:
    """Write an amount in kroner as 1.000 kr. in Danish, or a dash where there is none."""
    if amount is None:
        return "–"
    return format_decimal(amount / 1000, format="#,##0.###", locale="da_DK")

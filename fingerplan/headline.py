"""The headline table: what the plan promises per station and year, and how many checks reconcile."""

from decimal import Decimal
from pathlib import Path

import duckdb
from babel.numbers import format_decimal
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

MEASURED = """
select distinct measurement_note
from marts.fct_station_effect
where measurement_status = 'not_measured'
"""


def show(console: Console, warehouse: Path) -> None:
    """Print the headline of a published warehouse; amounts in 1.000 kr., plus costs and minus gains."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        cells = connection.execute(STATIONS).fetchall()
        checks = dict(connection.execute(CHECKS).fetchall())
        unmeasured = connection.execute(MEASURED).fetchall()
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
    for (reason,) in unmeasured:
        console.print(f"Realised effect: not measured ({reason}).", highlight=False)


def in_thousands(amount: Decimal | None) -> str:
    """Write an amount in kroner as 1.000 kr. in Danish, or a dash where there is none."""
    if amount is None:
        return "–"
    return format_decimal(amount / 1000, format="#,##0.###", locale="da_DK")

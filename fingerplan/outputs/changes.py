"""Print what changed since the previous publication."""

from dataclasses import astuple
from decimal import Decimal
from pathlib import Path

import duckdb
from babel.numbers import format_decimal
from rich.console import Console
from rich.table import Table
from rich.text import Text

from fingerplan.warehouse.publications import Change, changes, last_publication

NAMES = {
    "expected_effect_dkk": "Expected, year",
    "expected_to_date_measured_dkk": "Expected to date",
    "realised_to_date_dkk": "Realised to date",
    "realised_net_of_refund_dkk": "Realised, net of refund",
    "deviation_to_date_dkk": "Deviation",
    "forecast_effect_dkk": "Forecast, year",
    "measured_lines": "Measured lines",
    "cases": "Cases",
    "gross_dkk": "Gross",
    "refund_dkk": "State refund",
    "net_dkk": "Net of refund",
    "checks": "Checks",
}
SUBJECTS = {
    "station": "Station {} in {}",
    "high_cost_cases": "High-cost cases, {} pct. bracket",
    "reconciliation": "Reconciliation, {}",
}


def read(warehouse: Path) -> list[Change] | None:
    """Read the headline figures that changed with the last publication; None where there is no previous one.

    Raises:
        duckdb.Error: where the warehouse cannot be read.
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return changes(connection, last_publication(connection))


def log_rows(found: list[Change] | None) -> list[tuple[object, ...]]:
    """Give the changes as the JSON log shows them: what changed, from what to what, and whether it is synthetic."""
    return [(*astuple(change)[:-2], change.is_synthetic) for change in found or []]


def show(console: Console, found: list[Change] | None) -> None:
    """Print the headline figures that changed; print nothing where there is no previous publication."""
    if found is None:
        return
    if not found:
        console.print("Nothing has changed since the previous publication.", highlight=False)
        return
    table = Table(title="Changed since the previous publication, kr. and numbers", title_justify="left")
    table.add_column("What")
    table.add_column("Figure", no_wrap=True)
    for name in ("Before", "Now", "Change", "As of"):
        table.add_column(name, justify="right", no_wrap=True)
    last = None
    for change in found:
        subject = SUBJECTS[change.subject_kind].format(change.subject_id, change.period)
        table.add_row(
            Text(subject if subject != last else ""),  # brackets in a name are not markup
            Text(NAMES.get(change.figure_name, change.figure_name)),
            _number(change.value_before),
            _number(change.value_after),
            _number(change.moved_by, signed=True),
            f"{change.as_of_month:%Y-%m}" if change.as_of_month else "",
        )
        last = subject
    console.print(table)
    if any(change.is_synthetic for change in found):
        console.print("Synthetic figures (sample) are among these, before or now.", style="bold")


def _number(value: Decimal | None, signed: bool = False) -> str:
    if value is None:
        return "–"
    return format_decimal(value, format="+#,##0;-#,##0" if signed else "#,##0", locale="da_DK")

"""Print what moved since the publication before."""

from decimal import Decimal

from babel.numbers import format_decimal
from rich.console import Console
from rich.table import Table

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


def show_changes(console: Console, changes: list[tuple] | None) -> None:
    """Print the headline figures that moved.

    Args:
        console: where to.
        changes: as `history.changes` gives them; amounts in kroner.
    """
    if changes is None:
        return
    if not changes:
        console.print("Nothing has moved since the publication before.", highlight=False)
        return
    table = Table(title="Moved since the publication before, kr. and numbers", title_justify="left")
    table.add_column("What")
    table.add_column("Figure", no_wrap=True)
    for name in ("Before", "Now", "Moved", "As of"):
        table.add_column(name, justify="right", no_wrap=True)
    said = None
    for kind, subject, period, figure, _, before, after, moved, as_of, _ in changes:
        what = SUBJECTS[kind].format(subject, period)
        table.add_row(
            what if what != said else "",
            NAMES.get(figure, figure),
            _number(before),
            _number(after),
            _number(moved, signed=True),
            f"{as_of:%Y-%m}" if as_of else "",
        )
        said = what
    console.print(table)
    if any(change[-1] for change in changes):
        console.print("Synthetic figures (sample) are among these, before or now.", style="bold")


def _number(value: Decimal | None, signed: bool = False) -> str:
    if value is None:
        return "–"
    return format_decimal(value, format="+#,##0;-#,##0" if signed else "#,##0", locale="da_DK")

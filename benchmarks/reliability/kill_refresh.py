"""Kill refreshes: the published file is the old or the new one, and the next refresh succeeds and clears up."""

import signal
from pathlib import Path

from benchmarks.deliveries import deliver
from benchmarks.engines.compare import marts_differ
from benchmarks.reliability import kill, leftovers
from benchmarks.reliability import warehouse as warehouses
from benchmarks.reliability.outcome import Outcome
from fingerplan.paths import PROJECT


def measure(folder: Path, times: int, workers: int) -> Outcome:
    """Kill refreshes, three in a row on each warehouse so that what they leave piles up; the fourth must succeed.

    Args:
        folder: an empty folder.
        times: the number of kills, rounded up to whole rows.
        workers: the number of refreshes at a time.
    """
    start = warehouses.publish_april(folder)
    reference = warehouses.copy_warehouse(start, folder / "reference" / "warehouse")
    lasts_s, operations = refresh_of_may(reference).measure()
    moments = kill.draw_moments(times, lasts_s, operations)

    def kill_row(place: Path, row: list[kill.Moment]) -> kill.Row:
        return _kill_row(warehouses.copy_warehouse(start, place / "warehouse"), row, reference)

    total = kill.kill_rows("refresh", folder, moments, kill_row, workers)
    return kill.outcome("refreshes", moments, lasts_s, operations, total)


def refresh_of_may(warehouse: Path) -> kill.Victim:
    """Deliver May beside the warehouse, with a folder for temporary files beside that."""
    place = warehouse.parents[1]
    for name in ("drop", "tmp"):
        (place / name).mkdir(exist_ok=True)
    return kill.Victim(
        ["refresh", *deliver(place / "drop", "2026-05")],
        PROJECT,
        warehouse.parent,
        {**warehouses.environment(warehouse), "TMPDIR": str(place / "tmp")},
    )


def find_leftovers(warehouse: Path) -> list[str]:
    """Name what lies beside the warehouse, in the drop folder or among the temporary files after a refresh."""
    place = warehouse.parents[1]
    return leftovers.find(warehouse.parent, place / "tmp", place / "drop", list((place / "drop").glob("*.csv")))


def _kill_row(warehouse: Path, moments: list[kill.Moment], reference: Path) -> kill.Row:
    row = kill.Row()
    refresh = refresh_of_may(warehouse)
    for moment in moments:
        before = warehouses.checksum(warehouse)
        exit_code = refresh.kill(moment)
        is_new = warehouses.checksum(warehouse) != before
        row.counts["killed" if exit_code == -signal.SIGKILL else "had ended before the kill"] += 1
        row.counts["the new file" if is_new else "the old file"] += 1
        if exit_code not in (0, -signal.SIGKILL):
            row.wrong.append(f"exit {exit_code}, not killed {kill.said(moment)}")
        if is_new:
            row.wrong += [f"killed {kill.said(moment)}: {wrong}" for wrong in _check_new_file(warehouse, reference)]
    again = refresh.run()
    if again.returncode or "Traceback" in again.stderr or marts_differ(warehouse, reference):
        row.wrong.append(f"after kills {moments}: exit {again.returncode} {again.stderr[-500:]}")
    row.counts["undisturbed next refresh, exit 0"] += again.returncode == 0
    row.wrong += [f"after kills {moments}: {left}" for left in find_leftovers(warehouse)]
    return row


def _check_new_file(warehouse: Path, reference: Path) -> list[str]:
    wrong = marts_differ(warehouse, reference)
    tested = warehouses.run_data_tests(warehouse, warehouse.parents[1] / "t")
    return wrong + ([f"data tests: {tested.stdout[-500:]}"] if tested.returncode else [])

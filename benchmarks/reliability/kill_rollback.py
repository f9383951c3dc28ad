"""Kill rollbacks: one of the two versions is published, the other is kept, and the next refresh succeeds."""

import signal
from pathlib import Path

from benchmarks.engines.compare import marts_differ
from benchmarks.reliability import kill
from benchmarks.reliability import warehouse as warehouses
from benchmarks.reliability.kill_refresh import find_leftovers, refresh_of_may
from benchmarks.reliability.outcome import Outcome
from fingerplan.paths import PROJECT


def measure(folder: Path, times: int, workers: int) -> Outcome:
    """Kill rollbacks from May to April, each in a row on a warehouse that a refresh has brought back to May.

    Args:
        folder: an empty folder.
        times: the number of kills, rounded up to whole rows.
        workers: the number of rollbacks at a time.
    """
    april = warehouses.publish_april(folder)
    start = warehouses.copy_warehouse(april, folder / "start" / "warehouse")
    refresh_of_may(start).measure()
    counted = warehouses.copy_warehouse(start, folder / "counted" / "warehouse")
    lasts_s, operations = rollback(counted).measure()
    moments = kill.draw_moments(times, lasts_s, operations)

    def kill_row(place: Path, row: list[kill.Moment]) -> kill.Row:
        total = kill.Row()
        for number, moment in enumerate(row):
            copy = warehouses.copy_warehouse(start, place / str(number) / "warehouse")
            one = _kill_once(copy, moment, april, start)
            total.counts += one.counts
            total.wrong += [f"killed {kill.said(moment)}: {wrong}" for wrong in one.wrong]
        return total

    total = kill.kill_rows("rollback", folder, moments, kill_row, workers)
    return kill.outcome("rollbacks", moments, lasts_s, operations, total)


def rollback(warehouse: Path) -> kill.Victim:
    """Give the rollback of a warehouse."""
    return kill.Victim(["rollback"], PROJECT, warehouse.parent, warehouses.environment(warehouse))


def _kill_once(warehouse: Path, moment: kill.Moment, april: Path, may: Path) -> kill.Row:
    row = kill.Row()
    exit_code = rollback(warehouse).kill(moment)
    row.counts["killed" if exit_code == -signal.SIGKILL else "had ended before the kill"] += 1
    if exit_code not in (0, -signal.SIGKILL):
        row.wrong.append(f"exit {exit_code}")
    versions = {warehouses.checksum(april): "April", warehouses.checksum(may): "May"}
    published = versions.get(warehouses.checksum(warehouse), "neither")
    row.counts[f"{published} is published"] += 1
    kept = {versions.get(warehouses.checksum(file)) for file in warehouse.parent.rglob(warehouse.name)}
    if published == "neither" or not {"April", "May"} <= kept:
        row.wrong.append(f"{published} is published, and what is kept is {sorted(map(str, kept))}")
    again = refresh_of_may(warehouse).run()
    if again.returncode or "Traceback" in again.stderr or marts_differ(warehouse, may):
        row.wrong.append(f"the next refresh: exit {again.returncode} {again.stderr[-500:]}")
    row.counts["undisturbed next refresh, exit 0"] += again.returncode == 0
    row.wrong += find_leftovers(warehouse)
    return row

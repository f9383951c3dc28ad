"""Kill refreshes with `kill -9` at random moments."""

import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.deliveries import deliver
from benchmarks.engines.compare import marts_differ
from benchmarks.reliability import warehouse as warehouses
from benchmarks.reliability.outcome import Outcome
from fingerplan.paths import PROJECT

KILLS_IN_A_ROW = 3


@dataclass
class Row:
    """The outcome of the kills on one warehouse."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def measure(folder: Path, times: int, workers: int) -> Outcome:
    """Kill refreshes, three in a row on each warehouse so that what they leave piles up; the fourth must succeed.

    Args:
        folder: an empty folder.
        times: the number of kills, rounded up to whole rows.
        workers: the number of refreshes at a time.
    """
    start = warehouses.publish_april(folder)
    may = deliver(folder, "2026-05")
    references = [warehouses.copy_warehouse(start, folder / f"reference{number}") for number in range(workers)]
    began = time.monotonic()
    with ThreadPoolExecutor(workers) as pool:  # as many at a time as later, so that they take as long
        list(pool.map(lambda warehouse: warehouses.run_checked(warehouse, "refresh", *may), references))
    lasts_s = time.monotonic() - began
    moments = draw_moments(times, lasts_s)

    def kill_row(number: int) -> Row:
        place = folder / f"kill{number}"
        row = _kill_row(warehouses.copy_warehouse(start, place), may, moments[number], references[0])
        shutil.rmtree(place)
        return row

    total = Row()
    with ThreadPoolExecutor(workers) as pool:
        for done, row in enumerate(pool.map(kill_row, range(len(moments))), 1):
            total.counts += row.counts
            total.wrong += [f"row {done}: {wrong}" for wrong in row.wrong]
            if done % 5 == 0:
                said = f"kill: {done * KILLS_IN_A_ROW} of {len(moments) * KILLS_IN_A_ROW}, wrong: {len(total.wrong)}"
                print(said, file=sys.stderr, flush=True)
    refreshes = len(moments) * KILLS_IN_A_ROW
    return Outcome({"refreshes": refreshes, "seconds of one refresh": round(lasts_s, 1), **total.counts}, total.wrong)


def draw_moments(times: int, lasts_s: float) -> list[list[float]]:
    """Draw the moments of the kills in seconds after the start, in rows; the same ones every time."""
    chance = random.Random(20261123)  # noqa: S311 - not for security: the same draws every time
    rows = -(-times // KILLS_IN_A_ROW)
    return [[chance.uniform(0, lasts_s) for _ in range(KILLS_IN_A_ROW)] for _ in range(rows)]


def _kill_row(warehouse: Path, may: list[str], moments: list[float], reference: Path) -> Row:
    row = Row()
    for moment in moments:
        before = warehouses.checksum(warehouse)
        exit_code = _kill_refresh(warehouse, may, moment)
        is_new = warehouses.checksum(warehouse) != before
        row.counts["killed" if exit_code == -signal.SIGKILL else "had ended before the kill"] += 1
        row.counts["the new file" if is_new else "the old file"] += 1
        if exit_code not in (0, -signal.SIGKILL):
            row.wrong.append(f"exit {exit_code} before the kill at {moment:.2f} s")
        if is_new:
            row.wrong += [f"kill at {moment:.2f} s: {wrong}" for wrong in _check_new_file(warehouse, reference)]
    again = warehouses.run(warehouse, "refresh", *may)
    if again.returncode or "Traceback" in again.stderr or marts_differ(warehouse, reference):
        row.wrong.append(f"after kills at {moments}: exit {again.returncode} {again.stderr[-500:]}")
    row.counts["undisturbed next refresh, exit 0"] += again.returncode == 0
    return row


def _kill_refresh(warehouse: Path, may: list[str], moment: float) -> int:
    """Start a refresh and kill it `moment` seconds later; return its exit code, negative for a signal."""
    process = subprocess.Popen(
        warehouses.command("refresh", *may),
        cwd=PROJECT,
        env=warehouses.environment(warehouse),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(moment)
    process.send_signal(signal.SIGKILL)
    return process.wait()


def _check_new_file(warehouse: Path, reference: Path) -> list[str]:
    wrong = marts_differ(warehouse, reference)
    tested = warehouses.run_data_tests(warehouse, warehouse.parent / "t")
    return wrong + ([f"data tests: {tested.stdout[-500:]}"] if tested.returncode else [])

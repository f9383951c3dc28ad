"""Refresh on a disk that fills up, and in a folder that cannot be written."""

import os
import shutil
import subprocess
from collections import Counter
from pathlib import Path

from benchmarks.deliveries import deliver
from benchmarks.reliability import warehouse as warehouses
from benchmarks.reliability.outcome import Outcome, SkippedError
from fingerplan.errors import BUILD_FAILED

FREE_KB = (0, 64, *(1024 * mb for mb in (1, 4, 12, 24, 32, 40, 64)))


def measure(folder: Path, free_kb: tuple[int, ...] = FREE_KB) -> Outcome:
    """Refresh with this much space left, then with the folder mounted read-only.

    Raises:
        SkippedError: this is not root, which mounting a small tmpfs takes.
    """
    if os.geteuid():
        raise SkippedError("disk: needs root, to mount a small tmpfs")
    start = warehouses.publish_april(folder)
    may = deliver(folder, "2026-05")
    mount = folder / "small"
    mount.mkdir()
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", str(mount)], check=True)
    try:
        for free in free_kb:
            exit_code, found = _refresh_on_full_disk(start, mount, may, free)
            counts[f"exit {exit_code}"] += 1
            wrong += [f"{free} KB free: {line}" for line in found]
        exit_code, found = _refresh_read_only(start, mount, may)
        counts[f"read-only folder: exit {exit_code}"] += 1
        wrong += [f"read-only folder: {line}" for line in found]
    finally:
        subprocess.run(["umount", "-l", str(mount)], check=False)
    return Outcome(dict(counts), wrong)


def fill(mount: Path, free_kb: int) -> Path:
    """Fill a file system up to `free_kb`; return the file that fills it."""
    filler = mount / "filler"
    state = os.statvfs(mount)
    left = state.f_bavail * state.f_frsize - free_kb * 1024
    with filler.open("wb") as stream:
        while left > 0:
            left -= stream.write(b"\0" * min(left, 2**20))
    return filler


def _refresh_on_full_disk(start: Path, mount: Path, may: list[str], free_kb: int) -> tuple[int, list[str]]:
    """Return the exit code, and what went wrong."""
    warehouse = warehouses.copy_warehouse(start, mount / "w")
    filler = fill(mount, free_kb)
    outcome = warehouses.run(warehouse, "refresh", *may)
    wrong = _check_refused(outcome, warehouse, start, (0, BUILD_FAILED))
    filler.unlink()
    again = warehouses.run(warehouse, "refresh", *may)
    if again.returncode:
        wrong.append(f"the next refresh, with space again: exit {again.returncode}, {again.stderr[-300:]}")
    shutil.rmtree(warehouse.parent)
    return outcome.returncode, wrong


def _refresh_read_only(start: Path, mount: Path, may: list[str]) -> tuple[int, list[str]]:
    """Return the exit code, and what went wrong."""
    warehouse = warehouses.copy_warehouse(start, mount / "w")
    subprocess.run(["mount", "-o", "remount,ro", str(mount)], check=True)
    outcome = warehouses.run(warehouse, "refresh", *may)
    wrong = _check_refused(outcome, warehouse, start, (BUILD_FAILED,))
    subprocess.run(["mount", "-o", "remount,rw", str(mount)], check=True)
    if warehouses.run(warehouse, "refresh", *may).returncode:
        wrong.append("the next refresh, writable again, failed")
    return outcome.returncode, wrong


def _check_refused(
    outcome: subprocess.CompletedProcess[str], warehouse: Path, start: Path, expected: tuple[int, ...]
) -> list[str]:
    wrong = []
    if "Traceback" in outcome.stderr + outcome.stdout:
        wrong.append(f"a traceback: {outcome.stderr[-300:]}")
    is_changed = warehouses.checksum(warehouse) != warehouses.checksum(start)
    if outcome.returncode not in expected or (outcome.returncode and is_changed):
        changed = "changed" if is_changed else "unchanged"
        wrong.append(f"exit {outcome.returncode}, published file {changed}: {outcome.stderr[-300:]}")
    return wrong

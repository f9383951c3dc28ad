"""A warehouse in a folder of its own, and the command line on it as a user would run it."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.deliveries import deliver
from fingerplan.paths import PROJECT


def command(*arguments: str) -> list[str]:
    """Return the command line of `fingerplan`."""
    return [sys.executable, "-m", "fingerplan", *arguments]


def environment(warehouse: Path) -> dict[str, str]:
    """Return the environment in which the command line works on this warehouse."""
    return {**os.environ, "FINGERPLAN_WAREHOUSE": str(warehouse), "PYTHONPATH": str(PROJECT)}


def run(warehouse: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `fingerplan` on a warehouse."""
    return subprocess.run(
        command(*arguments),
        cwd=PROJECT,
        env=environment(warehouse),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def run_checked(warehouse: Path, *arguments: str) -> None:
    """Run `fingerplan` on a warehouse; a failure ends the measurement, since nothing after it would mean anything."""
    outcome = run(warehouse, *arguments)
    if outcome.returncode:
        raise SystemExit(f"{arguments}: {outcome.returncode}\n{outcome.stdout}\n{outcome.stderr}")


def run_data_tests(warehouse: Path, target_path: Path) -> subprocess.CompletedProcess[str]:
    """Run every data test on a published file."""
    dbt = str(Path(sys.executable).with_name("dbt"))
    return subprocess.run(
        [dbt, "-q", "test", "--target", "published", "--target-path", str(target_path)],
        cwd=PROJECT,
        env={**environment(warehouse), "DBT_PROFILES_DIR": str(PROJECT / "profiles")},
        capture_output=True,
        text=True,
        check=False,
    )


def checksum(file: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def publish_april(folder: Path) -> Path:
    """Publish April of the sample in `folder/base`; return the published file."""
    warehouse = folder / "base" / "fingerplan.duckdb"
    warehouse.parent.mkdir(parents=True)
    run_checked(warehouse, "refresh", *deliver(folder, "2026-04"))
    return warehouse


def copy_warehouse(warehouse: Path, to: Path) -> Path:
    """Copy a warehouse with its archive and history into a new folder; return the published file."""
    shutil.copytree(warehouse.parent, to)
    return to / warehouse.name

"""Publish the previous version again, without building anything."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import duckdb

from fingerplan.atomic_files import replace
from fingerplan.errors import BUILD_FAILED, Refused
from fingerplan.paths import Warehouse
from fingerplan.warehouse.counted import read_counted
from fingerplan.warehouse.history import History, Run
from fingerplan.warehouse.history_tables import CountedVersion
from fingerplan.warehouse.publish import earlier_versions, ignore_signals, record, refuse_foreign_log


def roll_back(warehouse: Warehouse, run: Run) -> Path:
    """Publish the newest earlier version that opens; keep the published one as withdrawn.

    The extracts that count are then those that this version was built from. Call it within `run_of`.

    Returns:
        Where the version lay before it was published again.

    Raises:
        Refused: exit code 4, where no earlier version opens.
    """
    earlier, counted = next(_readable(warehouse), (None, []))
    if earlier is None:
        raise Refused(BUILD_FAILED, [f"{warehouse.previous}: no earlier version to publish again"])
    refuse_foreign_log(warehouse)
    ignore_signals()
    _keep_withdrawn(warehouse)
    replace(earlier, warehouse.published)
    shutil.rmtree(earlier.parent, ignore_errors=True)
    run.versions = counted
    run.findings = [f"published again: the version of {earlier.parent.name}"]
    record(History(warehouse.history, warehouse.published_files()), run, "rolled_back", 0)
    return earlier


def _readable(warehouse: Warehouse) -> Iterator[tuple[Path, list[CountedVersion]]]:
    """Give the earlier versions that open, newest first, with the archived versions that they are built from."""
    for file in earlier_versions(warehouse):
        with suppress(duckdb.Error), duckdb.connect(str(file), read_only=True) as connection:
            connection.execute("select count(*) from marts.fct_station_effect").fetchone()
            yield file, read_counted(connection)


def _keep_withdrawn(warehouse: Warehouse) -> None:
    """Keep the published file under `withdrawn`, by a second link where the file system has links."""
    if not warehouse.published.is_file():
        return
    warehouse.withdrawn.parent.mkdir(exist_ok=True)
    unfinished = warehouse.withdrawn.with_name(f".{warehouse.withdrawn.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        unfinished.hardlink_to(warehouse.published)
    except OSError:
        shutil.copy2(warehouse.published, unfinished)
    replace(unfinished, warehouse.withdrawn)
    unfinished.unlink(missing_ok=True)  # renaming onto another link to the same file does nothing

"""Build beside the published warehouse, and swap the new file in only when every test has passed."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from fingerplan import dbt_job
from fingerplan.errors import BUILD_FAILED, LOCKED, Refused
from fingerplan.paths import Warehouse


def build_and_publish(
    warehouse: Warehouse, on_progress: Callable[[int, int], None], on_warning: Callable[[str], None]
) -> dict[str, int]:
    """Build, test and publish; whatever fails, the published file stays as it was.

    Returns:
        Number of dbt nodes by resource type.

    Raises:
        Refused: 4 where a build or a test fails, 5 where another build runs.
    """
    if warehouse.published.is_dir():
        raise Refused(BUILD_FAILED, [f"{warehouse.published}: is a folder; name a file in FINGERPLAN_WAREHOUSE"])
    warehouse.build.parent.mkdir(parents=True, exist_ok=True)
    with _locked(warehouse):
        _remove(warehouse.build)
        try:
            counts = dbt_job.build(warehouse.build, on_progress, on_warning)
        except Refused as refusal:
            if warehouse.build.exists():
                warehouse.rejected.parent.mkdir(exist_ok=True)
                _remove(warehouse.rejected)
                shutil.move(warehouse.build, warehouse.rejected)
                refusal.findings.append(f"the rejected build is kept as {warehouse.rejected}")
            raise
        if warehouse.build.with_name(warehouse.build.name + ".wal").exists():
            raise Refused(
                BUILD_FAILED, [f"{warehouse.build}: its log was not merged, so the file is not whole; build again"]
            )
        _swap_in(warehouse.build, warehouse.published)
    return counts


@contextmanager
def _locked(warehouse: Warehouse) -> Iterator[None]:
    with warehouse.lock.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(LOCKED, [f"another build holds {warehouse.lock}; wait for it to end"]) from None
        yield


def _remove(file: Path) -> None:
    """Remove a DuckDB file and the log beside it."""
    for path in (file, file.with_name(file.name + ".wal")):
        path.unlink(missing_ok=True)


def _swap_in(new: Path, published: Path) -> None:
    """Replace the published file in one step: readers keep the old data, new readers see the new.

    Both the file and the folder are flushed, so that a power cut leaves the old file or the new one and nothing else.
    """
    for path in (new, new.parent):
        _flush(path)
    new.replace(published)
    _flush(published.parent)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

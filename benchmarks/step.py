"""One measured step, in a process of its own: `python -m benchmarks.step <step> <arguments as JSON>`.

Run it in a copy of the project (`make_project`), whose modules it then imports. The last line of stdout is one JSON
object with the result of the step; the parent process measures time and memory. What only one step needs is imported in
its function, so that it does not weigh on the others.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import duckdb

from benchmarks import case_marts, lake, limit
from fingerplan.paths import PROJECT
from fingerplan.warehouse.archive import Archive
from fingerplan.warehouse.due_months import list_deliveries

if TYPE_CHECKING:
    from benchmarks.postgres_peer import Measured
    from benchmarks.results import Skipped

THRESHOLDS = PROJECT / "seeds" / "high_cost_cases" / "refund_thresholds.csv"


class Lake(TypedDict):
    """Rows and size of each month."""

    rows: list[int]
    parquet_mb: list[float]


class Built(TypedDict):
    """How many nodes dbt ran, by resource type, and the size of the file."""

    nodes: dict[str, int]
    file_mb: float


class Refreshed(TypedDict):
    """What a refresh did: nodes by resource type and seconds by part are empty if it had nothing to publish."""

    is_published: bool
    file_mb: float
    nodes: dict[str, int]
    parts: dict[str, float]


class Compared(TypedDict):
    """A line for each difference."""

    differing: list[str]


class Nothing(TypedDict):
    """A step without a result: only its time and memory count."""


def make_lake(folder: str, months: int, municipalities: int, cases: int) -> Lake:
    """Write the extracts, with a progress bar on a terminal."""
    from fingerplan.steps import Steps

    with Steps().progress("Extracts") as on_progress:
        versions = lake.make_lake(Path(folder), months, municipalities, cases, on_progress)
    return {
        "rows": [version.manifest.row_count for version in versions],
        "parquet_mb": [version.parquet.stat().st_size / 1e6 for version in versions],
    }


def run_limit(folder: str, months: int, file: str, last_only: bool) -> Nothing:
    """Compute the figures with SQL by hand, with as many threads as the project has."""
    with duckdb.connect(file, config={"threads": os.cpu_count() or 1, "memory_limit": limit.MEMORY}) as connection:
        limit.make_tables(connection, lake.files(Path(folder), months, last_only), THRESHOLDS, last_only)
    return {}


def run_pandas(folder: str, months: int, file: str, last_only: bool) -> Nothing:
    """Compute the figures in pandas."""
    from benchmarks import pandas_script

    tables = pandas_script.make_tables(lake.files(Path(folder), months, last_only), THRESHOLDS, last_only)
    pandas_script.write(tables, Path(file))
    return {}


def build_case_marts(folder: str, months: int, file: str) -> Built:
    """Build the case marts with the project's own models; if the file exists, only the months that are not in it."""
    import fingerplan.cli  # noqa: F401 - the start of the command line is part of a build
    from fingerplan.paths import Warehouse
    from fingerplan.warehouse import dbt_job
    from fingerplan.warehouse import publish as publishing

    build_file, archive = Path(file), Archive(Path(folder))
    build_file.parent.mkdir(parents=True, exist_ok=True)
    extracts = build_file.parent / "extracts"
    computed = publishing.published_versions(Warehouse(build_file), archive) if build_file.exists() else None
    list_deliveries(lake.versions(archive.folder, lake.keys(archive.folder, months)), extracts, computed)
    with dbt_job.no_garbage_collection():
        built = dbt_job.build(build_file, extracts, _ignore_progress, *case_marts.SELECTED)
    if built.failures:
        raise SystemExit("\n".join(built.failures))
    return {"nodes": built.counts, "file_mb": build_file.stat().st_size / 1e6}


def refresh(started: float, folder: str, months: int, warehouse: str, is_tested: bool) -> Refreshed:
    """Publish the first `months` months, as `fingerplan refresh` does after the gate.

    Args:
        started: when the parent started this process, in seconds since 1970.
        folder: the lake.
        months: how many of its months.
        warehouse: the published file; it need not exist.
        is_tested: whether to run the data tests.
    """
    import fingerplan.cli  # noqa: F401 - the start of the command line is part of a refresh
    from fingerplan.paths import Warehouse
    from fingerplan.warehouse import dbt_job
    from fingerplan.warehouse import publish as publishing

    marks = {"start": time.time()}
    build = dbt_job.build

    def mark_first_node(done: int, total: int) -> None:
        marks.setdefault("first_node", time.time())

    def timed_build(
        build_file: Path, extracts: Path | None, on_progress: Callable[[int, int], None], *arguments: str
    ) -> dbt_job.Built:
        marks["build"] = time.time()
        untested = () if is_tested else ("--exclude-resource-type", "test", "unit_test")
        built = build(build_file, extracts, mark_first_node, *arguments, *untested)
        marks["built"] = time.time()
        return built

    dbt_job.build = timed_build
    place, archive = Warehouse(Path(warehouse)), Archive(Path(folder))
    published = None
    with publishing.run_of(place, "refresh") as run:
        before = publishing.published_versions(place, archive) if place.published.exists() else {}
        added = [key for key in lake.keys(archive.folder, months) if key not in before]
        versions = {**before, **lake.versions(archive.folder, added)}
        if publishing.is_published(place, versions, before):
            publishing.record_unchanged(place, run)
        else:
            published = publishing.build_and_publish(place, run, versions, before, _ignore_progress)
    marks["end"] = time.time()
    file_mb = place.published.stat().st_size / 1e6
    if published is None:
        return {"is_published": False, "file_mb": file_mb, "nodes": {}, "parts": {}}
    parts = {
        "Python and imports of the command": marks["start"] - started,
        "list and copy": marks["build"] - marks["start"],
        "import and start dbt": marks["first_node"] - marks["build"],
        # two of them run at a time, so the sum of their own times would be larger
        "models and data tests": marks["built"] - marks["first_node"],
        "history and swap": marks["end"] - marks["built"],
    }
    return {"is_published": True, "file_mb": file_mb, "nodes": published.built.counts, "parts": parts}


def compare(limit_file: str, other: str, is_warehouse: bool, last_month: str | None) -> Compared:
    """Compare the figures of the limit with those of a warehouse or of pandas."""
    return {"differing": case_marts.differences(Path(limit_file), Path(other), is_warehouse, last_month)}


def run_postgres(folder: str, months: int, reference: str) -> "Measured | Skipped":
    """Build the case marts with the same models on a Postgres server of its own."""
    from benchmarks import postgres_peer

    return postgres_peer.measure(Path(folder), months, Path(reference))


def _ignore_progress(done: int, total: int) -> None:
    """Show nothing: a scheduled refresh has no progress bar either."""


STEPS: dict[str, Callable[..., Mapping[str, object]]] = {
    function.__name__: function
    for function in (make_lake, run_limit, run_pandas, build_case_marts, refresh, compare, run_postgres)
}

if __name__ == "__main__":
    print(json.dumps(STEPS[sys.argv[1]](**json.loads(sys.argv[2]))))

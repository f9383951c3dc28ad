"""Measure every step of a run, and put the figures together as one record."""

import os
import platform
import statistics
import sys
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

from benchmarks import step
from benchmarks.bench import Bench, Measured, StepError
from benchmarks.results import CpuSeconds, Machine, Peers, PostgresFigures, Ratios, Record, Skipped
from fingerplan.paths import PROJECT

# `make postgres` creates it; without it, the step says what is missing
ENGINES_PYTHON = PROJECT / ".venv-engines" / "bin" / "python"
HISTORIES = (12, 60)  # months in the warehouse before a refresh, besides all of them
REPEATS = 3
TINY_MONTHS, TINY_MUNICIPALITIES, TINY_CASES = 12, 1, 50


@dataclass(frozen=True)
class Sizes:
    """The size of a run: `cases` is rows a month for each municipality, `peer_months` the months that Postgres gets."""

    months: int
    municipalities: int
    cases: int
    peer_months: int

    @property
    def lake_months(self) -> int:
        """Months of the largest lake: a refresh adds one month to the longest history."""
        return max(self.months, TINY_MONTHS) + 1

    @property
    def histories(self) -> list[int]:
        """Months in the warehouse before a refresh, ascending."""
        return sorted({*(point for point in HISTORIES if point < self.months), self.months})


@dataclass(frozen=True)
class FullBuilds:
    """Builds from scratch: of all months, of the tiny lake, and of the limit and pandas."""

    full: list[Measured[step.Built]]
    tiny: list[Measured[step.Built]]
    limit: list[Measured[step.Nothing]]
    pandas: Measured[step.Nothing]


@dataclass(frozen=True)
class Refreshes:
    """Refreshes by one month: by months of history, of the tiny lake, with nothing to do, by the limit and pandas."""

    by_history: dict[int, list[Measured[step.Refreshed]]]
    tiny: list[Measured[step.Refreshed]]
    unchanged: list[Measured[step.Refreshed]]
    limit: list[Measured[step.Nothing]]
    pandas: Measured[step.Nothing]
    imports_s: float


def measure(bench: Bench, sizes: Sizes, commit: str) -> tuple[Record, list[str]]:
    """Take every figure of a run.

    Returns:
        The record, and a line for each difference between the figures of the project and those of the others.

    Raises:
        StepError: a step failed, or a refresh with nothing to do has published.
    """
    load_before = os.getloadavg()[0]
    tiny, _ = bench.lake(TINY_MONTHS + 1, TINY_MUNICIPALITIES, TINY_CASES)
    lake, rows = bench.lake(sizes.months + 1, sizes.municipalities, sizes.cases)
    builds = _measure_builds(bench, tiny, lake, sizes.months)
    refreshes = _measure_refreshes(bench, tiny, lake, sizes)
    differing = _compare(bench, lake, sizes.months)
    peers, differing_peers = _measure_peers(bench, lake, min(sizes.peer_months, sizes.months), builds, refreshes)
    return record(sizes, commit, rows, builds, refreshes, peers, _machine(load_before)), differing + differing_peers


def _measure_builds(bench: Bench, tiny: Path, lake: Path, months: int) -> FullBuilds:
    bench.build(tiny, TINY_MONTHS)  # not measured: compiles the modules of the copy
    of_tiny = [bench.build(tiny, TINY_MONTHS) for _ in range(REPEATS)]
    full, limit = [], []
    for _ in range(REPEATS):  # alternately, so that both meet the same noise on a shared machine
        limit.append(bench.limit(lake, months))
        full.append(bench.build(lake, months))
    return FullBuilds(full, of_tiny, limit, bench.pandas(lake, months))


def _measure_refreshes(bench: Bench, tiny: Path, lake: Path, sizes: Sizes) -> Refreshes:
    months = sizes.months
    bench.refresh(tiny, TINY_MONTHS, "-X", "importtime")
    imports_s = import_seconds(bench.stderr)
    limit = [bench.limit(lake, months + 1, last_only=True) for _ in range(REPEATS)]
    pandas = bench.pandas(lake, months + 1, last_only=True)
    of_tiny = []
    by_history: dict[int, list[Measured[step.Refreshed]]] = {point: [] for point in sizes.histories}
    for _ in range(REPEATS):
        of_tiny.append(bench.refresh(tiny, TINY_MONTHS))
        for point, measured in by_history.items():
            measured.append(bench.refresh(lake, point))
    unchanged = [bench.publish(lake, months + 1) for _ in range(REPEATS)]
    if any(measured.result["is_published"] for measured in unchanged):
        raise StepError("a refresh with nothing to do has published")
    return Refreshes(by_history, of_tiny, unchanged, limit, pandas, imports_s)


def _compare(bench: Bench, lake: Path, months: int) -> list[str]:
    """Compare the limit with the full build, the refreshed warehouse and pandas."""
    last_month = sorted(folder.name for folder in (lake / "cases").iterdir())[months].removeprefix("month=")
    everything, month = bench.limit_file(last_only=False), bench.limit_file(last_only=True)
    return [
        *(f"full build: {line}" for line in bench.compare(everything, bench.built, True, None)),
        *(f"refresh: {line}" for line in bench.compare(month, bench.refreshed, True, last_month)),
        *(f"pandas: {line}" for line in bench.compare(everything, bench.pandas_file(False), False, None)),
        *(f"pandas, one month: {line}" for line in bench.compare(month, bench.pandas_file(True), False, None)),
    ]


def _measure_peers(
    bench: Bench, lake: Path, months: int, builds: FullBuilds, refreshes: Refreshes
) -> tuple[Peers, list[str]]:
    """Add Postgres to pandas; return the figures and the differences."""
    postgres, differing = _measure_postgres(bench, lake, months)
    peers: Peers = {
        "pandas": {
            "full_s": round(builds.pandas.seconds, 2),
            "month_s": round(refreshes.pandas.seconds, 2),
            "peak_mb": round(builds.pandas.peak_mb),
        },
        "postgres": postgres,
    }
    return peers, [f"Postgres against DuckDB: {line}" for line in differing]


def _measure_postgres(bench: Bench, lake: Path, months: int) -> tuple[PostgresFigures | Skipped, list[str]]:
    """Build on Postgres and on DuckDB, then one month more on both."""
    if months < 1:
        return {"skipped": "Postgres not tried: --peer-months is 0"}, []
    file = str(bench.work / "peer" / "fingerplan.duckdb")
    duckdb_full = bench.measure(partial(step.build_case_marts, folder=str(lake), months=months, file=file))
    duckdb_month = bench.measure(partial(step.build_case_marts, folder=str(lake), months=months + 1, file=file))
    python = ENGINES_PYTHON if ENGINES_PYTHON.exists() else sys.executable
    call = partial(step.run_postgres, folder=str(lake), months=months, reference=file)
    result = bench.measure(call, python=python).result
    if "skipped" in result:
        return result, []
    figures: PostgresFigures = {
        "months": months,
        "load_s": round(result["load_s"], 2),
        "full_s": round(result["full_s"], 2),
        "month_s": round(result["month_s"], 2),
        "version": result["version"],
        "duckdb_full_s": round(duckdb_full.seconds, 2),
        "duckdb_month_s": round(duckdb_month.seconds, 2),
        "full_ratio": round(result["full_s"] / duckdb_full.seconds, 2),
        "month_ratio": round(result["month_s"] / duckdb_month.seconds, 2),
    }
    return figures, result["differing"]


def record(
    sizes: Sizes,
    commit: str,
    rows: step.Lake,
    builds: FullBuilds,
    refreshes: Refreshes,
    peers: Peers,
    machine: Machine,
) -> Record:
    """Put the figures of a run together; of repeated steps the median, of peak memory the maximum."""
    months = sizes.months
    longest = refreshes.by_history[months]
    by_history = {str(point): _median(measured) for point, measured in refreshes.by_history.items()}
    full_s = _median(builds.full)
    row_count = sum(rows["rows"][:months])
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "commit": commit,
        "months": months,
        "municipalities": sizes.municipalities,
        "cases": sizes.cases,
        "rows": row_count,
        "full_build_s": full_s,
        "refresh_s": by_history[str(months)],
        "limit_full_s": _median(builds.limit),
        "limit_refresh_s": _median(refreshes.limit),
        "fixed_s": _median(refreshes.tiny),
        "fixed_full_s": _median(builds.tiny),
        "noop_s": _median(refreshes.unchanged),
        "cpu_s": _cpu_seconds(builds, refreshes, longest),
        "peak_mb": _peak(builds.full),
        "limit_peak_mb": _peak(builds.limit),
        "refresh_peak_mb": _peak(longest),
        "rows_per_s": round(row_count / full_s),
        "refresh_rows": rows["rows"][months],
        "history": by_history,
        "history_cpu_s": {str(point): _median_cpu(measured) for point, measured in refreshes.by_history.items()},
        "history_all": {
            str(point): [round(one.seconds, 2) for one in measured] for point, measured in refreshes.by_history.items()
        },
        "ratios": _ratios(builds, by_history.values()),
        "fixed_parts_s": {**_parts(refreshes.tiny), "of all these, imports": round(refreshes.imports_s, 2)},
        "refresh_parts_s": _parts(longest),
        "nodes": {"full_build": builds.full[0].result["nodes"], "refresh": longest[0].result["nodes"]},
        "file_mb": {
            "extracts": round(sum(rows["parquet_mb"][:months]), 1),
            "case_marts": round(builds.full[0].result["file_mb"], 1),
            "published": round(longest[-1].result["file_mb"], 1),
        },
        "peers": peers,
        "versions": {
            "python": platform.python_version(),
            **{package: version(package) for package in ("duckdb", "dbt-core", "dbt-duckdb", "pandas")},
        },
        "machine": machine,
    }


def import_seconds(importtime: str) -> float:
    """Add up the time of each module without those that it imports, from the output of `python -X importtime`."""
    lines = (line.removeprefix("import time:").split("|") for line in importtime.splitlines() if "|" in line)
    return sum(int(parts[0]) for parts in lines if parts[0].strip().isdigit()) / 1e6


def _cpu_seconds(
    builds: FullBuilds, refreshes: Refreshes, longest: list[Measured[step.Refreshed]]
) -> CpuSeconds:
    return {
        "full_build": _median_cpu(builds.full),
        "limit_full": _median_cpu(builds.limit),
        "fixed_full": _median_cpu(builds.tiny),
        "refresh": _median_cpu(longest),
        "fixed": _median_cpu(refreshes.tiny),
        "pandas": round(builds.pandas.cpu_s, 2),
    }


def _ratios(builds: FullBuilds, by_history: Collection[float]) -> Ratios:
    full_s, limit_s, fixed_full_s = _median(builds.full), _median(builds.limit), _median(builds.tiny)
    return {
        "full_build_to_limit": round(full_s / limit_s, 2),
        "full_build_less_fixed_to_limit": round((full_s - fixed_full_s) / limit_s, 2),
        "pandas_to_full_build": round(builds.pandas.seconds / full_s, 2),
        "history_slowest_to_fastest": round(max(by_history) / min(by_history), 2),
    }


def _parts(measured: list[Measured[step.Refreshed]]) -> dict[str, float]:
    """Return the median seconds of each part of a refresh."""
    parts = {
        name: round(statistics.median(one.result["parts"][name] for one in measured), 2)
        for name in measured[0].result["parts"]
    }
    ends = [one.seconds - sum(one.result["parts"].values()) for one in measured]
    return {**parts, "end of Python": round(statistics.median(ends), 2)}


def _median(measured: Iterable[Measured[object]]) -> float:
    return round(statistics.median(one.seconds for one in measured), 2)


def _median_cpu(measured: Iterable[Measured[object]]) -> float:
    return round(statistics.median(one.cpu_s for one in measured), 2)


def _peak(measured: Iterable[Measured[object]]) -> int:
    return round(max(one.peak_mb for one in measured))


def _machine(load_before: float) -> Machine:
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return {"cores": os.cpu_count(), "memory_gb": round(memory_gb, 1), "load_before": round(load_before, 1)}

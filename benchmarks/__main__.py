"""Time the case marts on synthetic extracts of any size: `make bench`.

`docs/reference/performance.md` says what the figures mean.

Every measured step is a process of its own: its time is that of the whole process, from a cold Python to its end, and
its memory is its own peak. Beside the product stand, in the same run, the limit (SQL by hand in DuckDB) and what a user
would pick instead: pandas, and Postgres with the same models. All must give the same figures, else the exit code is 1.
The last line of stdout is one JSON object; it is added to benchmarks/results.jsonl too.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import results
from benchmarks.lake import make_project
from fingerplan.paths import PROJECT
from tests.engines.building import temporary_folder, working

# `make postgres` makes it; where it is not there, the step says what is missing
ENGINES_PYTHON = PROJECT / ".venv-engines" / "bin" / "python"
HISTORIES = (12, 60)  # months, beside all
REPEATS = 3
TINY = {"municipalities": 1, "cases": 50}
TINY_MONTHS = 12


@dataclass(frozen=True)
class Measured:
    """What came of a step: its wall time and that of the processors in seconds, its peak memory, and what it said.

    Where the machine is shared, the time of the processors says whether the wall time is the step's own.
    """

    seconds: float
    cpu_s: float
    peak_mb: float
    said: dict


class StepError(Exception):
    """A step that failed, with what it printed."""


class Bench:
    """The folder that a run works in, and the project in it."""

    def __init__(self, folder: Path, months: int, municipalities: int):
        """Copy the project anew; lakes stay."""
        self.folder = folder
        self.project = folder / "project"
        self.work = folder / "work"
        self.built = self.work / "full" / "fingerplan.duckdb"
        for made in (self.project, self.work):
            shutil.rmtree(made, ignore_errors=True)
        self.work.mkdir(parents=True)
        # one month more than the largest history, which its refresh adds
        self.commit = _commit()  # of what is copied, not of what is there at the end
        make_project(self.project, municipalities, max(months, TINY_MONTHS) + 1)

    def lake(self, months: int, municipalities: int, cases: int) -> tuple[Path, Measured]:
        """Write the lake, as far as it is not there."""
        lake = self.folder / f"lake-{municipalities}x{cases}"
        arguments = {"months": months, "municipalities": municipalities, "cases": cases}
        return lake, self.measure("make_lake", lake=str(lake), **arguments)

    def measure(self, step: str, *options: str, python: Path | str = sys.executable, **arguments: object) -> Measured:
        """Run a step in a process of its own; `options` are of Python.

        Raises:
            StepError: where it fails.
        """
        named = {name: str(value) if isinstance(value, Path) else value for name, value in arguments.items()}
        # what a shell has set for the product, dbt or Python (such as to keep no bytecode) is not for the copy
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("FINGERPLAN_", "DBT_", "PYTHON"))}
        started = time.time()
        process = subprocess.Popen(
            [python, *options, "-m", "benchmarks.step", step, json.dumps(named)],
            cwd=self.project,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=(self.work / "stderr.txt").open("w"),
            text=True,
        )
        try:
            with working(f"{step} {named}"):
                stdout = process.stdout.read()
                # also gives what getrusage gives the process itself
                _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.terminate()  # not killed: a step may have a Postgres to stop
            process.wait()
            raise
        seconds = time.time() - started
        process.returncode = status
        if status:
            raise StepError(f"{step} {named} failed\n{stdout}\n{(self.work / 'stderr.txt').read_text()}")
        peak_mb = usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
        return Measured(seconds, usage.ru_utime + usage.ru_stime, peak_mb, json.loads(stdout.splitlines()[-1]))

    def build(self, lake: Path, months: int) -> Measured:
        """Build the case marts from nothing: also without what dbt has kept of an earlier start."""
        shutil.rmtree(self.built.parent, ignore_errors=True)
        return self.measure("build_case_marts", lake=lake, months=months, file=self.built)

    def compute(self, step: str, name: str, lake: Path, months: int, last_only: bool = False) -> Measured:
        """Compute the same figures without the project, into the file `name`.duckdb."""
        file = self.work / f"{name}.duckdb"
        file.unlink(missing_ok=True)
        return self.measure(step, lake=lake, months=months, file=file, last_only=last_only)

    def refresh(self, lake: Path, months: int, *options: str) -> Measured:
        """Add a month to a warehouse of `months` months, each time from the same base; what it published stays."""
        place, base = self.work / "warehouse", self.work / f"base-{lake.name}-{months}"
        shutil.rmtree(place, ignore_errors=True)
        if not base.exists():
            place.mkdir()
            self.publish(lake, months, tested=False)
            place.rename(base)
        shutil.copytree(base, place)
        return self.publish(lake, months + 1, *options)

    def publish(self, lake: Path, months: int, *options: str, tested: bool = True) -> Measured:
        """Publish `months` months as a refresh does, where they are not published already."""
        file = self.work / "warehouse" / "fingerplan.duckdb"
        arguments = {"lake": lake, "months": months, "warehouse": file, "tested": tested}
        return self.measure("refresh", *options, started=time.time(), **arguments)


def main() -> int:
    """Measure, print, and keep the line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("--months", type=int, default=120)
    parser.add_argument("--municipalities", type=int, default=98)
    parser.add_argument("--cases", type=int, default=5000, help="rows a month of each municipality")
    parser.add_argument("--peer-months", type=int, default=6, help="how many months Postgres gets; 0 leaves it out")
    parser.add_argument("--folder", type=Path, help="keeps the extracts for the next run; else a temporary one")
    sizes = parser.parse_args()
    if min(sizes.months, sizes.municipalities, sizes.cases) < 1 or sizes.months < 2:
        parser.error("at least two months, one municipality and one case")
    try:
        with temporary_folder("bench") as folder:
            return _run(sizes.folder.absolute() if sizes.folder else folder, sizes)
    except StepError as failed:
        print(failed, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped", file=sys.stderr)
        return 130


def _run(folder: Path, sizes: argparse.Namespace) -> int:
    bench = Bench(folder, sizes.months, sizes.municipalities)
    line, differing = _measure(bench, sizes)
    console = Console(width=None if sys.stdout.isatty() else 120)
    _print(console, line)
    for difference in differing:
        console.print(f"DIFFERENT: {difference}", highlight=False, markup=False, soft_wrap=True)
    print(results.add(line))
    return 1 if differing else 0


def _measure(bench: Bench, sizes: argparse.Namespace) -> tuple[dict, list[str]]:
    """Take every figure.

    Returns:
        The line of the run, and what differs between the product and the others.
    """
    months, work = sizes.months, bench.work
    load_before = os.getloadavg()[0]
    tiny, _ = bench.lake(TINY_MONTHS + 1, **TINY)
    lake, made = bench.lake(months + 1, sizes.municipalities, sizes.cases)
    rows = sum(made.said["rows"][:months])

    # first, and not measured: compiles the modules of the copy
    bench.build(tiny, TINY_MONTHS)
    fixed_full = [bench.build(tiny, TINY_MONTHS) for _ in range(REPEATS)]
    bench.refresh(tiny, TINY_MONTHS, "-X", "importtime")
    imports_s = _import_seconds((work / "stderr.txt").read_text())

    full, limit_full = [], []
    for _ in range(REPEATS):  # in turn: both meet the same noise of a shared machine
        limit_full.append(bench.compute("run_limit", "limit", lake, months))
        full.append(bench.build(lake, months))
    built = bench.built
    limit_refresh = [
        bench.compute("run_limit", "limit-month", lake, months + 1, last_only=True) for _ in range(REPEATS)
    ]
    pandas_full = bench.compute("run_pandas", "pandas", lake, months)
    pandas_month = bench.compute("run_pandas", "pandas-month", lake, months + 1, last_only=True)

    fixed, history = [], {point: [] for point in sorted({*(point for point in HISTORIES if point < months), months})}
    for _ in range(REPEATS):
        fixed.append(bench.refresh(tiny, TINY_MONTHS))
        for point, measured in history.items():
            measured.append(bench.refresh(lake, point))
    refreshed = work / "warehouse" / "fingerplan.duckdb"
    unchanged = [bench.publish(lake, months + 1) for _ in range(REPEATS)]
    if any(measured.said["published"] for measured in unchanged):
        raise StepError("a refresh that had nothing to do has published")

    last_month = sorted(folder.name for folder in (lake / "cases").iterdir())[months].removeprefix("month=")
    differing = []
    for name, computed, other, from_marts, only in (
        ("full build against the limit", "limit.duckdb", built, True, None),
        ("refresh against the limit", "limit-month.duckdb", refreshed, True, last_month),
        ("pandas against the limit", "limit.duckdb", work / "pandas.duckdb", False, None),
        ("pandas' month against the limit", "limit-month.duckdb", work / "pandas-month.duckdb", False, None),
    ):
        held = {"computed": work / computed, "other": other, "from_marts": from_marts, "last_month": only}
        differing += [f"{name}: {found}" for found in bench.measure("compare", **held).said["differing"]]

    peers = {"pandas": {"full_s": _s(pandas_full), "month_s": _s(pandas_month), "peak_mb": round(pandas_full.peak_mb)}}
    peers["postgres"] = _postgres(bench, lake, min(sizes.peer_months, months))
    differing += [f"Postgres against DuckDB: {found}" for found in peers["postgres"].pop("differing", [])]

    by_history = {point: _median(measured) for point, measured in history.items()}
    full_s, limit_s = _median(full), _median(limit_full)
    line = {
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "commit": bench.commit,
        "months": months,
        "municipalities": sizes.municipalities,
        "cases": sizes.cases,
        "rows": rows,
        "full_build_s": _median(full),
        "refresh_s": by_history[months],
        "limit_full_s": _median(limit_full),
        "limit_refresh_s": _median(limit_refresh),
        "fixed_s": _median(fixed),
        "fixed_full_s": _median(fixed_full),
        "noop_s": _median(unchanged),
        "cpu_s": {
            "full_build": _median(full, "cpu_s"),
            "limit_full": _median(limit_full, "cpu_s"),
            "fixed_full": _median(fixed_full, "cpu_s"),
            "refresh": _median(history[months], "cpu_s"),
            "fixed": _median(fixed, "cpu_s"),
            "pandas": round(pandas_full.cpu_s, 2),
        },
        "peak_mb": round(max(one.peak_mb for one in full)),
        "limit_peak_mb": round(max(one.peak_mb for one in limit_full)),
        "refresh_peak_mb": round(max(one.peak_mb for one in history[months])),
        "rows_per_s": round(rows / full_s),
        "refresh_rows": made.said["rows"][months],
        "history": by_history,
        "history_cpu_s": {point: _median(measured, "cpu_s") for point, measured in history.items()},
        "history_all": {point: [_s(one) for one in measured] for point, measured in history.items()},
        "ratios": {
            "full_build_to_limit": round(full_s / limit_s, 2),
            "full_build_less_fixed_to_limit": round((full_s - _median(fixed_full)) / limit_s, 2),
            "pandas_to_full_build": round(pandas_full.seconds / full_s, 2),
            "history_slowest_to_fastest": round(max(by_history.values()) / min(by_history.values()), 2),
        },
        "fixed_parts_s": _parts(fixed, imports_s),
        "refresh_parts_s": _parts(history[months], None),
        "nodes": {"full_build": full[0].said["nodes"], "refresh": history[months][0].said["nodes"]},
        "file_mb": {
            "extracts": round(sum(made.said["parquet_mb"][:months]), 1),
            "case_marts": round(full[0].said["file_mb"], 1),
            "published": round(history[months][-1].said["file_mb"], 1),
        },
        "peers": peers,
        "versions": {
            "python": platform.python_version(),
            **{package: version(package) for package in ("duckdb", "dbt-core", "dbt-duckdb", "pandas")},
        },
        "machine": {
            "cores": os.cpu_count(),
            "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
            "load_before": round(load_before, 1),
        },
    }
    return line, differing


def _postgres(bench: Bench, lake: Path, months: int) -> dict:
    """The same build on Postgres and on DuckDB, then a month more on both."""
    if months < 1:
        return {"skipped": "not asked for"}
    file = bench.work / "peer" / "fingerplan.duckdb"
    duckdb_full = bench.measure("build_case_marts", lake=lake, months=months, file=file)
    duckdb_month = bench.measure("build_case_marts", lake=lake, months=months + 1, file=file)
    python = ENGINES_PYTHON if ENGINES_PYTHON.exists() else sys.executable
    said = bench.measure("run_postgres", python=python, lake=lake, months=months, reference=file).said
    if "skipped" in said:
        return said
    return {
        "months": months,
        **{name: round(value, 2) if isinstance(value, float) else value for name, value in said.items()},
        "duckdb_full_s": _s(duckdb_full),
        "duckdb_month_s": _s(duckdb_month),
        "full_ratio": round(said["full_s"] / duckdb_full.seconds, 2),
        "month_ratio": round(said["month_s"] / duckdb_month.seconds, 2),
    }


def _parts(measured: list[Measured], imports_s: float | None) -> dict[str, float]:
    """Where the time of a refresh went, by the median of each part."""
    parts = {
        name: round(statistics.median(one.said["parts"][name] for one in measured), 2)
        for name in measured[0].said["parts"]
    }
    parts["end of Python"] = round(
        statistics.median(one.seconds - sum(one.said["parts"].values()) for one in measured), 2
    )
    return {**parts, **({} if imports_s is None else {"of all these, imports": round(imports_s, 2)})}


def _import_seconds(said: str) -> float:
    """Add up what `python -X importtime` says each module took without those that it imports, in seconds."""
    lines = (line.removeprefix("import time:").split("|") for line in said.splitlines() if "|" in line)
    return sum(int(parts[0]) for parts in lines if parts[0].strip().isdigit()) / 1e6


def _s(measured: Measured) -> float:
    return round(measured.seconds, 2)


def _median(measured: list[Measured], figure: str = "seconds") -> float:
    return round(statistics.median(getattr(one, figure) for one in measured), 2)


def _commit() -> str:
    """The commit, and whether the tree has changed since."""
    found = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    return found.stdout.strip() or "unknown"


def _print(console: Console, line: dict) -> None:
    table = Table("what", "seconds", "beside it", title=f"{line['rows']:,} case-months, {line['months']} months")
    table.columns[1].justify = "right"

    def row(what: str, seconds: float, beside: str = "") -> None:
        table.add_row(what, f"{seconds:.2f}", beside)

    ratios, peers = line["ratios"], line["peers"]
    row("full build of the case marts", line["full_build_s"], f"{line['rows_per_s']:,} rows/s, {line['peak_mb']} MB")
    row("  of a tiny lake", line["fixed_full_s"], "what is not SQL on the rows")
    row("  limit: SQL by hand", line["limit_full_s"], f"{ratios['full_build_to_limit']} times it")
    row("  pandas", peers["pandas"]["full_s"], f"{ratios['pandas_to_full_build']} times the build")
    row(f"refresh of {line['refresh_rows']:,} rows, tested", line["refresh_s"], f"{line['refresh_peak_mb']} MB")
    row("  of a tiny lake", line["fixed_s"])
    for part, seconds in line["fixed_parts_s"].items():
        row(f"    {part}", seconds)
    row("  nothing to do", line["noop_s"])
    row("  limit: SQL by hand", line["limit_refresh_s"])
    row("  pandas", peers["pandas"]["month_s"])
    for point, seconds in line["history"].items():
        row(f"  after {point} months", seconds, " ".join(map(str, line["history_all"][point])))
    postgres = peers["postgres"]
    if "skipped" not in postgres:
        name = f"Postgres {postgres['version']}, months: {postgres['months']}"
        row(f"{name}: full", postgres["full_s"], f"DuckDB {postgres['duckdb_full_s']}: {postgres['full_ratio']} times")
        row(
            "  one month more",
            postgres["month_s"],
            f"DuckDB {postgres['duckdb_month_s']}: {postgres['month_ratio']} times",
        )
        row("  loading the extracts", postgres["load_s"], "DuckDB reads them where they lie")
    console.print(table)
    if "skipped" in postgres:
        console.print(postgres["skipped"], markup=False)
    for what, found, limit in results.asked_for(line):
        said = "met" if found <= limit else "NOT MET"
        console.print(f"{said}: {what}: {found:g}, at most {limit:g}", highlight=False, soft_wrap=True)


if __name__ == "__main__":
    raise SystemExit(main())

"""Run measured steps, each in a process of its own, in a copy of the project."""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

from benchmarks import step
from benchmarks.engines.building import working
from benchmarks.lake import make_project

Result = TypeVar("Result")
Result_co = TypeVar("Result_co", covariant=True)


class StepError(Exception):
    """A step failed; the message is its output."""


@dataclass(frozen=True)
class Measured(Generic[Result_co]):
    """Wall time and CPU time of a step in seconds, its peak memory in MB, and its result.

    On a shared machine, CPU time tells whether the wall time is that of the step itself.
    """

    seconds: float
    cpu_s: float
    peak_mb: float
    result: Result_co


class Bench:
    """The folder of a run, with lakes and a copy of the project in it."""

    def __init__(self, folder: Path, months: int, municipalities: int):
        """Copy the project again; lakes are kept.

        Args:
            folder: where to work.
            months: the months of the largest lake.
            municipalities: its municipalities.
        """
        self.folder = folder
        self.project = folder / "project"
        self.work = folder / "work"
        self.built = self.work / "full" / "fingerplan.duckdb"
        for earlier in (self.project, self.work):
            shutil.rmtree(earlier, ignore_errors=True)
        self.work.mkdir(parents=True)
        make_project(self.project, municipalities, months)

    @property
    def refreshed(self) -> Path:
        """The warehouse that was published last."""
        return self.work / "warehouse" / "fingerplan.duckdb"

    @property
    def stderr(self) -> str:
        """What the last step wrote to stderr."""
        return (self.work / "stderr.txt").read_text()

    def measure(
        self, call: "partial[Result]", python: Path | str = sys.executable, options: tuple[str, ...] = ()
    ) -> Measured[Result]:
        """Run a step in a process of its own.

        Args:
            call: a function of `benchmarks.step` with its arguments, by name.
            python: the interpreter.
            options: options of the interpreter.

        Raises:
            StepError: the step failed.
        """
        name, arguments = call.func.__name__, json.dumps(call.keywords)
        # settings of the user's shell for the project, dbt or Python (such as to keep no bytecode) are not for the copy
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("FINGERPLAN_", "DBT_", "PYTHON"))}
        started = time.monotonic()
        with (self.work / "stdout.txt").open("w") as stdout, (self.work / "stderr.txt").open("w") as stderr:
            process = subprocess.Popen(
                [python, *options, "-m", "benchmarks.step", name, arguments],
                cwd=self.project,
                env=environment,
                stdout=stdout,
                stderr=stderr,
            )
        try:
            with working(f"{name} {arguments}"):
                # also returns what getrusage returns in the process itself
                _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.terminate()  # not kill: a step may have a Postgres server to stop
            process.wait()
            raise
        seconds = time.monotonic() - started
        process.returncode = status
        printed = (self.work / "stdout.txt").read_text()
        if status:
            raise StepError(f"{name} {arguments} failed\n{printed}\n{self.stderr}")
        peak_mb = usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
        return Measured(seconds, usage.ru_utime + usage.ru_stime, peak_mb, json.loads(printed.splitlines()[-1]))

    def lake(self, months: int, municipalities: int, cases: int) -> tuple[Path, step.Lake]:
        """Write the months of a lake that do not exist yet."""
        lake = self.folder / f"lake-{municipalities}x{cases}"
        call = partial(step.make_lake, folder=str(lake), months=months, municipalities=municipalities, cases=cases)
        return lake, self.measure(call).result

    def build(self, lake: Path, months: int) -> Measured[step.Built]:
        """Build the case marts from scratch, also without what dbt has cached in an earlier build."""
        shutil.rmtree(self.built.parent, ignore_errors=True)
        return self.measure(partial(step.build_case_marts, folder=str(lake), months=months, file=str(self.built)))

    def limit(self, lake: Path, months: int, last_only: bool = False) -> Measured[step.Nothing]:
        """Compute the same figures with SQL by hand, into `limit_file`."""
        file = self.limit_file(last_only)
        file.unlink(missing_ok=True)
        return self.measure(
            partial(step.run_limit, folder=str(lake), months=months, file=str(file), last_only=last_only)
        )

    def pandas(self, lake: Path, months: int, last_only: bool = False) -> Measured[step.Nothing]:
        """Compute the same figures in pandas, into `pandas_file`."""
        file = self.pandas_file(last_only)
        file.unlink(missing_ok=True)
        return self.measure(
            partial(step.run_pandas, folder=str(lake), months=months, file=str(file), last_only=last_only)
        )

    def limit_file(self, last_only: bool) -> Path:
        """Return the file of the limit: all months, or the last one only."""
        return self.work / ("limit-month.duckdb" if last_only else "limit.duckdb")

    def pandas_file(self, last_only: bool) -> Path:
        """Return the file of pandas: all months, or the last one only."""
        return self.work / ("pandas-month.duckdb" if last_only else "pandas.duckdb")

    def refresh(self, lake: Path, months: int, *options: str) -> Measured[step.Refreshed]:
        """Add a month to a warehouse of `months` months, each time from the same base; the result is kept."""
        base = self.work / f"base-{lake.name}-{months}"
        shutil.rmtree(self.refreshed.parent, ignore_errors=True)
        if not base.exists():
            self.refreshed.parent.mkdir()
            self.publish(lake, months, is_tested=False)
            self.refreshed.parent.rename(base)
        shutil.copytree(base, self.refreshed.parent)
        return self.publish(lake, months + 1, *options)

    def publish(self, lake: Path, months: int, *options: str, is_tested: bool = True) -> Measured[step.Refreshed]:
        """Publish the first `months` months as a refresh does; it does nothing if they are published already."""
        call = partial(
            step.refresh,
            started=time.time(),
            folder=str(lake),
            months=months,
            warehouse=str(self.refreshed),
            is_tested=is_tested,
        )
        return self.measure(call, options=options)

    def compare(self, limit_file: Path, other: Path, is_warehouse: bool, last_month: str | None) -> list[str]:
        """Compare the figures of the limit with others; return the differences."""
        call = partial(
            step.compare,
            limit_file=str(limit_file),
            other=str(other),
            is_warehouse=is_warehouse,
            last_month=last_month,
        )
        return self.measure(call).result["differing"]

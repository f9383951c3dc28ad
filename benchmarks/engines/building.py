"""Build the warehouse with plain dbt on any target, in a process and a folder that do not outlive this one."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from fingerplan.paths import PROJECT

# as a module: an environment that extends another one has no `dbt` command
_DBT = (sys.executable, "-c", "from dbt.cli.main import cli; cli()")
_STOP_SIGNALS = (signal.SIGTERM, signal.SIGHUP)
_KINDS = {"seed": "seeds", "model": "models", "test": "data tests", "unit_test": "unit tests"}


class MissingEngineError(Exception):
    """What the machine lacks to run an engine, and how to get it; exit code 2."""


class BuildError(Exception):
    """A build or a server failed; the message is the program's own."""


@dataclass(frozen=True)
class Built:
    """How many nodes dbt ran, by resource type, and how long it took."""

    target: str
    counts: dict[str, int]
    seconds: float

    def __str__(self) -> str:
        """Summarize the build in one line."""
        passed = [f"{self.counts.get(kind, 0)} {name}" for kind, name in _KINDS.items() if self.counts.get(kind)]
        return f"dbt build --target {self.target}: {', '.join(passed)} passed in {self.seconds:.0f} s"


def run_script(name: str, work: Callable[[Path], int]) -> int:
    """Call `work` with a temporary folder; turn the errors that stop it into one line and an exit code."""
    try:
        with temporary_folder(name) as folder:
            return work(folder)
    except MissingEngineError as missing:
        print(missing, file=sys.stderr)
        return 2
    except BuildError as failed:
        print(failed, file=sys.stderr)
        print("0 passed, 1 failed")
        return 1
    except KeyboardInterrupt:
        print("Stopped; started processes have ended and temporary files are deleted", file=sys.stderr)
        return 130


def dbt_build(target: str, folder: Path, *arguments: str, **environment: str) -> Built:
    """Run `dbt build` on a target, with its artefacts below `folder`.

    Raises:
        BuildError: the build failed; the message is dbt's output from the first error on.
    """
    artefacts = folder / f"dbt-{target}"
    command = [*_DBT, "--no-use-colors", "--log-level-file", "none", "build"]
    command += ["--target", target, "--target-path", str(artefacts)]
    command += ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT / "profiles"), *arguments]
    outcome = run(command, environment)
    if outcome.returncode:
        _, completed, errors = outcome.stdout.partition("Completed with")
        raise BuildError(f"dbt build --target {target} failed\n{completed}{errors or outcome.stdout}{outcome.stderr}")
    results = json.loads((artefacts / "run_results.json").read_text(encoding="utf-8"))
    kinds = Counter(result["unique_id"].partition(".")[0] for result in results["results"])
    return Built(target, kinds, results["elapsed_time"])


def build_reference(folder: Path, *arguments: str) -> Path:
    """Build the DuckDB marts into a file below `folder`, without tests: `make test` runs those."""
    file = folder / "fingerplan.duckdb"
    dbt_build("ci", folder, "--exclude-resource-type", "test", "unit_test", *arguments, FINGERPLAN_CI_FILE=str(file))
    return file


def kept_tables(target: str, folder: Path) -> dict[str, str]:
    """List the incremental tables of a target, as {schema.table: the column that holds the month}.

    Args:
        target: a target that `dbt_build` has built.
        folder: the folder that was given to it.
    """
    manifest = json.loads((folder / f"dbt-{target}" / "manifest.json").read_text(encoding="utf-8"))
    kept = {}
    for node in manifest["nodes"].values():
        config = node["config"]
        if config.get("materialized") == "incremental":
            kept[f"{node['schema']}.{node['name']}"] = config.get("unique_key") or config["partition_by"][0]
    return kept


def run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command in the project and capture its output; it is killed if this process is interrupted."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DBT_")}
    process = subprocess.Popen(
        command,
        cwd=PROJECT,
        env={**kept, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        stdout, stderr = process.communicate()
    except BaseException:
        process.kill()
        process.wait()
        raise
    return subprocess.CompletedProcess(command, process.returncode, stdout, stderr)


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show on a terminal what is running; print nothing in a pipe."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(what):
        yield


@contextmanager
def temporary_folder(name: str) -> Iterator[Path]:
    """Provide a folder that is deleted afterwards, also when the script is terminated."""

    def stop(number: int, _frame: object) -> None:
        for ignored in (*_STOP_SIGNALS, signal.SIGINT):  # a second signal must not interrupt the clean-up
            signal.signal(ignored, signal.SIG_IGN)
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, stop) for number in _STOP_SIGNALS}
    try:
        with tempfile.TemporaryDirectory(prefix=f"fingerplan-{name}-") as folder:
            yield Path(folder)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

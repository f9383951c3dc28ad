"""Build the warehouse on a target, and say what was built; shared by the scripts of the engines."""

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

PROJECT = Path(__file__).resolve().parents[2]
# the command `dbt` is not in an environment that lies over another
_DBT = (sys.executable, "-c", "from dbt.cli.main import cli; cli()")
_STOPPING = (signal.SIGTERM, signal.SIGHUP)
_KINDS = {"seed": "seeds", "model": "models", "test": "data tests", "unit_test": "unit tests"}


class MissingEngineError(Exception):
    """What the machine lacks for an engine, and how to get it; exit code 2."""


class BuildError(Exception):
    """What dbt said before it stopped."""


@dataclass(frozen=True)
class Built:
    """How many seeds, models and tests dbt ran, and in how many seconds."""

    target: str
    counts: dict[str, int]
    seconds: float

    def __str__(self) -> str:
        """Say it in a line."""
        said = [f"{self.counts.get(kind, 0)} {name}" for kind, name in _KINDS.items() if self.counts.get(kind)]
        return f"dbt build --target {self.target}: {', '.join(said)} passed in {self.seconds:.0f} s"


def run_script(name: str, work: Callable[[Path], int]) -> int:
    """Do the work of a script in a temporary folder, say in a line what stops it, and give the exit code."""
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
        print("Stopped; what was started and its folder are gone", file=sys.stderr)
        return 130


def dbt_build(target: str, folder: Path, *arguments: str, **environment: str) -> Built:
    """Run `dbt build` on a target, with its artefacts below `folder`.

    Raises:
        BuildError: with dbt's own words, from the first error on.
    """
    artefacts = folder / f"dbt-{target}"
    command = [*_DBT, "--no-use-colors", "--log-level-file", "none", "build"]
    command += ["--target", target, "--target-path", str(artefacts)]
    command += ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT / "profiles"), *arguments]
    outcome = run(command, environment)
    if outcome.returncode:
        said = outcome.stdout.partition("Completed with")
        raise BuildError(f"dbt build --target {target} failed\n{said[1]}{said[2] or outcome.stdout}{outcome.stderr}")
    results = json.loads((artefacts / "run_results.json").read_text(encoding="utf-8"))
    kinds = Counter(result["unique_id"].partition(".")[0] for result in results["results"])
    return Built(target, kinds, results["elapsed_time"])


def compile_models(target: str, folder: Path) -> dict[str, str]:
    """Compile the project for a target without a server, and give the SQL of every model and data test by its name.

    Raises:
        BuildError: with dbt's own words.
    """
    artefacts = folder / f"dbt-{target}"
    command = [*_DBT, "--no-use-colors", "--log-level-file", "none", "compile"]
    # a full refresh asks for no table that is there
    command += ["--full-refresh", "--no-populate-cache", "--no-introspect"]
    command += ["--target", target, "--target-path", str(artefacts)]
    command += ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT / "profiles")]
    outcome = run(command, {})
    if outcome.returncode:
        raise BuildError(f"dbt compile --target {target} failed\n{outcome.stdout}{outcome.stderr}")
    nodes = json.loads((artefacts / "manifest.json").read_text(encoding="utf-8"))["nodes"].values()
    return {node["name"]: node["compiled_code"] for node in nodes if node["resource_type"] in ("model", "test")}


def build_reference(folder: Path, *arguments: str) -> Path:
    """Build DuckDB's own marts into a file below `folder`; that they pass their tests is for `make test` to show."""
    file = folder / "fingerplan.duckdb"
    dbt_build("ci", folder, "--exclude-resource-type", "test", "unit_test", *arguments, FINGERPLAN_CI_FILE=str(file))
    return file


def kept_tables(target: str, folder: Path) -> dict[str, str]:
    """Say which tables a target keeps from run to run, as {schema.table: the column that holds the month}.

    Args:
        target: one whose models `dbt_build` has built, with its artefacts below `folder`.
        folder: that folder.
    """
    manifest = json.loads((folder / f"dbt-{target}" / "manifest.json").read_text(encoding="utf-8"))
    kept = {}
    for node in manifest["nodes"].values():
        config = node["config"]
        if config.get("materialized") == "incremental":
            kept[f"{node['schema']}.{node['name']}"] = config.get("unique_key") or config["partition_by"][0]
    return kept


def run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command in the project and take what it prints; it does not outlive this process's interruption."""
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
    """Show on a terminal what is being waited for; in a pipe nothing."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(what):
        yield


@contextmanager
def temporary_folder(name: str) -> Iterator[Path]:
    """Give a folder that is gone afterwards, also where the script is told to stop."""

    def stop(number: int, _frame: object) -> None:
        for ignored in (*_STOPPING, signal.SIGINT):  # a second one must not break off the tidying up
            signal.signal(ignored, signal.SIG_IGN)
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, stop) for number in _STOPPING}
    try:
        with tempfile.TemporaryDirectory(prefix=f"fingerplan-{name}-") as folder:
            yield Path(folder)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

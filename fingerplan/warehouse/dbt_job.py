"""Run dbt in this process and say in our own words what failed."""

import gc
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fingerplan.errors import BUILD_FAILED, Refused
from fingerplan.paths import PROJECT

# a selection of the models that a new month can change, and of their tests
FOLLOWS_FROM_EXTRACTS = ("--select", "path:models/staging/extracts+", "--exclude", "tag:full_build")


@dataclass(frozen=True)
class TestResult:
    """What came of a data test: pass, warn, fail, error or skipped; failing rows are None where it did not run."""

    name: str
    status: str
    failing_rows: int | None


@dataclass
class Built:
    """What dbt did: nodes by resource type ("seed", "model", "test", "unit_test"), tests, and what failed.

    `warnings` and `failures` are lines for the user; the build is good where there are no failures.
    """

    counts: dict[str, int] = field(default_factory=dict)
    tests: list[TestResult] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """Look for no garbage while a run lasts, nor at the end of the process for what the run has left.

    With the modules of dbt and Great Expectations in memory that was a fifth of a refresh, and a run leaves nothing
    behind.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def build(
    build_file: Path, extracts: Path | None, on_progress: Callable[[int, int], None], *arguments: str
) -> Built:
    """Load the seeds, build every model and run every data test into `build_file`.

    Args:
        build_file: the DuckDB file to write; where it exists, the build goes on from it.
        extracts: the folder of the list of the archive's versions; None builds from the sample.
        on_progress: called with (nodes done, nodes in all).
        arguments: what else dbt is to be told, such as a selection.

    Raises:
        Refused: exit code 4, where dbt could not even start.
    """
    os.environ["FINGERPLAN_BUILD_FILE"] = str(build_file)
    # imported late: it takes over a second, which a rejected seed should not wait for
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    finished = []  # dbt's threads add to it

    def follow(event) -> None:
        if event.info.name == "LogStartLine":
            on_progress(len(finished), event.data.total)
        elif event.info.name == "NodeFinished":
            finished.append(event)

    try:
        outcome = dbtRunner(callbacks=[follow]).invoke(
            [
                *("--log-level", "none", "--log-level-file", "none", "--no-write-json"),
                *("build", "--target", "prod"),
                *_extracts_from(extracts),
                *arguments,
                *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT / "profiles")),
                # a cache beside the file: the parse is thrown away when the target changes, and builds of two
                # warehouses must not share one
                *("--target-path", str(build_file.parent / "dbt")),
            ]
        )
    finally:
        # in this process dbt keeps the file locked, which would leave its log unmerged at the swap
        DuckDBConnectionManager.close_all_connections()
    if outcome.result is None:
        raise Refused(BUILD_FAILED, [f"dbt: {_first_lines(str(outcome.exception))}"])
    built = Built()
    for result in getattr(outcome.result, "results", []):
        kind = str(result.node.resource_type.value)
        if kind == "operation":  # the hooks, which do nothing on DuckDB
            continue
        built.counts[kind] = built.counts.get(kind, 0) + 1
        if kind == "test":
            built.tests.append(TestResult(result.node.name, str(result.status), result.failures))
        if result.status == "warn":
            built.warnings.append(
                f"test {result.node.name}: rows to look at: {result.failures}, kept in audit.{result.node.alias}"
            )
    if not outcome.success:
        built.failures = _failures(getattr(outcome.result, "results", []))
    return built


def _extracts_from(extracts: Path | None) -> list[str]:
    """Choose the extracts; the unit tests are of the code, so a refresh, whose data are new, leaves them out."""
    if extracts is None:
        return []
    variables = json.dumps({"extracts": "archive", "extract_archive": str(extracts), "only_due_months": True})
    return ["--vars", variables, "--exclude-resource-type", "unit_test"]


def _failures(results) -> list[str]:
    lines = []
    for result in results:
        if result.status not in ("error", "fail", "runtime error"):
            continue
        name = result.node.name
        if result.failures and result.node.resource_type.value == "test":
            lines.append(f"test {name}: failing rows: {result.failures}, kept in audit.{result.node.alias}")
        else:
            lines.append(f"{result.node.resource_type.value} {name}: {_first_lines(result.message or 'failed')}")
    skipped = sum(result.status == "skipped" for result in results)
    if skipped:
        lines.append(f"{skipped} nodes below these were not built")
    return lines or ["dbt failed without naming a node; run dbt build to see its log"]


def _first_lines(message: str) -> str:
    """The part of dbt's message that says what is wrong: its first lines, without the code that follows."""
    lines = [line.strip() for line in message.splitlines() if line.strip() and not line.strip().startswith("LINE ")]
    return " ".join(lines[:3])

"""Run dbt in this process, and turn what failed into lines for the user."""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from fingerplan.errors import BUILD_FAILED, Refused
from fingerplan.paths import PROJECT

if TYPE_CHECKING:  # dbt is imported late
    from dbt.artifacts.schemas.results import NodeResult
    from dbt_common.events.base_types import EventMsg

# selects the models that a new month can change, and their tests; the keys of intermediates are tested in a full build
FOLLOWS_FROM_EXTRACTS = ("--select", "path:models/staging/extracts+", "--exclude", "tag:full_build")


@dataclass(frozen=True)
class TestResult:
    """The outcome of a data test: pass, warn, fail, error or skipped; failing rows are None where it did not run."""

    name: str
    status: str
    failing_rows: int | None


@dataclass
class Built:
    """The outcome of a build: nodes by resource type ("seed", "model", "test", "unit_test"), tests, and failures.

    `warnings` and `failures` are lines for the user; the build is good if there are no failures.
    """

    counts: dict[str, int] = field(default_factory=dict)
    tests: list[TestResult] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """Collect no garbage during a run, nor afterwards what the run has left.

    With the modules of dbt and Great Expectations in memory, collection took a fifth of a refresh and freed nothing.
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
    # imported late: it takes over a second, and a rejected seed should not have to wait for it
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    finished: list[EventMsg] = []  # dbt's threads add to it

    def follow(event: EventMsg) -> None:
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
        DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call] # dbt-duckdb has no types here
    if outcome.result is None:
        raise Refused(BUILD_FAILED, [f"dbt: {_first_lines(str(outcome.exception))}"])
    return _summed_up(getattr(outcome.result, "results", []), outcome.success)


def _summed_up(results: Sequence[NodeResult], is_good: bool) -> Built:
    built = Built()
    for result in results:
        kind = str(result.node.resource_type.value)
        if kind == "operation":  # the hooks, which do nothing on DuckDB
            continue
        built.counts[kind] = built.counts.get(kind, 0) + 1
        if kind == "test":
            built.tests.append(TestResult(result.node.name, str(result.status), result.failures))
        if result.status == "warn":
            relation = getattr(result.node, "alias", result.node.name)
            built.warnings.append(
                f"test {result.node.name}: rows to look at: {result.failures}, kept in audit.{relation}"
            )
    if not is_good:
        built.failures = _failures(results)
    return built


def _extracts_from(extracts: Path | None) -> list[str]:
    """Choose the extracts; unit tests are left out, because only data are new in a refresh, not the code."""
    if extracts is None:
        return []
    variables = json.dumps({"extracts": "archive", "extract_archive": str(extracts), "only_due_months": True})
    return ["--vars", variables, "--exclude-resource-type", "unit_test"]


def _failures(results: Sequence[NodeResult]) -> list[str]:
    lines = []
    for result in results:
        if result.status not in ("error", "fail", "runtime error"):
            continue
        name = result.node.name
        if result.failures and result.node.resource_type.value == "test":
            relation = getattr(result.node, "alias", name)
            lines.append(f"test {name}: failing rows: {result.failures}, kept in audit.{relation}")
        else:
            lines.append(f"{result.node.resource_type.value} {name}: {_first_lines(result.message or 'failed')}")
    skipped = sum(result.status == "skipped" for result in results)
    if skipped:
        lines.append(f"{skipped} nodes below these were not built")
    return lines or ["dbt failed without naming a node; run dbt build to see its log"]


def _first_lines(message: str) -> str:
    """Return the part of dbt's message that says what is wrong: its first lines, without the code that follows."""
    lines = [line.strip() for line in message.splitlines() if line.strip() and not line.strip().startswith("LINE ")]
    return " ".join(lines[:3])

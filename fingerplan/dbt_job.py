"""Run dbt in this process and say in our own words what failed."""

import os
from collections.abc import Callable
from pathlib import Path

from fingerplan.errors import BUILD_FAILED, Refused
from fingerplan.paths import PROJECT


def build(
    build_file: Path, on_progress: Callable[[int, int], None], on_warning: Callable[[str], None]
) -> dict[str, int]:
    """Load the seeds, build every model and run every test into `build_file`.

    Args:
        build_file: the DuckDB file to write; it should not exist.
        on_progress: called with (nodes done, nodes in all).
        on_warning: called with one line for each test of severity warn that finds something.

    Returns:
        Number of nodes by resource type, such as {"seed": 24, "model": 27, "test": 190, "unit_test": 10}.

    Raises:
        Refused: exit code 4, with one line for each node that failed.
    """
    os.environ["FINGERPLAN_BUILD_FILE"] = str(build_file)
    # imported late: it takes over a second, which a rejected seed should not wait for
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    done = 0

    def follow(event) -> None:
        nonlocal done
        if event.info.name == "LogStartLine":
            on_progress(done, event.data.total)
        elif event.info.name == "NodeFinished":
            done += 1

    try:
        outcome = dbtRunner(callbacks=[follow]).invoke(
            [
                *("--log-level", "none", "--log-level-file", "none", "--no-write-json"),
                *("build", "--target", "prod"),
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
    results = getattr(outcome.result, "results", [])
    if not outcome.success:
        raise Refused(BUILD_FAILED, _failures(results))
    counts: dict[str, int] = {}
    for result in results:
        if result.status == "warn":
            on_warning(
                f"test {result.node.name}: rows to look at: {result.failures}, kept in audit.{result.node.alias}"
            )
        kind = str(result.node.resource_type.value)
        counts[kind] = counts.get(kind, 0) + 1
    return counts


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

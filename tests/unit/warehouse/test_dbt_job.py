"""What dbt did becomes counts, tests and lines for the user."""

import gc
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from fingerplan.errors import BUILD_FAILED, Refused
from fingerplan.warehouse import dbt_job


def result(kind: str, name: str, status: str, failures: int | None = None, message: str = "") -> SimpleNamespace:
    node = SimpleNamespace(resource_type=SimpleNamespace(value=kind), name=name, alias=f"{name}_alias")
    return SimpleNamespace(node=node, status=status, failures=failures, message=message)


RESULTS = [
    result("model", "fct_a", "success"),
    result("operation", "a_hook", "success"),
    result("test", "a_claim", "pass", 0),
    result("test", "a_doubt", "warn", 2),
    result("test", "a_lie", "fail", 3),
    result("model", "fct_b", "error", None, "Runtime Error\n\n  no column x\n  LINE 1: select x\n  4\n  5"),
    result("model", "fct_c", "skipped"),
]


@pytest.fixture
def told(monkeypatch):
    """Stand in for dbt; gives what it was told, and lets the outcome be chosen."""
    from dbt.cli import main

    said = SimpleNamespace(arguments=[], outcome=None)

    class Runner:
        def __init__(self, callbacks):
            self.callbacks = callbacks

        def invoke(self, arguments):
            said.arguments = arguments
            for name in ("LogStartLine", "NodeFinished", "LogStartLine"):
                self.callbacks[0](SimpleNamespace(info=SimpleNamespace(name=name), data=SimpleNamespace(total=2)))
            return said.outcome

    monkeypatch.setattr(main, "dbtRunner", Runner)
    monkeypatch.setenv("FINGERPLAN_BUILD_FILE", "")
    return said


def test_a_build_counts_its_nodes_and_says_what_failed(told, tmp_path):
    told.outcome = SimpleNamespace(success=False, exception=None, result=SimpleNamespace(results=RESULTS))
    progress = []
    extracts = tmp_path / "extracts"
    built = dbt_job.build(tmp_path / "a.duckdb", extracts, lambda *done: progress.append(done), "--select", "x")
    assert built.counts == {"model": 3, "test": 3}, "the hooks are no nodes"
    assert [(test.name, test.status, test.failing_rows) for test in built.tests] == [
        *(("a_claim", "pass", 0), ("a_doubt", "warn", 2), ("a_lie", "fail", 3))
    ]
    assert built.warnings == ["test a_doubt: rows to look at: 2, kept in audit.a_doubt_alias"]
    assert built.failures == [
        "test a_lie: failing rows: 3, kept in audit.a_lie_alias",
        "model fct_b: Runtime Error no column x 4",
        "1 nodes below these were not built",
    ]
    assert progress == [(0, 2), (1, 2)]
    variables = json.loads(told.arguments[told.arguments.index("--vars") + 1])
    assert variables["extract_archive"] == str(tmp_path / "extracts")
    assert {"--select", "x", "unit_test"} <= set(told.arguments)


def test_a_good_build_has_no_failures_and_reads_the_sample_where_there_is_no_archive(told, tmp_path):
    told.outcome = SimpleNamespace(success=True, exception=None, result=SimpleNamespace(results=RESULTS[:3]))
    assert dbt_job.build(tmp_path / "a.duckdb", None, lambda *_: None).failures == []
    assert "--vars" not in told.arguments


def test_dbt_that_cannot_start_is_refused_in_one_line(told):
    told.outcome = SimpleNamespace(success=False, exception="Parsing Error\n  at a.sql", result=None)
    with pytest.raises(Refused, match=r"^dbt: Parsing Error at a\.sql$") as refused:
        dbt_job.build(Path("a.duckdb"), None, lambda *_: None)
    assert refused.value.exit_code == BUILD_FAILED


def test_a_failure_without_a_name_is_one_all_the_same():
    assert dbt_job._failures([]) == ["dbt failed without naming a node; run dbt build to see its log"]


def test_garbage_is_collected_again_after_a_run_that_fails():
    try:
        with pytest.raises(ValueError, match="x"), dbt_job.no_garbage_collection():
            assert not gc.isenabled()
            raise ValueError("x")
        assert gc.isenabled()
    finally:
        gc.unfreeze()

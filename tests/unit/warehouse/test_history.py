"""The history loses no run, whatever ends it, and says what changed between two publications."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from fingerplan.warehouse import dbt_job
from fingerplan.warehouse import history as module
from fingerplan.warehouse.history import History, Run, project_sha256
from fingerplan.warehouse.history_tables import TABLES, CountedVersion, records, runs_in_order
from fingerplan.warehouse.lock import Holder
from fingerplan.warehouse.publications import changes, last_publication
from tests.support.small_warehouse import small_warehouse


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "history")


def rows(file: Path, query: str) -> list[tuple]:
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(query).fetchall()


def published(history: History, run_id: str, before: Path, **values: str) -> Path:
    file = small_warehouse(history.folder.parent / run_id / "fingerplan.duckdb", **values)
    history.write_into(file, before, Run(run_id, "refresh", tests=[dbt_job.TestResult("a_test", "pass", 0)]))
    return file


def test_a_run_that_published_nothing_is_a_folder_of_its_own(history):
    run = Run("run-1", "refresh", tests=[dbt_job.TestResult("a_test", "fail", 3)], findings=["one", "two"])
    history.add(run, "failed", 4)
    assert sorted(file.name for file in (history.folder / "run-1").iterdir()) == ["run.parquet", "test_result.parquet"]
    with duckdb.connect() as connection:
        runs, tests = (records(history.folder, table) for table in ("run", "test_result"))
        said = connection.execute(f"select outcome, exit_code, findings from {runs}").fetchall()
        tested = connection.execute(f"select * from {tests}").fetchall()
    assert said == [("failed", 4, "one\ntwo")]
    assert tested == [("run-1", "a_test", "fail", 3)]


def test_a_folder_without_runs_has_no_records(history):
    assert records(history.folder, "run") is None
    (history.folder / ".unfinished-run-1").mkdir(parents=True)
    (history.folder / ".unfinished-run-1" / "run.parquet").touch()
    assert records(history.folder, "run") is None


def test_the_second_publication_says_what_changed(history, tmp_path):
    first = published(history, "run-1", tmp_path / "none.duckdb")
    history.publish(first, "run-1")
    second = published(history, "run-2", first, realised="-200.00")
    with duckdb.connect(str(first), read_only=True) as connection:
        last = last_publication(connection)
        assert last is not None
        assert (last.run_id, last.command, last.publications) == ("run-1", "refresh", 1)
        assert changes(connection, last) is None
    with duckdb.connect(str(second), read_only=True) as connection:
        last = last_publication(connection)
        assert last is not None
        assert (last.run_id, last.publications, last.project_sha256) == ("run-2", 2, project_sha256())
        (change,) = changes(connection, last) or []
    assert (change.subject_kind, change.figure_name, change.as_of_month) == (
        *("station", "realised_to_date_dkk", date(2026, 5, 1)),
    )
    assert (change.value_before, change.value_after, change.moved_by) == (Decimal(-125), Decimal(-200), Decimal(-75))
    assert change.is_synthetic
    assert rows(second, "select run_id from history.run order by 1") == [("run-1",), ("run-2",)]


def test_the_same_figures_are_no_change(history, tmp_path):
    first = published(history, "run-1", tmp_path / "none.duckdb")
    history.publish(first, "run-1")
    second = published(history, "run-2", first)
    with duckdb.connect(str(second), read_only=True) as connection:
        assert changes(connection, last_publication(connection)) == []


def test_a_file_of_plain_dbt_was_published_by_nobody(tmp_path):
    with duckdb.connect(str(small_warehouse(tmp_path / "dev.duckdb"))) as connection:
        assert last_publication(connection) is None
        assert changes(connection, None) is None


def test_a_run_of_an_older_version_lacks_columns_and_is_kept(history, tmp_path):
    (history.folder / "run-0").mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute(
            "copy (select 'run-0' as run_id, 'build' as command, 'published' as outcome, 'x' as no_longer_there)"
            f" to '{history.folder}/run-0/run.parquet' (format parquet)"
        )
    file = published(history, "run-1", tmp_path / "none.duckdb")
    found = rows(file, "select run_id, command, project_sha256 is null from history.run order by 1")
    assert found == [("run-0", "build", True), ("run-1", "refresh", False)]


def test_a_killed_run_is_recovered_from_the_published_file_or_the_lock(history, tmp_path):
    file = published(history, "run-1", tmp_path / "none.duckdb")
    (history.folder / ".unfinished-run-9").mkdir(parents=True)
    history.published = [file]
    killed = Holder("run-2", "build", "kim", "host", 1, "2026-06-01T08:00:00Z")
    for _ in range(2):  # the second time finds nothing to do
        history.recover(killed)
        assert sorted(folder.name for folder in history.folder.iterdir()) == ["run-1", "run-2"]
    with duckdb.connect() as connection:
        said = connection.execute(
            f"select run_id, outcome, exit_code, findings from {records(history.folder, 'run')} order by run_id"
        ).fetchall()
    assert said == [("run-1", "published", 0, None), ("run-2", "killed", None, f"killed: {killed}")]


def runs_of(history: History) -> list[tuple]:
    with duckdb.connect() as connection:
        relation = runs_in_order(connection, records(history.folder, "run") or "")
        return connection.execute(f"select run_no, run_id, outcome from {relation} order by run_order").fetchall()


def test_runs_are_numbered_whatever_the_clock_says_and_those_without_a_number_come_first(history, tmp_path):
    (history.folder / "2029-old").mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute(
            "copy (select '2029-old' as run_id, 'build' as command, 'published' as outcome)"
            f" to '{history.folder}/2029-old/run.parquet' (format parquet)"
        )
    first = published(history, "2030-ahead", tmp_path / "none.duckdb")
    history.publish(first, "2030-ahead")
    history.add(Run("2025-behind", "refresh"), "failed", 4)
    second = published(history, "2026-right", first, realised="-200.00")
    history.publish(second, "2026-right")
    assert runs_of(history) == [
        (None, "2029-old", "published"),
        *((1, "2030-ahead", "published"), (2, "2025-behind", "failed"), (3, "2026-right", "published")),
    ]
    with duckdb.connect(str(second), read_only=True) as connection:
        last = last_publication(connection)
        assert last is not None
        assert (last.run_id, last.run_no) == ("2026-right", 3)
        assert len(changes(connection, last) or []) == 1


def test_a_folder_that_lacks_tables_and_rows_is_completed_from_the_published_file(history, tmp_path):
    file = published(history, "run-1", tmp_path / "none.duckdb")
    history.publish(file, "run-1")
    whole = {path.name: path.read_bytes() for path in (history.folder / "run-1").iterdir()}
    (history.folder / "run-1" / "headline_figure.parquet").unlink()
    tests = history.folder / "run-1" / "test_result.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            "copy (select 'run-1' as run_id, 'another_test' as test_name, 'pass' as status, 0::bigint as failing_rows)"
            f" to '{tests}' (format parquet)"
        )
    history.published = [file]
    for _ in range(2):  # the second time finds nothing to do
        history.recover(None)
        assert history.repair() == []
        with duckdb.connect() as connection:
            found = connection.execute(f"select test_name from read_parquet('{tests}') order by 1").fetchall()
        assert found == [("a_test",), ("another_test",)], "what only the folder knows is kept"
    assert (history.folder / "run-1" / "headline_figure.parquet").read_bytes() == whole["headline_figure.parquet"]
    assert {path.name for path in (history.folder / "run-1").iterdir()} == set(whole)
    assert [path.name for path in history.folder.iterdir()] == ["run-1"]


@pytest.mark.parametrize("table", TABLES)
def test_a_damaged_file_is_one_line_and_recovered_from_a_published_file(history, tmp_path, table):
    run = Run("run-1", "refresh", versions=[CountedVersion("kpis", date(2026, 5, 1), 1, "a", "reported")])
    run.tests = [dbt_job.TestResult("a_test", "pass", 0)]
    before = small_warehouse(tmp_path / "before.duckdb", realised="-1.00")
    file = small_warehouse(tmp_path / "fingerplan.duckdb")
    history.write_into(file, before, run)
    history.publish(file, "run-1")
    history.add(Run("run-2", "refresh"), "failed", 4)
    damaged = history.folder / "run-1" / f"{table}.parquet"
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[:100])
    history.published = [file]
    last = Run("run-3", "refresh")
    history.write_into(small_warehouse(tmp_path / "next.duckdb"), file, last)
    wanted = "recovered from a published file, and kept as " + f"{table}.damaged"
    assert last.warnings == [f"{damaged}: could not be read; {wanted}"]
    assert damaged.read_bytes() == whole
    assert damaged.with_suffix(".damaged").read_bytes() == whole[:100]
    assert history.repair() == []
    assert len(runs_of(history)) == 2


def test_rows_that_the_folder_has_lost_are_published_again(history, tmp_path):
    file = published(history, "run-1", tmp_path / "none.duckdb")
    history.publish(file, "run-1")
    history.published = [file]
    tests = history.folder / "run-1" / "test_result.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"copy (select * from read_parquet('{tests}') limit 0) to '{tests}' (format parquet)")
    second = published(history, "run-2", file)
    assert rows(second, "select run_id, test_name from history.test_result order by 1") == [
        *(("run-1", "a_test"), ("run-2", "a_test"))
    ]


def test_a_damaged_file_that_no_published_file_holds_is_one_line_and_stops_nothing(history, tmp_path):
    history.add(Run("run-1", "refresh"), "failed", 4)
    damaged = history.folder / "run-1" / "run.parquet"
    damaged.write_bytes(b"damaged")
    failed = Run("run-3", "refresh")
    history.add(failed, "failed", 4)
    wanted = "no published file holds its rows, and kept as run.damaged"
    assert failed.warnings == [f"{damaged}: could not be read; {wanted}"]
    file = published(history, "run-2", tmp_path / "none.duckdb")
    assert rows(file, "select run_id from history.run order by run_no") == [("run-3",), ("run-2",)]


def test_the_history_is_recovered_from_every_file_that_was_published(history, tmp_path):
    first = published(history, "run-1", tmp_path / "none.duckdb")
    second = published(history, "run-2", first)  # the folder was gone when it was published
    history.published = [second, first]
    history.recover(None)
    assert {run_id for _, run_id, _ in runs_of(history)} == {"run-1", "run-2"}


def test_a_published_file_that_cannot_be_read_stops_no_recovery(history, tmp_path):
    broken = tmp_path / "fingerplan.duckdb"
    broken.write_bytes(b"not a warehouse")
    history.published = [broken]
    history.recover(None)
    assert history.repair() == []
    assert not history.folder.exists()


def test_the_checksum_follows_what_dbt_reads_and_nothing_else(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PROJECT", tmp_path)
    (tmp_path / "dbt_project.yml").write_text("name: x")
    for part in ("macros", "models", "seeds", "tests/data"):
        (tmp_path / part).mkdir(parents=True)
    (tmp_path / "models" / "a.sql").write_text("select 1")
    compute = project_sha256.__wrapped__
    first = compute()
    (tmp_path / "models" / "notes.md").write_text("not read")
    assert compute() == first
    (tmp_path / "models" / "a.sql").write_text("select 2")
    assert compute() != first

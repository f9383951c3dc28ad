"""The published file is the old one or the new one, whatever happens in between."""

import fcntl
import tempfile
import threading
from pathlib import Path

import duckdb
import pytest

from fingerplan.errors import BUILD_FAILED, LOCKED
from tests.support.project import WITHOUT_TESTS, WITHOUT_UNIT_TESTS, run_dbt, run_fingerplan
from tests.unit.test_seeds import change


def a_warehouse() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "fingerplan.duckdb"
        with duckdb.connect(str(file)) as connection:
            connection.execute("create table published_before as select 1 as one")
        return file.read_bytes()


BEFORE = a_warehouse()


@pytest.fixture
def published(project: Path) -> Path:
    file = project / "warehouse" / "fingerplan.duckdb"
    file.write_bytes(BEFORE)
    return file


def test_it_is_published_with_the_headline_and_readers_keep_what_they_have(project):
    elsewhere = project / "elsewhere" / "plan.duckdb"
    first = run_fingerplan(project, "build", FINGERPLAN_WAREHOUSE=str(elsewhere))
    assert first.returncode == 0, first.stderr
    assert "Plan total" in first.stdout
    assert "-3.950" in first.stdout
    assert "checks reconcile" in first.stdout
    assert "\x1b[" not in first.stdout + first.stderr, "colours and progress bars have no place in a pipe"
    with duckdb.connect(str(elsewhere), read_only=True) as reader:
        before = reader.execute("select count(*) from marts.fct_kpi").fetchone()
        second = run_fingerplan(project, "build", FINGERPLAN_WAREHOUSE=str(elsewhere), **WITHOUT_TESTS)
        assert second.returncode == 0, second.stderr
        assert reader.execute("select count(*) from marts.fct_kpi").fetchone() == before
        bytes_before = elsewhere.read_bytes()
        tested = run_dbt(project, "test", "--target", "published", FINGERPLAN_WAREHOUSE=str(elsewhere))
        assert tested.returncode == 0, tested.stdout
        assert "ERROR=0" in tested.stdout
    assert elsewhere.read_bytes() == bytes_before
    beside = sorted(path.name for path in elsewhere.parent.iterdir())
    assert beside == ["build", "history", "plan.duckdb", "plan.duckdb.lock", "previous"]


def test_an_open_overlap_warns_and_is_published(project):
    change(project, "plan/effect_overlaps.csv", ",station,", ",open,")
    outcome = run_fingerplan(project, "build", **WITHOUT_UNIT_TESTS)
    assert outcome.returncode == 0, outcome.stderr
    assert "Warning: test effect_overlaps__every_overlap_is_allocated: rows to look at: 1" in outcome.stderr
    assert (project / "warehouse" / "fingerplan.duckdb").is_file()


def test_a_failed_test_publishes_nothing_and_keeps_the_failing_rows(project, published):
    change(project, "documents/plan_table_cells.csv", "2025,-3.950,", "2025,-3.951,")
    outcome = run_fingerplan(project, "build", **WITHOUT_UNIT_TESTS)
    assert outcome.returncode == BUILD_FAILED
    assert "assert_every_table_meets_its_batch_controls: failing rows: 1" in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert published.read_bytes() == BEFORE
    rejected = project / "warehouse" / "rejected" / "fingerplan.duckdb"
    with duckdb.connect(str(rejected), read_only=True) as connection:
        rows = connection.execute("select table_id from audit.assert_every_table_meets_its_batch_controls").fetchall()
    assert rows == [("FP-01",)]


def test_a_model_that_cannot_be_built_publishes_nothing(project, published):
    model = project / "models" / "marts" / "plan" / "dim_track.sql"
    model.write_text(model.read_text().replace("track_no as integer", "track_name as integer"))
    outcome = run_fingerplan(project, "build", **WITHOUT_TESTS)
    assert outcome.returncode == BUILD_FAILED
    assert "model dim_track: " in outcome.stderr
    assert "Could not convert string" in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert published.read_bytes() == BEFORE


def test_a_project_that_dbt_cannot_read_publishes_nothing(project, published):
    (project / "models" / "marts" / "plan" / "dim_track.sql").write_text("select * from {{ ref('nowhere') }}")
    outcome = run_fingerplan(project, "build")
    assert outcome.returncode == BUILD_FAILED
    assert "nowhere" in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert published.read_bytes() == BEFORE


@pytest.mark.parametrize("place", ["folder", "file_in_the_way"])
def test_a_place_that_cannot_be_written_is_named(project, place):
    (project / "folder").mkdir()
    (project / "file_in_the_way").write_text("")
    target = project / place if place == "folder" else project / place / "fingerplan.duckdb"
    outcome = run_fingerplan(project, "build", FINGERPLAN_WAREHOUSE=str(target))
    assert outcome.returncode == BUILD_FAILED
    assert str(project / place) in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_two_builds_do_not_meet(project, published):
    with (published.parent / "fingerplan.duckdb.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        outcome = run_fingerplan(project, "build")
    assert outcome.returncode == LOCKED
    assert "another build is running; wait for it to end" in outcome.stderr
    assert published.read_bytes() == BEFORE


def test_a_reader_at_any_moment_of_a_build_finds_a_whole_warehouse(project):
    assert run_fingerplan(project, "build", **WITHOUT_TESTS).returncode == 0
    published = project / "warehouse" / "fingerplan.duckdb"
    stop = threading.Event()
    found = []

    def read_again_and_again():
        while not stop.is_set():
            with duckdb.connect(str(published), read_only=True) as connection:
                found.append(connection.execute("select count(*) from marts.rpt_reconciliation").fetchone())
            stop.wait(0.05)

    reader = threading.Thread(target=read_again_and_again)
    reader.start()
    try:
        outcome = run_fingerplan(project, "build", **WITHOUT_TESTS)
    finally:
        stop.set()
        reader.join()
    assert outcome.returncode == 0, outcome.stderr
    assert len(found) > 10
    assert len(set(found)) == 1


def test_a_file_that_cannot_be_read_is_not_treated_as_missing(project, published):
    """Otherwise versions in the archive that failed or were rolled back would count again."""
    published.write_bytes(b"no warehouse at all")
    outcome = run_fingerplan(project, "build")
    assert outcome.returncode == BUILD_FAILED
    assert "cannot be read" in outcome.stderr
    assert "fingerplan rollback" in outcome.stderr
    assert published.read_bytes() == b"no warehouse at all"


def test_a_log_that_somebody_left_beside_the_published_file_stops_the_build(project, published):
    """DuckDB would apply that log to the new file."""
    log = published.with_name("fingerplan.duckdb.wal")
    log.write_bytes(b"")
    outcome = run_fingerplan(project, "build")
    assert outcome.returncode == BUILD_FAILED
    assert f"{log}: somebody has opened the published file for writing" in outcome.stderr
    assert published.read_bytes() == BEFORE
    log.unlink()
    assert run_fingerplan(project, "build", **WITHOUT_TESTS).returncode == 0
    assert not published.stat().st_mode & 0o222, "a BI tool cannot open it for writing by mistake"

"""A municipality's year in short: deliveries, corrections, refusals, a failed test, a rollback, and what stays."""

import fcntl
import json
import shutil
import socket
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import text

from benchmarks.reliability import marts_differ
from fingerplan import bi
from fingerplan.errors import BUILD_FAILED, LOCKED, REJECTED
from fingerplan.gate.personal_data import OUR_PSEUDONYM
from tests.support.deliveries import as_csv, as_danish_csv, deliver, sample_rows
from tests.support.project import ROOT, copy_project, run_dbt, run_fingerplan


def query(file: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def april(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose warehouse is built from April, delivered in full."""
    project = copy_project(tmp_path_factory.mktemp("april"))
    outcome = run_fingerplan(project, "refresh", *deliver(project, "2026-04"))
    assert outcome.returncode == 0, outcome.stderr
    return project


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where each project that is changed stands in its turn: what dbt has parsed is of use to it only in one place."""
    return tmp_path_factory.mktemp("place") / "project"


@pytest.fixture(scope="module")
def may(april: Path, place: Path, tmp_path_factory: pytest.TempPathFactory):
    """The same project after May, with the output of that refresh."""
    shutil.copytree(april, place)
    outcome = run_fingerplan(place, "refresh", *deliver(place, "2026-05"))
    assert outcome.returncode == 0, outcome.stderr
    project = tmp_path_factory.mktemp("may") / "project"
    shutil.copytree(place, project)
    return project, outcome


@pytest.fixture
def warehouse(may, place: Path) -> Path:
    """A project with April and May published, to be changed."""
    shutil.rmtree(place)
    shutil.copytree(may[0], place)
    return place


def published(project: Path) -> Path:
    return project / "warehouse" / "fingerplan.duckdb"


def test_a_first_delivery_of_one_month_is_published(april):
    months = query(published(april), "select kind, month, version, data_origin from marts.dim_delivery order by kind")
    assert months == [(kind, date(2026, 4, 1), 1, "sample") for kind in ("cases", "kpis", "postings")]
    assert query(published(april), "select count(*) from marts.fct_high_cost_case_bridge") == [(0,)]
    tested = run_dbt(april, "test", "--target", "published", FINGERPLAN_WAREHOUSE=str(published(april)))
    assert tested.returncode == 0, "the controller's `dbt test` works on a refreshed warehouse too"


def test_the_next_month_says_what_moved(may):
    project, outcome = may
    assert "Gate: cases: 285 rows, 25 expectations met" not in outcome.stdout, "with April there are more expectations"
    assert "Changed since the previous publication" in outcome.stdout
    assert "High-cost cases, 75 pct. bracket" in outcome.stdout
    assert "The extracts are synthetic (sample)" in outcome.stdout
    assert "\x1b[" not in outcome.stdout + outcome.stderr
    moved = query(
        published(project),
        "select figure_name, value_before, value_after, moved_by from history.change"
        " where subject_id = '75' and period = 'latest' and figure_name = 'cases' and value_before is not null",
    )
    april_cases, may_cases = (
        sum(row[8] == "75" for row in sample_rows("cases", month)) for month in ("2026-04", "2026-05")
    )
    assert moved == [("cases", april_cases, may_cases, may_cases - april_cases)]
    stations = query(
        published(project), "select count(distinct subject_id) from history.change where subject_kind = 'station'"
    )
    assert stations == [(7,)]


def test_what_was_said_before_stays(may):
    project, _ = may
    said = query(
        published(project),
        "select as_of_month, figure_value from history.headline_figure"
        " where subject_id = 'fp2024-3' and period = '2026' and figure_name = 'realised_to_date_dkk'"
        " order by published_at",
    )
    assert [as_of for as_of, _ in said] == [date(2026, 4, 1), date(2026, 5, 1)]
    assert said[0][1] != said[1][1]
    results = query(published(project), "select run_id, test_name, status from history.test_result order by run_id")
    first, second = ({name for run, name, _ in results if run == of} for of in dict.fromkeys(r[0] for r in results))
    assert {status for *_, status in results} == {"pass"}
    assert len(first) > 100
    assert second < first, "the second went on from the first, and tested what follows from the extracts"
    followed = run_dbt(project, "--quiet", "ls", "--resource-type", "test", "--select", "path:models/staging/extracts+")
    assert second == {line.rsplit(".", 1)[-1] for line in followed.stdout.split()}
    comments = query(
        published(project), "select count(*) from duckdb_columns() where schema_name = 'history' and comment is null"
    )
    assert comments == [(0,)]


def test_the_same_input_again_gives_the_same_marts_and_no_version(warehouse, may):
    before = files_below(warehouse / "warehouse" / "archive")
    outcome = run_fingerplan(warehouse, "refresh", *deliver(warehouse, "2026-05"))
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout.count("the same as before") == 3
    assert "Published already, from these extracts and by this project" in outcome.stdout
    assert published(warehouse).read_bytes() == published(may[0]).read_bytes()
    note = warehouse / "models" / "marts" / "plan" / "dim_track.sql"
    note.write_text(note.read_text() + "-- a change of the project\n")
    outcome = run_fingerplan(warehouse, "refresh", *deliver(warehouse, "2026-05"))
    assert outcome.returncode == 0, outcome.stderr
    assert "Nothing has changed since the previous publication." in outcome.stdout, "built again, by another project"
    assert files_below(warehouse / "warehouse" / "archive") == before
    assert marts_differ(published(warehouse), published(may[0])) == []


def test_a_month_delivered_again_counts_and_a_rollback_takes_it_back(warehouse, may):
    rows = sample_rows("cases", "2026-05")
    rows.remove(next(row for row in reversed(rows) if row[8] == "none"))
    (warehouse / "again.csv").write_bytes(as_csv(rows))
    outcome = run_fingerplan(warehouse, "refresh", "--month", "2026-05", "--cases", str(warehouse / "again.csv"))
    assert outcome.returncode == 0, outcome.stderr
    version = "select version, row_count from marts.dim_delivery where kind = 'cases' and month = '2026-05-01'"
    assert query(published(warehouse), version) == [(2, 284)]
    assert "2026-05 (version 2)" in run_fingerplan(warehouse, "status").stdout
    back = run_fingerplan(warehouse, "rollback")
    assert back.returncode == 0, back.stderr
    assert published(warehouse).read_bytes() == published(may[0]).read_bytes()
    status = run_fingerplan(warehouse, "status")
    assert (
        "cases    │ 2026-04 to 2026-05, 2 months (sample) │ –        │ –       │ 2026-05 (version 2)" in status.stdout
    )
    assert status.returncode == 0
    rebuilt = run_fingerplan(warehouse, "build")
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert query(published(warehouse), version) == [(1, 285)], "what was taken back does not count again by itself"
    assert marts_differ(published(warehouse), published(may[0])) == []
    runs = query(published(warehouse), "select command, outcome from history.run order by run_id")
    assert runs == [("refresh", "published")] * 3 + [("rollback", "rolled_back"), ("build", "published")]


def test_a_refused_extract_changes_nothing_but_the_record(warehouse):
    before = published(warehouse).read_bytes()
    archive = files_below(warehouse / "warehouse" / "archive")
    options = deliver(warehouse, "2026-05")
    (warehouse / "cases_2026-05.csv").write_text("month,case_id\n2026-05,010170-1234\n")
    outcome = run_fingerplan(warehouse, "refresh", *options)
    assert outcome.returncode == REJECTED
    assert "row 2, column case_id: (masked: has the form of a CPR number)" in outcome.stderr
    assert "0170" not in outcome.stderr
    assert "Nothing was published" in outcome.stderr
    assert published(warehouse).read_bytes() == before
    assert files_below(warehouse / "warehouse" / "archive") == archive
    assert (warehouse / "cases_2026-05.csv.report.txt").is_file()
    status = run_fingerplan(warehouse, "status")
    assert status.returncode == 1
    assert "Not in order: the last refresh" in status.stdout
    assert "was rejected: cases_2026-05.csv" in status.stdout


def test_a_failed_test_publishes_nothing_and_the_month_can_be_delivered_again(warehouse, may):
    """A case that leaves its bracket unstated passes the gate; the data tests compute the bracket and say no."""
    before = published(warehouse).read_bytes()
    rows = sample_rows("cases", "2026-05")
    wrong = next(row for row in rows if row[8] == "75")
    wrong[8] = "25"
    (warehouse / "wrong.csv").write_bytes(as_csv(rows))
    outcome = run_fingerplan(warehouse, "refresh", "--month", "2026-05", "--cases", str(warehouse / "wrong.csv"))
    assert outcome.returncode == BUILD_FAILED
    test = "int_cases__refunds__stated_and_computed_bracket_agree"
    assert f"{test}: failing rows: 1, kept in audit.{test}" in outcome.stderr
    assert published(warehouse).read_bytes() == before
    rejected = warehouse / "warehouse" / "rejected" / "fingerplan.duckdb"
    assert query(rejected, f"select case_id from audit.{test}") == [(wrong[2],)]
    again = run_fingerplan(warehouse, "refresh", *deliver(warehouse, "2026-05"))
    assert again.returncode == 0, again.stderr
    assert "cases of 2026-05 (version 1, the same as before)" in again.stdout, "version 2 stays, and does not count"
    assert published(warehouse).read_bytes() == before
    assert run_fingerplan(warehouse, "build").returncode == 0
    assert marts_differ(published(warehouse), published(may[0])) == []
    failed = query(
        published(warehouse),
        "select test_name from history.test_result inner join history.run using (run_id)"
        " where outcome = 'failed' and status = 'fail'",
    )
    assert (test,) in failed


def test_a_warning_of_a_test_that_a_refresh_leaves_out_is_still_said(warehouse):
    seed = warehouse / "seeds" / "plan" / "effect_overlaps.csv"
    seed.write_text(seed.read_text().replace(",station,", ",open,"))
    assert run_fingerplan(warehouse, "build").returncode == 0
    assert " 1 warned, 0 failed" in run_fingerplan(warehouse, "status").stdout
    (warehouse / "fewer.csv").write_bytes(as_csv(sample_rows("cases", "2026-05")[:-1]))
    options = ("--month", "2026-05", "--cases", str(warehouse / "fewer.csv"))
    assert run_fingerplan(warehouse, "refresh", *options).returncode == 0
    assert " 1 warned, 0 failed" in run_fingerplan(warehouse, "status").stdout


def test_what_is_edited_while_dbt_builds_is_not_taken_for_built(warehouse):
    """Else every later refresh would go on with the seed of before."""
    edited = (
        "from fingerplan.warehouse import dbt_job\n"
        "build = dbt_job.build\n"
        "def edit_meanwhile(*arguments):\n"
        "    built = build(*arguments)\n"
        "    seed = dbt_job.PROJECT / 'seeds' / 'plan' / 'tracks.csv'\n"
        "    seed.write_text(seed.read_text().replace('5,', '5,Omdøbt ', 1))\n"
        "    return built\n"
        "dbt_job.build = edit_meanwhile\n"
        "from fingerplan.cli import app\n"
        "app(['build'])\n"
    )
    outcome = subprocess.run(
        [sys.executable, "-c", edited],
        cwd=warehouse,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(warehouse)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr
    named = "select count(*) from marts.dim_track where track_name like 'Omdøbt%'"
    assert query(published(warehouse), named) == [(0,)]
    (warehouse / "fewer.csv").write_bytes(as_csv(sample_rows("cases", "2026-05")[:-1]))
    options = ("--month", "2026-05", "--cases", str(warehouse / "fewer.csv"))
    assert run_fingerplan(warehouse, "refresh", *options).returncode == 0
    assert query(published(warehouse), named) == [(1,)]


def test_a_lost_warehouse_is_built_again_from_the_archive(warehouse, may):
    published(warehouse).unlink()
    assert run_fingerplan(warehouse, "status").returncode == 1
    outcome = run_fingerplan(warehouse, "build")
    assert outcome.returncode == 0, outcome.stderr
    assert marts_differ(published(warehouse), published(may[0])) == []


def test_a_lost_archive_is_named(warehouse):
    shutil.rmtree(warehouse / "warehouse" / "archive")
    before = published(warehouse).read_bytes()
    outcome = run_fingerplan(warehouse, "build")
    assert outcome.returncode == BUILD_FAILED
    assert "is published and not in the archive; restore the archive from the backup" in outcome.stderr
    assert published(warehouse).read_bytes() == before


def test_a_changed_archive_is_found(warehouse):
    """The manifest's rows and sum are held against what is loaded."""
    version = next((warehouse / "warehouse" / "archive" / "postings" / "month=2026-05-01").glob("version=*"))
    parquet = version / "extract.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"create table rows as from read_parquet('{parquet}')")
        connection.execute("update rows set amount_dkk = amount_dkk + 1 where line_id = 'fp2024-7-1'")
        parquet.unlink()
        connection.execute(f"copy rows to '{parquet}' (format parquet)")
    outcome = run_fingerplan(warehouse, "build")
    assert outcome.returncode == BUILD_FAILED
    assert "dim_delivery__what_is_loaded_is_what_was_archived: failing rows: 1" in outcome.stderr


def test_the_lock_says_who_holds_it_and_a_killed_holder_is_recorded(warehouse):
    lock = warehouse / "warehouse" / "fingerplan.duckdb.lock"
    holder = {"run_id": "20260601T060000000000Z-1", "command": "refresh", "owner": "drift", "host": "server1"}
    left = json.dumps({**holder, "process": 4711, "since": "2026-06-01T06:00:00Z"})
    dead = json.dumps({**holder, "host": socket.gethostname(), "process": 2**22 + 1, "since": "2026-06-01T06:00:00Z"})
    lock.write_text(dead)
    assert "was killed; the next run cleans up after it" in run_fingerplan(warehouse, "status").stdout
    lock.write_text(left)
    with lock.open("a") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        outcome = run_fingerplan(warehouse, "refresh", *deliver(warehouse, "2026-05"))
    assert outcome.returncode == LOCKED
    assert (
        "`fingerplan refresh` of drift since 2026-06-01T06:00:00Z (process 4711 on server1) is running"
        in outcome.stderr
    )
    previous = warehouse / "warehouse" / "previous"
    for number in range(4):
        folder = previous / f"2026010{number}T000000000000Z"
        folder.mkdir()
        shutil.copy(published(warehouse), folder / "fingerplan.duckdb")
    outcome = run_fingerplan(warehouse, "build")
    assert outcome.returncode == 0, outcome.stderr
    kept = sorted(folder.name for folder in previous.iterdir())
    assert len(kept) == 3, "three earlier versions are kept"
    assert kept[0] == "20260103T000000000000Z"
    with_lock = run_fingerplan(warehouse, "status")
    assert with_lock.returncode == 0, with_lock.stdout
    killed = query(
        published(warehouse), "select command, started_at::varchar, findings from history.run where outcome = 'killed'"
    )
    assert killed[0][:2] == ("refresh", "2026-06-01 06:00:00")
    assert "of drift" in killed[0][2]
    assert lock.read_text() == ""


def test_the_log_is_one_json_line_a_step(warehouse):
    rows = sample_rows("cases", "2026-05")
    (warehouse / "fewer.csv").write_bytes(as_csv(rows[:-1]))
    options = ("--month", "2026-05", "--cases", str(warehouse / "fewer.csv"), "--log-json")
    outcome = run_fingerplan(warehouse, "refresh", *options)
    assert outcome.returncode == 0, outcome.stderr
    lines = [json.loads(line) for line in outcome.stdout.splitlines()]
    steps = ["Checking seeds", "Gate", "Archive", "Building and testing", "moved", "end"]
    assert [line["step"] for line in lines] == steps
    assert all(line["level"] == "info" for line in lines)
    assert all(line["seconds"] >= 0 for line in lines if line["step"] != "moved")
    assert any(change[0] == "station" for change in lines[-2]["changes"])
    assert lines[-1]["exit_code"] == 0
    (warehouse / "cases_2026-05.csv").write_text("no extract\n")
    outcome = run_fingerplan(
        warehouse,
        "refresh",
        *deliver(warehouse, "2026-04")[:2],
        "--cases",
        str(warehouse / "cases_2026-05.csv"),
        "--log-json",
    )
    assert outcome.returncode == REJECTED
    lines = [json.loads(line) for line in outcome.stdout.splitlines()]
    assert lines[-1]["exit_code"] == REJECTED
    assert any("no heading of an extract" in line.get("message", "") for line in lines)


def test_a_reader_that_goes_away_does_not_unpublish(warehouse):
    """As in `fingerplan build | head -1`: the swap is done, so the exit code is 0."""
    before = published(warehouse).read_bytes()
    process = subprocess.Popen(
        [sys.executable, "-m", "fingerplan", "build"],
        cwd=warehouse,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(warehouse)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.readline()
    process.stdout.close()
    said = process.stderr.read().decode()
    assert process.wait() == 0, said
    assert "Traceback" not in said
    assert published(warehouse).read_bytes() != before


def test_a_municipalitys_own_extracts_are_reported_under_pseudonyms(project):
    """Case references go in, the key stays outside, and nothing of the sample is left."""
    rows = sample_rows("cases", "2026-05")
    own = [rows[0], *([*row[:2], f"00.01.00-S00-{row[2][-4:]}-25", *row[3:]] for row in rows[1:])]
    (project / "cases.csv").write_bytes(as_danish_csv(own))
    (project / "key").write_text("a key of a municipality, forty characters")
    (project / "key").chmod(0o600)
    options = ("refresh", "--month", "2026-05", "--cases", str(project / "cases.csv"))
    assert run_fingerplan(project, *options).returncode == REJECTED
    outcome = run_fingerplan(project, *options, FINGERPLAN_PSEUDONYM_KEY_FILE=str(project / "key"))
    assert outcome.returncode == 0, outcome.stderr
    assert "synthetic" not in outcome.stdout
    assert query(published(project), "select distinct data_origin from marts.fct_case_month") == [("reported",)]
    ids = query(published(project), "select distinct case_id from staging.stg_extracts__cases")
    assert all(OUR_PSEUDONYM.fullmatch(case_id) for (case_id,) in ids)
    kept = b"".join(files_below(project / "warehouse").values())
    assert b"00.01.00-S00" not in kept
    assert b"forty characters" not in kept
    status = run_fingerplan(project, "status")
    assert status.returncode == 1
    assert "the meeting calendar ends with 2026-06-09; add the next meetings" in status.stdout


def test_readers_never_see_an_error_an_empty_table_or_half_a_month(warehouse):
    """One refresh here; `make reliability` runs twenty."""
    (warehouse / "a.csv").write_bytes(as_csv(sample_rows("cases", "2026-05")[:-1]))
    seen, wrong, stop = set(), [], threading.Event()

    def read() -> None:
        engine = bi.engine(published(warehouse))
        while not stop.is_set():
            try:
                with engine.connect() as connection:
                    delivered = "select sum(row_count), max(version) from marts.dim_delivery where kind = 'cases'"
                    rows, version = connection.execute(text(delivered)).one()
                    cases = connection.execute(text("select sum(cases) from marts.fct_case_month")).scalar_one()
                if rows != cases:
                    wrong.append((rows, cases))
                seen.add((version, cases))
            except Exception as error:
                wrong.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        options = ("--month", "2026-05", "--cases", str(warehouse / "a.csv"))
        assert run_fingerplan(warehouse, "refresh", *options).returncode == 0
    finally:
        stop.set()
        reader.join()
    assert wrong == []
    assert len(seen) == 2


def test_great_expectations_and_pandas_are_imported_only_at_the_gate(project):
    imported = (
        "import sys; from fingerplan.cli import app; app({}, standalone_mode=False);"
        " print('imported:', sorted({{'pandas', 'great_expectations', 'openpyxl'}} & set(sys.modules)))"
    )
    for arguments, expected in ((["status"], []), (["build"], [])):
        outcome = subprocess.run(
            [sys.executable, "-c", imported.format(arguments)],
            cwd=project,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(project)},
            capture_output=True,
            text=True,
            check=False,
        )
        said = outcome.stdout.splitlines()
        assert f"imported: {expected}" in said or (arguments == ["status"] and outcome.returncode), outcome.stderr


def test_every_file_operation_of_a_refresh_may_be_its_last(tmp_path):
    """Killed before each of them in turn: the old file or the new one, and the next refresh puts the rest right."""
    outcome = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "support" / "crash.py"), str(tmp_path)],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr
    found = json.loads(outcome.stdout.splitlines()[-1])
    assert found["wrong"] == []
    assert found["operations"] > 20
    assert found["last exit code"] == 0
    assert found["states"]["old"] > 20
    assert found["states"]["new"] >= 2

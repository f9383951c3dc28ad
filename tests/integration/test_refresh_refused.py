"""A refresh that is refused or fails publishes nothing, and files lost or changed since the last one are noticed."""

import shutil
import subprocess
import sys

import duckdb

from benchmarks.deliveries import as_csv, deliver, sample_rows
from benchmarks.engines.compare import marts_differ
from fingerplan.errors import BUILD_FAILED, REJECTED
from tests.support.project import WITHOUT_TESTS, files_below, published, query, run_fingerplan


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
    """A case in the wrong bracket passes the gate; the data tests compute the bracket and fail."""
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
    assert run_fingerplan(warehouse, "build", **WITHOUT_TESTS).returncode == 0
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


def test_a_seed_edited_during_a_build_does_not_count_as_built(warehouse):
    """Otherwise every later refresh would keep building on the old seed."""
    edited = (
        "from fingerplan.warehouse import dbt_job\n"
        "build = dbt_job.build\n"
        "def edit_during_build(*arguments):\n"
        "    built = build(*arguments)\n"
        "    seed = dbt_job.PROJECT / 'seeds' / 'plan' / 'tracks.csv'\n"
        "    seed.write_text(seed.read_text().replace('5,', '5,Omdøbt ', 1))\n"
        "    return built\n"
        "dbt_job.build = edit_during_build\n"
        "from fingerplan.cli import app\n"
        "app(['build'])\n"
    )
    outcome = subprocess.run(
        [sys.executable, "-c", edited],
        cwd=warehouse,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(warehouse), **WITHOUT_TESTS},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr
    named = "select count(*) from marts.dim_track where track_name like 'Omdøbt%'"
    assert query(published(warehouse), named) == [(0,)]
    (warehouse / "fewer.csv").write_bytes(as_csv(sample_rows("cases", "2026-05")[:-1]))
    options = ("--month", "2026-05", "--cases", str(warehouse / "fewer.csv"))
    assert run_fingerplan(warehouse, "refresh", *options, **WITHOUT_TESTS).returncode == 0
    assert query(published(warehouse), named) == [(1,)]


def test_a_lost_warehouse_is_built_again_from_the_archive(warehouse, may):
    published(warehouse).unlink()
    assert run_fingerplan(warehouse, "status").returncode == 1
    outcome = run_fingerplan(warehouse, "build", **WITHOUT_TESTS)
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
    """The rows are compared with the manifest before anything is built from them."""
    version = next((warehouse / "warehouse" / "archive" / "postings" / "month=2026-05-01").glob("version=*"))
    parquet = version / "extract.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"create table rows as from read_parquet('{parquet}')")
        connection.execute("update rows set amount_dkk = amount_dkk + 1 where line_id = 'fp2024-7-1'")
        parquet.unlink()
        connection.execute(f"copy rows to '{parquet}' (format parquet)")
    outcome = run_fingerplan(warehouse, "build")
    assert outcome.returncode == BUILD_FAILED
    assert f"{parquet}: is not what was accepted (checksum of its content, control sum)" in outcome.stderr

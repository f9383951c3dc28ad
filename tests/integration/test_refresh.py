"""A municipality's year in brief: deliveries, a repeated month, a correction, a rollback, and what remains."""

import json
from datetime import date

from benchmarks.deliveries import as_csv, as_danish_csv, deliver, sample_rows
from benchmarks.engines.compare import marts_differ
from fingerplan.errors import REJECTED
from tests.support.deliveries import PSEUDONYM
from tests.support.project import WITHOUT_TESTS, files_below, published, query, run_dbt, run_fingerplan


def test_a_first_delivery_of_one_month_is_published(april):
    months = query(published(april), "select kind, month, version, data_origin from marts.dim_delivery order by kind")
    assert months == [(kind, date(2026, 4, 1), 1, "sample") for kind in ("cases", "kpis", "postings")]
    assert query(published(april), "select count(*) from marts.fct_high_cost_case_bridge") == [(0,)]
    tested = run_dbt(april, "test", "--target", "published", FINGERPLAN_WAREHOUSE=str(published(april)))
    assert tested.returncode == 0, "the controller's `dbt test` works on a refreshed warehouse too"


def test_the_next_month_says_what_changed(may):
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


def test_what_was_published_before_stays_in_the_history(may):
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
    assert second < first, "the second refresh built on the first, and tested only what follows from the extracts"
    selected = ("--select", "path:models/staging/extracts+", "--exclude", "tag:full_build")
    followed = run_dbt(project, "--quiet", "ls", "--resource-type", "test", *selected)
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
    outcome = run_fingerplan(warehouse, "refresh", *deliver(warehouse, "2026-05"), **WITHOUT_TESTS)
    assert outcome.returncode == 0, outcome.stderr
    assert "Nothing has changed since the previous publication." in outcome.stdout, "built again, by another project"
    assert files_below(warehouse / "warehouse" / "archive") == before
    assert marts_differ(published(warehouse), published(may[0])) == []


def test_a_month_delivered_again_counts_and_a_rollback_takes_it_back(warehouse, may):
    rows = sample_rows("cases", "2026-05")
    rows.remove(next(row for row in reversed(rows) if row[8] == "none"))
    (warehouse / "again.csv").write_bytes(as_csv(rows))
    options = ("--month", "2026-05", "--cases", str(warehouse / "again.csv"))
    outcome = run_fingerplan(warehouse, "refresh", *options, **WITHOUT_TESTS)
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
    rebuilt = run_fingerplan(warehouse, "build", **WITHOUT_TESTS)
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert query(published(warehouse), version) == [(1, 285)], "a rolled-back version does not count again by itself"
    assert marts_differ(published(warehouse), published(may[0])) == []
    runs = query(published(warehouse), "select command, outcome from history.run order by run_id")
    assert runs == [("refresh", "published")] * 3 + [("rollback", "rolled_back"), ("build", "published")]


def test_the_log_is_one_json_line_a_step(warehouse):
    rows = sample_rows("cases", "2026-05")
    (warehouse / "fewer.csv").write_bytes(as_csv(rows[:-1]))
    options = ("--month", "2026-05", "--cases", str(warehouse / "fewer.csv"), "--log-json")
    outcome = run_fingerplan(warehouse, "refresh", *options, **WITHOUT_TESTS)
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


def test_a_municipalitys_own_extracts_are_reported_under_pseudonyms(project):
    """Case references are replaced, the key is not stored, and nothing of the sample remains."""
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
    assert all(PSEUDONYM.fullmatch(case_id) for (case_id,) in ids)
    kept = b"".join(files_below(project / "warehouse").values())
    assert b"00.01.00-S00" not in kept
    assert b"forty characters" not in kept
    status = run_fingerplan(project, "status")
    assert status.returncode == 1
    assert "the meeting calendar ends with 2026-06-09; add the next meetings" in status.stdout

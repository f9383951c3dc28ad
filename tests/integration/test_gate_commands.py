"""The commands refuse a bad file or seed with a line and an exit code, and leave everything as it was."""

from benchmarks.deliveries import as_csv, as_danish_csv, sample_rows
from fingerplan.errors import REJECTED
from tests.support.deliveries import changed
from tests.support.project import files_below, run_fingerplan


def test_check_says_yes_or_no_and_changes_nothing(project):
    file = project / "cases.csv"
    file.write_bytes(as_danish_csv(sample_rows("cases", "2026-05")))
    before = files_below(project / "warehouse")
    outcome = run_fingerplan(project, "check", str(file))
    assert outcome.returncode == 0, outcome.stderr
    assert "cases.csv: cases of 2026-05, 285 rows, accepted (25 expectations met)" in outcome.stdout
    assert files_below(project / "warehouse") == before
    file.write_bytes(as_csv(changed("provider_kind", "privat")))
    outcome = run_fingerplan(project, "check", str(file))
    assert outcome.returncode == REJECTED
    assert "row 2, column provider_kind: 'privat'" in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert run_fingerplan(project, "check", "nowhere.csv").returncode == 2
    assert run_fingerplan(project, "refresh", "--month", "maj", "--cases", str(file)).returncode == 2


def test_a_bad_seed_stops_a_build_without_a_traceback_and_leaves_the_published_file(project):
    published = project / "warehouse" / "fingerplan.duckdb"
    published.write_bytes(b"what was published before")
    seed = project / "seeds" / "plan" / "budget_lines.csv"
    seed.write_text(seed.read_text(encoding="utf-8").replace("fp2024-4-1,fp2024-4,", "fp2024-4-1,fp2024-9,"))
    outcome = run_fingerplan(project, "build")
    assert outcome.returncode == REJECTED
    assert "seeds/plan/budget_lines.csv: row 9, column station_id: 'fp2024-9'" in outcome.stderr
    assert "Traceback" not in outcome.stderr + outcome.stdout
    assert published.read_bytes() == b"what was published before"

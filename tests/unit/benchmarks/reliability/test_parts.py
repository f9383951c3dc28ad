"""Each part of the reliability run by itself, on stand-ins for the command line."""

import json
import os
import random
import subprocess
import sys
from collections import Counter
from datetime import date

import pytest

from benchmarks.deliveries import as_csv
from benchmarks.reliability import corrupted, disk, kill, readers, speed, warehouse
from benchmarks.reliability.outcome import SkippedError


def outcome(code: int, stdout: str = "", stderr: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.CompletedProcess([], code, stdout, stderr)


def test_kills_come_in_whole_rows_at_the_same_moments_every_time():
    moments = kill.draw_moments(7, 20)
    assert [len(row) for row in moments] == [3, 3, 3]
    assert all(0 <= moment <= 20 for row in moments for moment in row)
    assert kill.draw_moments(7, 20) == moments


@pytest.mark.parametrize(
    ("exit_code", "again", "differing", "wrong"),
    [
        (-9, outcome(0), [], 0),
        (0, outcome(0), [], 0),
        (4, outcome(0), [], 3),
        (-9, outcome(4, stderr="full"), [], 1),
        (-9, outcome(0, stderr="Traceback"), [], 1),
        (-9, outcome(0), ["fct_x: 1 rows"], 1),
    ],
)
def test_a_row_of_kills_is_judged_by_exit_codes_and_marts(tmp_path, monkeypatch, exit_code, again, differing, wrong):
    file = tmp_path / "fingerplan.duckdb"
    file.touch()
    monkeypatch.setattr(kill, "_kill_refresh", lambda *_: exit_code)
    monkeypatch.setattr(warehouse, "run", lambda *_: again)
    monkeypatch.setattr(kill, "marts_differ", lambda *_: differing)
    row = kill._kill_row(file, [], [1.0, 2.0, 3.0], file)
    assert len(row.wrong) == wrong
    assert row.counts["the old file"] == 3
    assert row.counts["killed"] == (3 if exit_code == -9 else 0)
    assert row.counts["undisturbed next refresh, exit 0"] == (again.returncode == 0)


def test_a_new_file_must_have_the_marts_of_an_undisturbed_refresh_and_pass_its_tests(tmp_path, monkeypatch):
    file = tmp_path / "fingerplan.duckdb"
    monkeypatch.setattr(kill, "marts_differ", lambda *_: ["fct_x: 1 rows"])
    monkeypatch.setattr(warehouse, "run_data_tests", lambda *_: outcome(1, "failed"))
    assert kill._check_new_file(file, file) == ["fct_x: 1 rows", "data tests: failed"]


@pytest.mark.parametrize(
    ("refused", "is_changed", "wrong"),
    [
        (outcome(4, stderr="no space"), False, 0),
        (outcome(0), True, 0),
        (outcome(4, stderr="no space"), True, 1),
        (outcome(4, stderr="Traceback ..."), False, 1),
        (outcome(1, stderr="?"), False, 1),
    ],
)
def test_a_refresh_on_a_full_disk_is_refused_in_a_line_and_changes_nothing(tmp_path, refused, is_changed, wrong):
    start, published = tmp_path / "start", tmp_path / "published"
    start.write_text("old")
    published.write_text("new" if is_changed else "old")
    assert len(disk._check_refused(refused, published, start, (0, 4))) == wrong


def test_a_disk_is_filled_up_to_what_is_to_be_free(tmp_path, monkeypatch):
    state = os.statvfs(tmp_path)
    free = state.f_bavail * state.f_frsize // 1024
    filler = disk.fill(tmp_path, free_kb=free - 2048)
    assert filler.stat().st_size == pytest.approx(2048 * 1024, abs=1024 * 1024)


def test_without_root_the_disk_is_skipped(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SkippedError, match="needs root"):
        disk.measure(tmp_path)


MAY = readers.Reading(date(2026, 5, 1), 2, 566, 40, 566, date(2026, 5, 1))


@pytest.mark.parametrize(
    ("reading", "is_consistent"),
    [
        (MAY, True),
        (MAY._replace(headline_month=date(2026, 4, 1)), False),
        (MAY._replace(mart_cases=567), False),
        (MAY._replace(mart_rows=0), False),
    ],
)
def test_the_answers_of_a_connection_belong_together(reading, is_consistent):
    assert reading.is_consistent == is_consistent


def test_a_state_is_named_in_words():
    assert MAY.state == "2026-05, even version, 566 cases"


def test_may_is_written_with_two_contents(tmp_path):
    one, other = (file.read_text().splitlines() for file in readers._write_two_contents(tmp_path))
    [missing] = Counter(one) - Counter(other)
    assert len(other) == len(one) - 1
    assert ",none," in missing


@pytest.mark.parametrize(
    ("finding", "is_clear"),
    [("cases.csv: row 2: empty", True), ("two\nlines", False), (" ", False), ("x" * 1001, False), ("\x1b[2J", False)],
)
def test_a_finding_is_one_printable_line(finding, is_clear):
    assert corrupted.is_clear(finding) == is_clear


def test_corruptions_are_the_same_for_the_same_seed():
    rows = [["month", "amount_dkk", "line_id"], ["2026-05-01", "1.50", "a"], ["2026-05-01", "2.50", "b"]]
    clean = corrupted.CleanFile("postings", rows, as_csv, as_csv(rows))
    draws = [[corrupted.corrupt(clean, random.Random(seed)) for seed in range(20)] for _ in range(2)]  # noqa: S311 - not for security
    # a zip file holds the time at which it was written
    one, other = ([drawn for drawn in drawn_once if drawn[0] != "zip_bomb"] for drawn_once in draws)
    assert one == other
    assert len({name for name, _ in one}) > 5
    assert rows[1] == ["2026-05-01", "1.50", "a"], "the clean rows are not changed"


@pytest.mark.parametrize(("seconds", "wrong"), [(16.2, 0), (20.0, 1)])
def test_the_log_of_a_refresh_is_read_by_its_steps(seconds, wrong):
    lines = [
        {"step": "Gate", "seconds": 4.4},
        {"message": "a warning"},
        {"step": "Building and testing", "seconds": 11.3, "said": ["51 models", "131 tests"]},
        {"step": "end", "seconds": seconds},
    ]
    read = speed.read_log("\n".join(json.dumps(line) for line in lines))
    assert read.figures == {
        "seconds": {"Gate": 4.4, "Building and testing": 11.3, "end": seconds},
        "built": "51 models, 131 tests",
    }
    assert len(read.wrong) == wrong


def test_the_command_line_works_on_the_given_warehouse(tmp_path, monkeypatch):
    file = tmp_path / "fingerplan.duckdb"
    assert warehouse.environment(file)["FINGERPLAN_WAREHOUSE"] == str(file)
    monkeypatch.setattr(warehouse, "command", lambda code: [sys.executable, "-c", f"raise SystemExit({code})"])
    assert warehouse.run(file, "3").returncode == 3
    with pytest.raises(SystemExit):
        warehouse.run_checked(file, "3")
    warehouse.run_checked(file, "0")


def test_a_copied_warehouse_keeps_what_lies_beside_it(tmp_path):
    (tmp_path / "base" / "archive").mkdir(parents=True)
    file = tmp_path / "base" / "fingerplan.duckdb"
    file.write_text("published")
    copied = warehouse.copy_warehouse(file, tmp_path / "copy")
    assert (copied.read_text(), (tmp_path / "copy" / "archive").is_dir()) == ("published", True)
    assert warehouse.checksum(copied) == warehouse.checksum(file)

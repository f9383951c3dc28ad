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
from benchmarks.reliability import (
    corrupted,
    disk,
    kill,
    kill_minutes,
    kill_refresh,
    kill_rollback,
    kill_site,
    killed,
    leftovers,
    readers,
    speed,
    warehouse,
)
from benchmarks.reliability.outcome import SkippedError


def outcome(code: int, stdout: str = "", stderr: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.CompletedProcess([], code, stdout, stderr)


def test_kills_come_in_whole_rows_at_the_same_moments_every_time():
    moments = kill.draw_moments(11, 20, 30)
    assert [len(row) for row in moments] == [3, 3, 3, 3]
    seconds, operations = [[m for row in moments for m in row if isinstance(m, kind)] for kind in (float, int)]
    assert all(0 <= moment <= 20 for moment in seconds)
    assert sorted(operations) == [1, 6, 11, 16, 21, 26], "spread over all of them"
    assert kill.draw_moments(11, 20, 30) == moments


def test_with_enough_kills_every_file_operation_is_hit():
    operations = [m for row in kill.draw_moments(60, 1, 30) for m in row if isinstance(m, int)]
    assert sorted(operations) == list(range(1, 31))


def test_a_command_is_killed_before_its_operation_or_after_its_seconds(tmp_path, monkeypatch):
    monkeypatch.setattr(warehouse, "command", lambda *_: [sys.executable, "-c", "import time; time.sleep(60)"])
    sleeps = kill.Victim([], tmp_path, tmp_path, {})
    assert sleeps.kill(0.1) == -9
    victim = kill.Victim(["minutes"], tmp_path, tmp_path / "seeds", {})
    assert victim.command(7)[1:] == ["-m", "benchmarks.reliability.killed", "7", str(tmp_path / "seeds"), "minutes"]


def test_the_figures_of_kills_say_how_they_were_killed():
    row = kill.Row(Counter(killed=2), ["row 1: it failed"])
    found = kill.outcome("refreshes", [[1, 2, 0.5]], 9.54, 40, row)
    assert found.figures == {
        "refreshes": 3, "at random moments": 1, "before a file operation": 2, "file operations of one": 40,
        "seconds of one": 9.5, "killed": 2,
    }  # fmt: skip
    assert found.wrong == ["row 1: it failed"]


def test_rows_are_added_up_and_their_places_deleted(tmp_path):
    def kill_row(place, moments):
        place.mkdir()
        return kill.Row(Counter(killed=len(moments)), [place.name])

    total = kill.kill_rows("a", tmp_path, [[1, 2, 3], [4, 5, 6]], kill_row, 2)
    assert (total.counts["killed"], total.wrong) == (6, ["row 1: kill0", "row 2: kill1"])
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def place(tmp_path):
    """A place with a published file, a drop folder and one for temporary files."""
    for name in ("warehouse", "drop", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "warehouse" / "fingerplan.duckdb").write_text("published")
    return tmp_path


class Stand:
    """A stand-in for a command: what a kill and the next run give."""

    def __init__(self, exit_code, again):
        self.exit_code, self.again = exit_code, again

    def kill(self, _):
        return self.exit_code

    def run(self):
        return self.again


OUTCOMES = [
    (-9, outcome(0), [], 0),
    (0, outcome(0), [], 0),
    (4, outcome(0), [], 1),
    (-9, outcome(4, stderr="full"), [], 1),
    (-9, outcome(0, stderr="Traceback"), [], 1),
    (-9, outcome(0), ["fct_x: 1 rows"], 1),
]


@pytest.mark.parametrize(("exit_code", "again", "differing", "wrong"), OUTCOMES)
def test_a_row_of_kills_is_judged_by_exit_codes_and_marts(place, monkeypatch, exit_code, again, differing, wrong):
    file = place / "warehouse" / "fingerplan.duckdb"
    monkeypatch.setattr(kill_refresh, "refresh_of_may", lambda *_: Stand(exit_code, again))
    monkeypatch.setattr(kill_refresh, "marts_differ", lambda *_: differing)
    row = kill_refresh._kill_row(file, [1.0, 2], file)
    assert len(row.wrong) == wrong + (exit_code == 4)
    assert row.counts["the old file"] == 2
    assert row.counts["killed"] == (2 if exit_code == -9 else 0)
    assert row.counts["undisturbed next refresh, exit 0"] == (again.returncode == 0)
    (place / "tmp" / "rows.parquet").write_text("left")
    assert len(kill_refresh._kill_row(file, [], file).wrong) == wrong - (exit_code == 4) + 1


@pytest.mark.parametrize(("exit_code", "again", "differing", "wrong"), OUTCOMES)
def test_a_killed_rollback_is_judged_by_what_is_published_and_kept(
    place, monkeypatch, exit_code, again, differing, wrong
):
    file = place / "warehouse" / "fingerplan.duckdb"
    (place / "april.duckdb").write_text("April")
    for name in ("rollback", "refresh_of_may"):
        monkeypatch.setattr(kill_rollback, name, lambda *_: Stand(exit_code, again))
    monkeypatch.setattr(kill_rollback, "marts_differ", lambda *_: differing)
    (place / "may.duckdb").write_text("published")
    lost = kill_rollback._kill_once(file, 1, place / "april.duckdb", place / "may.duckdb")
    assert len(lost.wrong) == wrong + 1, "April is nowhere"
    kept = place / "warehouse" / "previous" / "1" / "fingerplan.duckdb"
    kept.parent.mkdir(parents=True)
    kept.write_text("April")
    row = kill_rollback._kill_once(file, 1, place / "april.duckdb", place / "may.duckdb")
    assert (len(row.wrong), row.counts["May is published"]) == (wrong, 1)


@pytest.mark.parametrize(
    ("seeds", "left", "wrong", "state"),
    [
        (["old", "old"], None, 1, "the old seeds"),
        (["new", "new"], None, 0, "the new seeds"),
        (["new", "old"], None, 1, "some of both, committed"),
        (["new", "half"], None, 2, "some of both, committed"),
        (["new", "new"], ".seeds-committed", 1, "the new seeds"),
    ],
)
def test_killed_minutes_are_judged_by_the_seeds(tmp_path, monkeypatch, seeds, left, wrong, state):
    monkeypatch.setattr(kill_minutes, "write_minutes", lambda *_: Stand(-9, outcome(0)))
    (tmp_path / "seeds").mkdir()
    for name, text in zip("ab", seeds, strict=True):
        (tmp_path / "seeds" / f"{name}.csv").write_text(text)
    if left:
        (tmp_path / left).mkdir()
    old, new = ({f"seeds/{name}.csv": text for name in "ab"} for text in (b"old", b"new"))
    row = kill_minutes._kill_row(tmp_path, [1], old, new)
    assert (len(row.wrong), row.counts[state]) == (wrong, 1)


@pytest.mark.parametrize(
    ("name", "content", "is_left"),
    [
        ("warehouse/fingerplan.duckdb", "a-1", False),
        ("warehouse/previous/20260601T000000000000Z/fingerplan.duckdb", "a-1", False),
        ("warehouse/archive/cases/2026-05/version=1/cases.parquet", "a-1", False),
        ("warehouse/archive/cases/2026-05/.unfinished-1/cases.parquet", "a-1", True),
        ("warehouse/history/.unfinished-1/run.parquet", "x", True),
        ("warehouse/build/fingerplan.duckdb", "x", True),
        ("warehouse/build/dbt/partial_parse.msgpack", "x", False),
        ("tmp/notes.txt", "month,a-1,12", True),
        ("tmp/notes.txt", "nothing of it", False),
        ("tmp/a.parquet", "x", True),
        ("drop/cases.csv.report.txt", "row 2: a-1", True),
        ("drop/cases.csv.report.txt", "row 2", False),
        ("drop/kpis.csv.copy", "2026-05-01,visits,7", True),
    ],
)
def test_a_file_that_may_hold_a_delivered_row_is_found_outside_the_known_places(place, name, content, is_left):
    delivered = [place / "drop" / "cases.csv", place / "drop" / "kpis.csv"]
    delivered[0].write_text("month,case_id,x\n2026-05-01,a-1,12\n")
    delivered[1].write_text("month,kpi_id,value\n2026-05-01,visits,7\n")
    (place / name).parent.mkdir(parents=True, exist_ok=True)
    (place / name).write_text(content)
    found = leftovers.find(place / "warehouse", place / "tmp", place / "drop", delivered)
    assert found == ([f"left: {name}"] if is_left else [])


def test_a_site_without_its_packages_is_skipped(tmp_path, monkeypatch):
    monkeypatch.setattr(kill_site, "find_node", lambda: tmp_path)
    monkeypatch.setattr(kill_site, "SOURCE", tmp_path)
    with pytest.raises(SkippedError, match="packages are not installed"):
        kill_site.measure(tmp_path, 1)


@pytest.mark.parametrize(
    ("event", "arguments", "counts"),
    [
        ("open", ("/a/b", "w", os.O_WRONLY), True),
        ("open", ("/a/b", "r", os.O_RDONLY), False),
        ("open", (3, "w", os.O_WRONLY), False),
        ("os.rename", ("/x", "/a/b", -1, -1), True),
        ("os.rename", ("/a/b", "/x", -1, -1), False),
        ("os.mkdir", ("/a/b", 0o777, -1), True),
        ("os.mkdir", ("/ab", 0o777, -1), False),
        ("os.listdir", ("/a/b",), False),
    ],
)
def test_what_writes_below_a_folder_is_an_operation(event, arguments, counts):
    assert killed.is_operation(event, arguments, "/a/") is counts


def test_what_is_deleted_within_an_open_folder_is_an_operation(tmp_path):
    folder = os.open(tmp_path, os.O_RDONLY)
    try:
        assert killed.is_operation("os.remove", ("b", folder), f"{tmp_path}/")
        assert not killed.is_operation("os.remove", ("b", folder), "/elsewhere/")
    finally:
        os.close(folder)


def test_a_new_file_must_have_the_marts_of_an_undisturbed_refresh_and_pass_its_tests(tmp_path, monkeypatch):
    file = tmp_path / "warehouse" / "fingerplan.duckdb"
    monkeypatch.setattr(kill_refresh, "marts_differ", lambda *_: ["fct_x: 1 rows"])
    monkeypatch.setattr(warehouse, "run_data_tests", lambda *_: outcome(1, "failed"))
    assert kill_refresh._check_new_file(file, file) == ["fct_x: 1 rows", "data tests: failed"]


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

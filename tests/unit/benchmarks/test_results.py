"""Records of runs: the latest of the largest is quoted, limits are judged, and none is of uncommitted changes."""

import json

import pytest

from benchmarks import results

RECORDED = results.FILE


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "FILE", tmp_path / "results.jsonl")
    return tmp_path / "results.jsonl"


def test_the_latest_of_the_runs_with_the_most_rows_is_quoted(file):
    runs = [("first", 100), ("second", 100), ("smaller", 10)]
    file.write_text("".join(json.dumps({"commit": commit, "rows": rows}) + "\n" for commit, rows in runs))
    assert results.latest()["commit"] == "second"


def test_a_run_is_appended_as_one_line(file):
    record: results.Record = json.loads(RECORDED.read_text(encoding="utf-8").splitlines()[0])
    results.add(record)
    results.add(record)
    assert [json.loads(line) for line in file.read_text().splitlines()] == [record, record]


def test_a_limit_is_kept_up_to_its_value():
    record = results.latest()
    record["limit_full_s"], record["fixed_full_s"], record["fixed_s"] = 10.0, 5.0, 4.0
    record["full_build_s"], record["refresh_s"] = 20.0, 5.01
    full, refresh, *_ = results.requirements(record)
    assert (full.at_most, full.is_met) == (20.0, True)
    assert (refresh.at_most, refresh.is_met) == (5.0, False)


def test_no_recorded_run_is_of_uncommitted_changes():
    lines = results.FILE.read_text(encoding="utf-8").splitlines()
    assert lines
    assert not [line for line in lines if json.loads(line)["commit"].endswith(("-dirty", "unknown"))]

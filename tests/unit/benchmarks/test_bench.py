"""Steps run in processes of their own: what they return, what they cost, and what they say when they fail."""

import sys
from functools import partial
from pathlib import Path

import pytest

from benchmarks import bench as benching
from benchmarks import step
from benchmarks.bench import Bench, StepError

# stands in for benchmarks/step.py in the copied project
STEP = """
import json, os, sys
if sys.argv[1] == "compare":
    sys.exit("compare failed")
print("something else first")
print(json.dumps({"step": sys.argv[1], **json.loads(sys.argv[2]), "kept": os.environ.get("FINGERPLAN_WAREHOUSE")}))
"""


@pytest.fixture
def bench(tmp_path, monkeypatch) -> Bench:
    def copy(folder: Path, municipalities: int, months: int) -> Path:
        (folder / "benchmarks").mkdir(parents=True)
        (folder / "benchmarks" / "__init__.py").touch()
        (folder / "benchmarks" / "step.py").write_text(STEP)
        return folder

    monkeypatch.setattr(benching, "make_project", copy)
    return Bench(tmp_path, months=2, municipalities=1)


def test_the_last_line_of_a_step_is_its_result(bench, monkeypatch):
    monkeypatch.setenv("FINGERPLAN_WAREHOUSE", "somebody's")
    measured = bench.measure(partial(step.run_limit, folder="lake", months=2, file="f", last_only=True))
    assert measured.result == {
        **{"step": "run_limit", "folder": "lake", "months": 2, "file": "f", "last_only": True},
        "kept": None,
    }


def test_time_and_memory_are_those_of_the_process(bench):
    measured = bench.measure(partial(step.run_limit, folder="lake", months=2, file="f", last_only=True))
    assert measured.cpu_s > 0
    assert 0 < measured.seconds < 60
    assert 1 < measured.peak_mb < 1000


def test_a_step_that_fails_is_named_with_what_it_printed(bench):
    with pytest.raises(StepError, match=r"compare .*failed\n(.|\n)*compare failed"):
        bench.compare(bench.limit_file(last_only=True), bench.built, is_warehouse=True, last_month=None)


def test_options_of_the_interpreter_are_passed_on(bench):
    bench.measure(
        partial(step.run_limit, folder="", months=2, file="", last_only=True), sys.executable, ("-X", "importtime")
    )
    assert "import time:" in bench.stderr


def test_each_refresh_starts_from_the_same_base(bench, monkeypatch):
    published = []

    def publish(lake: Path, months: int, *options: str, is_tested: bool = True) -> None:
        before = bench.refreshed.read_text() if bench.refreshed.exists() else ""
        bench.refreshed.write_text(f"{before}{months} ")
        published.append((months, is_tested))

    monkeypatch.setattr(bench, "publish", publish)
    for _ in range(2):
        bench.refresh(Path("lake-1x50"), 12)
        assert bench.refreshed.read_text() == "12 13 "
    assert published == [(12, False), (13, True), (13, True)]


def test_a_second_bench_keeps_lakes_and_nothing_else(bench, tmp_path):
    lake = tmp_path / "lake-1x50"
    lake.mkdir()
    (bench.work / "left").touch()
    Bench(tmp_path, months=2, municipalities=1)
    assert lake.exists()
    assert not (bench.work / "left").exists()

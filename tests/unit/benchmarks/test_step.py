"""The steps by themselves, without the process around them and without dbt."""

import subprocess
import sys

import duckdb
import pytest

from benchmarks import step
from fingerplan.paths import PROJECT
from tests.support.project import ROOT


@pytest.fixture
def lake(tmp_path):
    return str(tmp_path / "lake"), step.make_lake(str(tmp_path / "lake"), months=2, municipalities=1, cases=10)


def test_a_lake_says_its_rows_and_size_by_month(lake):
    assert lake[1]["rows"] == [10, 10]
    assert all(0 < size < 1 for size in lake[1]["parquet_mb"])


def test_the_limit_and_pandas_write_the_same_tables(lake, tmp_path, monkeypatch):
    thresholds = tmp_path / "thresholds.csv"
    thresholds.write_text("year,bracket,threshold_dkk\n2027,25,990000\n2027,50,1930000\n2027,75,2430000\n")
    monkeypatch.setattr(step, "THRESHOLDS", thresholds)
    files = [str(tmp_path / "limit.duckdb"), str(tmp_path / "pandas.duckdb")]
    for run, file in zip((step.run_limit, step.run_pandas), files, strict=True):
        assert run(lake[0], 2, file, last_only=False) == {}
    assert step.compare(*files, is_warehouse=False, last_month=None) == {"differing": []}
    with duckdb.connect(files[1]) as connection:
        connection.execute("update case_month set cases = cases + 1")
    assert step.compare(*files, is_warehouse=False, last_month=None)["differing"]


def test_every_step_can_be_called_by_its_name():
    assert step.STEPS.keys() == {
        *("make_lake", "run_limit", "run_pandas", "build_case_marts", "refresh", "compare", "run_postgres")
    }


def test_a_step_prints_its_result_as_the_last_line(tmp_path):
    arguments = f'{{"folder": "{tmp_path}", "months": 1, "municipalities": 1, "cases": 10}}'
    command = [sys.executable, "-m", "benchmarks.step", "make_lake", arguments]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.splitlines()[-1].startswith('{"rows": [10], "parquet_mb": [')


def test_the_thresholds_are_those_of_the_project():
    assert step.THRESHOLDS.is_relative_to(PROJECT)
    assert step.THRESHOLDS.is_file()

"""The synthetic lake: as many rows as asked for, the same ones every time, and one bill in fifty rows."""

import csv
from datetime import date
from pathlib import Path

import duckdb
import pytest

from benchmarks import lake
from fingerplan.paths import as_sql
from fingerplan.warehouse.archive import Archive


def written(folder: Path, months: int, municipalities: int, cases: int) -> list[tuple]:
    versions = lake.make_lake(folder, months, municipalities, cases, lambda done, total: None)
    files = ", ".join(as_sql(version.parquet) for version in versions)
    return duckdb.sql(f"from read_parquet([{files}], hive_partitioning = false) order by all").fetchall()


def test_a_month_has_a_row_for_each_municipality_and_case(tmp_path):
    rows = written(tmp_path, months=2, municipalities=3, cases=10)
    assert len(rows) == 2 * 3 * 10
    assert {row[0] for row in rows} == {"0730", "9001", "9002"}
    assert {row[1] for row in rows} == {date(2027, 1, 1), date(2027, 2, 1)}


def test_the_rows_are_the_same_every_time(tmp_path):
    assert written(tmp_path / "one", 2, 1, 10) == written(tmp_path / "other", 2, 1, 10)


def test_one_row_in_fifty_is_a_bill_of_the_case_before_it(tmp_path):
    rows = written(tmp_path, months=1, municipalities=1, cases=100)
    bills = [row for row in rows if row[6] == "one_off"]
    assert len(bills) == 2
    assert {bill[7] for bill in bills} == {25000}
    assert {bill[2] for bill in bills} <= {row[2] for row in rows if row[6] == "level"}


def test_a_month_that_exists_is_kept_and_can_be_read_as_an_archive(tmp_path):
    [first] = lake.make_lake(tmp_path, 1, 1, 10, lambda done, total: None)
    before = first.parquet.stat().st_mtime_ns
    first_again, second = lake.make_lake(tmp_path, 2, 1, 10, lambda done, total: None)
    assert first_again.parquet.stat().st_mtime_ns == before
    assert Archive(tmp_path).newest() == {first.key: first, second.key: second}
    assert (first.manifest.row_count, first.manifest.month) == (10, "2027-01-01")


def test_keys_and_files_are_those_of_the_first_months(tmp_path):
    made = lake.make_lake(tmp_path, 3, 1, 10, lambda done, total: None)
    assert lake.keys(tmp_path, 2) == [("cases", date(2027, 1, 1)), ("cases", date(2027, 2, 1))]
    assert lake.files(tmp_path, 3, last_only=False) == [version.parquet for version in made]
    assert lake.files(tmp_path, 3, last_only=True) == [version.parquet for version in made[1:]]
    assert lake.versions(tmp_path, [made[2].key]) == {made[2].key: made[2]}


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(lake, "PARTS", ("dbt_project.yml", "seeds"))


def test_the_copied_project_knows_every_municipality_and_year_of_the_lake(tmp_path, small_parts):
    project = lake.make_project(tmp_path / "project", municipalities=3, months=13)
    with (project / "seeds" / "extracts" / "municipalities.csv").open(encoding="utf-8") as seed:
        municipalities = [row["municipality_code"] for row in csv.DictReader(seed)]
    assert municipalities[-2:] == ["9001", "9002"]
    assert len(municipalities) == len(set(municipalities))
    with (project / "seeds" / "high_cost_cases" / "refund_thresholds.csv").open(encoding="utf-8") as seed:
        thresholds = [row for row in csv.DictReader(seed) if int(row["year"]) > 2026]
    # 2 pct. more than in 2026, rounded to 10.000 kr.
    assert [(row["year"], row["bracket"], row["threshold_dkk"]) for row in thresholds] == [
        *(("2027", "25", "1010000"), ("2027", "50", "1970000"), ("2027", "75", "2480000")),
        *(("2028", "25", "1030000"), ("2028", "50", "2010000"), ("2028", "75", "2530000")),
    ]

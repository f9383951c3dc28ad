"""The files of a warehouse lie beside it, and a value written as SQL is that value."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from fingerplan.paths import PROJECT, Warehouse, as_sql


@pytest.mark.parametrize("value", [None, 0, -7, "", "it's", "a'; drop table x; --", "æøå\n"])
def test_a_value_written_as_sql_is_read_as_that_value(value):
    with duckdb.connect() as connection:
        assert connection.execute(f"select {as_sql(value)}").fetchall() == [(value,)]


def test_a_path_and_a_date_are_written_as_text():
    assert as_sql(Path("/a/b's")) == "'/a/b''s'"
    assert as_sql(date(2026, 5, 1)) == "'2026-05-01'"


def test_the_environment_names_the_warehouse(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FINGERPLAN_WAREHOUSE", "plan.duckdb")
    assert Warehouse.from_environment().published == tmp_path / "plan.duckdb"
    monkeypatch.setenv("FINGERPLAN_WAREHOUSE", "")
    assert Warehouse.from_environment().published == PROJECT / "warehouse" / "fingerplan.duckdb"
    monkeypatch.delenv("FINGERPLAN_WAREHOUSE")
    assert Warehouse.from_environment().published == PROJECT / "warehouse" / "fingerplan.duckdb"


def test_every_companion_lies_below_the_folder_of_the_published_file():
    warehouse = Warehouse(Path("/w/plan.duckdb"))
    files = (warehouse.build, warehouse.rejected, warehouse.withdrawn)
    assert [str(file) for file in files] == [
        *("/w/build/plan.duckdb", "/w/rejected/plan.duckdb", "/w/withdrawn/plan.duckdb")
    ], "DuckDB names the catalog after the file"
    folders = (warehouse.extracts, warehouse.previous, warehouse.archive, warehouse.history)
    assert [str(folder) for folder in folders] == ["/w/build/extracts", "/w/previous", "/w/archive", "/w/history"]
    assert str(warehouse.lock) == "/w/plan.duckdb.lock"

"""The pandas script gives the figures of the SQL by hand, every row, on a lake with every kind of row."""

import duckdb
import pytest

from benchmarks import case_marts, lake, limit, pandas_script


@pytest.mark.parametrize("last_only", [False, True])
def test_pandas_gives_the_figures_of_the_limit(tmp_path, last_only, monkeypatch):
    monkeypatch.setattr(lake, "PARTS", ("seeds",))
    project = lake.make_project(tmp_path / "project", 2, 3)
    thresholds = project / "seeds" / "high_cost_cases" / "refund_thresholds.csv"
    lake.make_lake(tmp_path / "lake", 3, 2, 300, lambda done, total: None)
    files = lake.files(tmp_path / "lake", 3, last_only)
    by_limit, by_pandas = tmp_path / "limit.duckdb", tmp_path / "pandas.duckdb"
    with duckdb.connect(str(by_limit)) as connection:
        limit.make_tables(connection, files, thresholds, last_only)
        counts = [connection.sql(f"select count(*) from {table}").fetchall()[0][0] for table in case_marts.TABLES]
    assert min(counts) > 0
    pandas_script.write(pandas_script.make_tables(files, thresholds, last_only), by_pandas)
    assert case_marts.differences(by_limit, by_pandas, is_warehouse=False, last_month=None) == []

"""The URL for BI tools names one file, and opens it locked."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from fingerplan import bi
from tests.support.small_warehouse import small_warehouse


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    return small_warehouse(tmp_path / "plan.duckdb")


def test_the_url_is_that_of_the_published_file_unless_another_is_named(warehouse, monkeypatch):
    monkeypatch.setenv("FINGERPLAN_WAREHOUSE", str(warehouse))
    assert bi.url() == bi.url(warehouse)
    assert bi.url().database == str(warehouse)
    assert dict(bi.url().query) == bi.LOCKED


def test_the_engine_reads_writes_nothing_and_keeps_no_connection(warehouse):
    engine = bi.engine(warehouse)
    assert isinstance(engine.pool, NullPool)
    with engine.connect() as connection:
        assert connection.execute(text("select count(*) from marts.fct_station_effect")).scalar_one() == 2
        with pytest.raises(DBAPIError, match="read-only mode"):
            connection.execute(text("delete from marts.fct_station_effect"))


def test_where_nothing_is_published_it_says_so(tmp_path):
    with pytest.raises(FileNotFoundError, match="nothing is published; run fingerplan build"):
        bi.url(tmp_path / "absent.duckdb")

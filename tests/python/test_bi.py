"""The door for BI tools opens one file for reading, and nothing else."""

from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from fingerplan import bi


@pytest.fixture(scope="module")
def connection(built: Path):
    with bi.engine(built / "warehouse" / "dev" / "fingerplan.duckdb").connect() as opened:
        yield opened


def test_marts_are_there_with_their_columns(built):
    inspector = inspect(bi.engine(built / "warehouse" / "dev" / "fingerplan.duckdb"))
    assert "fct_station_effect" in inspector.get_table_names(schema="marts")
    names = {column["name"] for column in inspector.get_columns("fct_station_effect", schema="marts")}
    assert {"station_id", "realised_to_date_dkk"} <= names


@pytest.mark.parametrize(
    "query",
    [
        "select * from read_text('/etc/passwd')",
        "select * from read_csv('/etc/passwd')",
        "select * from '/etc/passwd.csv'",
        "select * from glob('/etc/*')",
        "copy (select 1) to '{folder}/out.csv'",
        "export database '{folder}/out'",
        "attach '{folder}/other.duckdb'",
        "set enable_external_access = true",
        "set lock_configuration = false",
        "install httpfs",
        "load httpfs",
        "create table marts.mine as select 1",
        "delete from marts.fct_kpi",
        "drop table marts.fct_kpi",
    ],
)
def test_what_reaches_beyond_the_file_or_writes_to_it_fails(connection, tmp_path, query):
    with pytest.raises(DBAPIError):
        connection.execute(text(query.format(folder=tmp_path))).fetchall()
    connection.rollback()
    assert list(tmp_path.iterdir()) == []
    assert connection.execute(text("select count(*) from marts.fct_kpi")).scalar_one() > 0


def test_a_warehouse_that_is_not_there_is_said(tmp_path):
    with pytest.raises(FileNotFoundError, match="nothing is published"):
        bi.engine(tmp_path / "fingerplan.duckdb")

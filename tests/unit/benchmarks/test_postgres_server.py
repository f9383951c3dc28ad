"""What goes into and comes out of a Postgres server, as SQL; `make postgres` runs it on a real one."""

import csv
from pathlib import Path

import duckdb
import pytest

from benchmarks.engines import postgres_server
from benchmarks.engines.building import MissingEngineError
from benchmarks.engines.compare import Delivered


class Cursor:
    """Records statements, and the rows that are copied; answers a query by its rows."""

    def __init__(self, rows: list[tuple[str, ...]]):
        self.rows, self.statements, self.copied = rows, [], []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def execute(self, query):
        self.statements.append(" ".join(query.split()))

    def fetchall(self):
        return self.rows

    def copy_expert(self, sql, file):
        self.statements.append(sql)
        if file.readable():
            self.copied += list(csv.reader(file))
        else:
            file.write('"name","cases"\n"a","1"\n\\N,"2"\n')


class Connection:
    """A connection with one cursor."""

    def __init__(self, cursor):
        self._cursor, self.is_closed = cursor, False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def cursor(self):
        return self._cursor

    def close(self):
        self.is_closed = True


def serving(monkeypatch, rows: list[tuple[str, ...]]) -> tuple[postgres_server.Server, Cursor]:
    cursor = Cursor(rows)
    monkeypatch.setattr(postgres_server.Server, "connect", lambda *_: Connection(cursor))
    return postgres_server.Server(Path("/nowhere")), cursor


def test_extracts_are_emptied_and_filled_with_typed_rows(tmp_path, monkeypatch):
    server, cursor = serving(monkeypatch, [])
    file = tmp_path / "extract.parquet"
    duckdb.sql(f"copy (select date '2026-05-01' as month, 1.5::decimal(18, 2) as value) to '{file}' (format parquet)")
    postgres_server.fill_extracts(server, {"kpis": file}, tmp_path)
    assert cursor.statements == [
        "create schema if not exists extracts",
        "create table if not exists extracts.kpis (month DATE, value DECIMAL(18,2))",
        "truncate extracts.kpis",
        "copy extracts.kpis from stdin (format csv, header)",
        "analyze extracts.kpis",
    ]
    assert cursor.copied == [["month", "value"], ["2026-05-01", "1.50"]]
    assert list(tmp_path.iterdir()) == [file]


def test_marts_come_with_the_types_that_postgres_declares(tmp_path, monkeypatch):
    server, _ = serving(monkeypatch, [("fct_x", "name", "text"), ("fct_x", "cases", "integer")])
    marts = postgres_server.export_marts(server, tmp_path)
    assert list(marts) == ["fct_x"]
    assert isinstance(marts["fct_x"], Delivered)
    assert marts["fct_x"].columns == [("name", "text"), ("cases", "integer")]
    assert duckdb.sql(f"from {marts['fct_x'].source}").fetchall() == [("a", 1), (None, 2)]


def test_the_version_is_its_number(monkeypatch):
    server, _ = serving(monkeypatch, [("15.18 (Debian 15.18-0+deb12u1)",)])
    assert server.version() == "15.18"


@pytest.mark.parametrize("missing", ["psycopg2", "dbt.adapters.postgres", "duckdb_extension_ducklake"])
def test_a_missing_package_is_named(monkeypatch, missing):
    monkeypatch.setattr(postgres_server, "_is_installed", lambda package: package != missing)
    with pytest.raises(MissingEngineError, match=f"no Python package {missing} here"):
        postgres_server.find_programs()


def test_a_server_on_the_path_is_found(tmp_path, monkeypatch):
    program = tmp_path / "postgres"
    program.touch(mode=0o755)
    monkeypatch.setattr(postgres_server, "_is_installed", lambda package: True)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert postgres_server.find_programs() == tmp_path

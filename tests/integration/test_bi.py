"""What the door for BI tools hands out is exact and described, wherever the file lies."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from fingerplan import bi
from tests.support.project import ROOT


@pytest.fixture(scope="module")
def warehouse(built: Path) -> Path:
    return built / "warehouse" / "dev" / "fingerplan.duckdb"


@pytest.fixture(scope="module")
def engine(warehouse: Path) -> Engine:
    return bi.engine(warehouse)


@pytest.fixture(scope="module")
def exact_sums(engine: Engine) -> dict[tuple[str, str], Decimal | None]:
    """The sum of every decimal column of every mart; DuckDB writes it as text, so that no driver can round it."""
    with engine.connect() as opened:
        columns = opened.execute(
            text(
                "select table_name, column_name from information_schema.columns"
                " where table_schema = 'marts' and data_type like 'DECIMAL%'"
            )
        ).fetchall()
        sums = {
            (table, column): opened.execute(
                text(f'select cast(sum("{column}") as varchar) from marts."{table}"')
            ).scalar_one()
            for table, column in columns
        }
    assert len(sums) > 50
    return {column: None if total is None else Decimal(total) for column, total in sums.items()}


def test_marts_are_there_with_their_columns(engine):
    inspector = inspect(engine)
    assert "fct_station_effect" in inspector.get_table_names(schema="marts")
    names = {column["name"] for column in inspector.get_columns("fct_station_effect", schema="marts")}
    assert {"station_id", "realised_to_date_dkk"} <= names


def test_a_tool_that_reflects_shows_the_comment_of_every_table_and_column(engine):
    inspector = inspect(engine)
    tables = inspector.get_table_names(schema="marts")
    assert len(tables) > 20
    for table in tables:
        assert inspector.get_table_comment(table, schema="marts")["text"], table
        assert [c["name"] for c in inspector.get_columns(table, schema="marts") if not c["comment"]] == [], table


def test_the_url_finds_the_file_from_anywhere_and_in_a_folder_with_danish_letters(warehouse, tmp_path, monkeypatch):
    folder = tmp_path / "økonomi og social, 50%"
    folder.mkdir()
    (folder / "plan.duckdb").symlink_to(warehouse)
    monkeypatch.chdir(folder)
    pasted = str(bi.url(Path("plan.duckdb")))
    monkeypatch.chdir(tmp_path)
    with create_engine(pasted, poolclass=NullPool).connect() as opened:
        assert opened.execute(text("select count(*) from marts.fct_kpi")).scalar_one() > 0


def test_the_url_that_people_copy_from_the_documentation_is_as_closed():
    copied = re.findall(r"duckdb:///\S+", (ROOT / "docs" / "how-to" / "connect.md").read_text(encoding="utf-8"))
    assert copied
    assert [dict(make_url(found).query) for found in copied] == [bi.LOCKED] * len(copied)


def test_a_warehouse_that_is_not_there_is_said(tmp_path):
    with pytest.raises(FileNotFoundError, match="nothing is published"):
        bi.engine(tmp_path / "fingerplan.duckdb")


def test_rows_and_frames_of_every_mart_keep_decimals_exact(engine, exact_sums):
    """`coerce_float=False` is what keeps them: pandas makes floats of decimals when it is not told otherwise."""
    for table in sorted({table for table, _ in exact_sums}):
        query = f"select * from marts.{table}"
        with engine.connect() as opened:
            rows = [row._mapping for row in opened.execute(text(query))]
        whole = pd.read_sql(query, engine, coerce_float=False)
        chunks = pd.concat(pd.read_sql_query(query, engine, coerce_float=False, chunksize=100))
        for column in [column for of, column in exact_sums if of == table]:
            read = [[row[column] for row in rows], list(whole[column]), list(chunks[column])]
            for values in read:
                known = [value for value in values if value is not None]
                assert {type(value) for value in known} <= {Decimal}, (table, column)
                assert (sum(known) if known else None) == exact_sums[table, column], (table, column)


def test_frames_keep_dates_and_say_which_whole_numbers_are_unknown(engine):
    query = "select realised_through_month, forecast_basis_months from marts.fct_station_effect order by all"
    with engine.connect() as opened:
        expected = opened.execute(text(query)).fetchall()
    assert {type(value) for value in expected[0]} == {date, int}
    assert tuple(expected[-1]) == (None, None)
    frame = pd.read_sql(query, engine, coerce_float=False)
    assert list(frame.realised_through_month) == [month for month, _ in expected]
    months = frame.forecast_basis_months.astype("Int64")
    assert [None if pd.isna(count) else int(count) for count in months] == [count for _, count in expected]

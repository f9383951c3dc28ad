"""A row is read by the names of its columns."""

from dataclasses import dataclass, field

import duckdb
import pytest

from fingerplan.outputs.mart_rows import PLAN_YEARS, STATION_YEARS, PlanYear, StationYear, select
from tests.support.small_warehouse import small_warehouse


@dataclass(frozen=True)
class Row:
    name: str
    size: int
    parts: list[str] = field(default_factory=list)


def test_columns_are_found_by_name_and_others_dropped():
    with duckdb.connect() as connection:
        query = "select 1 as size, 'b' as name, 2 as other union all select 2, 'a', 3 order by 1 desc"
        rows = select(connection, Row, query)
    assert rows == [Row("a", 2), Row("b", 1)]


def test_a_column_that_is_missing_is_an_error():
    with duckdb.connect() as connection, pytest.raises(duckdb.Error, match="the marts have no column size"):
        select(connection, Row, "select 'a' as name")


def test_a_share_of_next_to_nothing_is_none(tmp_path):
    statement = "update marts.fct_plan_effect set expected_to_date_measured_dkk = {} where year = 2026"
    for expected, share in (("-250.00", "0.500000"), ("-0.10", "None"), ("0", "None"), ("null", "None")):
        file = small_warehouse(tmp_path / f"{expected}.duckdb", statement.format(expected))
        with duckdb.connect(str(file)) as connection:
            found = select(connection, PlanYear, PLAN_YEARS)
        assert [(row.year, str(row.realisation_share)) for row in found] == [(2026, share), (2027, "None")]


def test_stations_come_by_year(tmp_path):
    with duckdb.connect(str(small_warehouse(tmp_path / "a.duckdb"))) as connection:
        rows = select(connection, StationYear, STATION_YEARS)
    assert [(row.year, row.station_no, row.progress_status) for row in rows] == [
        *((2026, 1, "behind"), (2027, 1, "not_measured"))
    ]

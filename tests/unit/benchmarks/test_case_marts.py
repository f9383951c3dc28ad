"""The comparison of the limit with others finds a changed, a missing and an extra row."""

from pathlib import Path

import duckdb
import pytest

from benchmarks import case_marts


def make(file: Path, change: str = "") -> Path:
    with duckdb.connect(str(file)) as connection:
        for table in case_marts.TABLES:
            month = "to_month" if table == "movement" else "month"
            connection.execute(
                f"create table {table} as select m as {month}, 1 as cases, 10.50::decimal(18, 2) as gross_dkk"
                " from (values (date '2027-01-01'), (date '2027-02-01')) as months(m)"
            )
        if change:
            connection.execute(change)
    return file


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("", []),
        (
            "delete from effect where month = '2027-02-01'",
            ["effect: 1 rows only in the limit, such as 2027-02-01, 1, 10.5000"],
        ),
        (
            "insert into bracket from bracket limit 1",
            ["bracket: 1 rows only in the other, such as 2027-01-01, 1, 10.5000"],
        ),
        (
            "update movement set gross_dkk = 10.51 where to_month = '2027-01-01'",
            [
                "movement: 1 rows only in the limit, such as 2027-01-01, 1, 10.5000",
                "movement: 1 rows only in the other, such as 2027-01-01, 1, 10.5100",
            ],
        ),
    ],
)
def test_every_row_is_compared_both_ways(tmp_path, change, found):
    limit, other = make(tmp_path / "limit.duckdb"), make(tmp_path / "other.duckdb", change)
    lines = case_marts.differences(limit, other, is_warehouse=False, last_month=None)
    assert lines == found


def test_only_the_last_month_is_compared_where_the_limit_has_no_other(tmp_path):
    limit = make(tmp_path / "limit.duckdb", "delete from case_month where month = '2027-01-01'")
    other = make(tmp_path / "other.duckdb")
    for table in case_marts.TABLES:
        month = "to_month" if table == "movement" else "month"
        with duckdb.connect(str(limit)) as connection:
            connection.execute(f"delete from {table} where {month} = '2027-01-01'")
    assert case_marts.differences(limit, other, is_warehouse=False, last_month="2027-02-01") == []
    assert len(case_marts.differences(limit, other, is_warehouse=False, last_month=None)) == len(case_marts.TABLES)

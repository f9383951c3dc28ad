"""The comparison of two engines can fail: what it is run for must be found when it is there."""

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from benchmarks.engines.compare import compare, from_csv, from_duckdb, from_parquet, marts_differ, plain_type, summary

COLUMNS = [("line_id", "text"), ("month", "date"), ("cases", "integer"), ("amount_dkk", "numeric(18,2)")]
MADE = """
    select cast(line_id as varchar) as line_id, cast(month as date) as month, cast(cases as integer) as cases,
        cast(amount_dkk as decimal(18, 2)) as amount_dkk
    from (values
        ('fp2024-1-1', '2026-01-01', 3, '9007199254740993.01'),
        ('fp2024-1-1', '2026-01-01', 3, '9007199254740993.01'),
        ('', '2026-02-01', 0, '-0.10'),
        ('æøå "a", b', null, null, null)
    ) as made(line_id, month, cases, amount_dkk)
"""


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    file = tmp_path / "fingerplan.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema marts")
        connection.execute(f"create table marts.fct_made as {MADE}")
    return file


def exported(folder: Path, change: str = "", as_csv: bool = True):
    """Export what the reference holds, after a change of it, as Postgres (CSV) or Spark (Parquet) would."""
    with duckdb.connect() as connection:
        connection.execute(f"create table made as {MADE}")
        if change:
            connection.execute(change)
        columns = [(name, declared) for name, declared, *_ in connection.execute("describe made").fetchall()]
        if not as_csv:
            (folder / "fct_made").mkdir()
            connection.execute(f"copy made to '{folder}/fct_made/part-0.parquet' (format parquet)")
            return from_parquet(folder / "fct_made")
        connection.execute(rf"copy made to '{folder}/fct_made.csv' (header, nullstr '\N', force_quote *)")
        return from_csv(folder / "fct_made.csv", columns)


@pytest.mark.parametrize("as_csv", [True, False], ids=["csv", "parquet"])
def test_what_is_the_same_is_found_to_be_the_same(reference, tmp_path, as_csv):
    [mart] = compare(reference, {"fct_made": exported(tmp_path, as_csv=as_csv)})
    assert mart.is_same
    assert mart.rows == 4
    assert summary([mart]) == "1 marts compared: 0 rows differ, 0 types differ"


@pytest.mark.parametrize("as_csv", [True, False], ids=["csv", "parquet"])
@pytest.mark.parametrize(
    ("change", "only_in_duckdb", "only_in_other"),
    [
        pytest.param("update made set amount_dkk = -0.11 where line_id = ''", 1, 1, id="a value off by an øre"),
        pytest.param(
            "update made set amount_dkk = amount_dkk + 0.01 where cases = 3",
            2,
            2,
            id="an øre that a double cannot hold",
        ),
        pytest.param("delete from made where line_id = ''", 1, 0, id="a missing row"),
        pytest.param("delete from made where rowid = 0", 1, 0, id="one of two equal rows missing"),
        pytest.param("insert into made from made where line_id = ''", 0, 1, id="an extra duplicate"),
        pytest.param("update made set line_id = null where line_id = ''", 1, 1, id="NULL in place of an empty text"),
        pytest.param("update made set line_id = '' where cases is null", 1, 1, id="another text beside NULLs"),
        pytest.param("update made set cases = 0 where cases is null", 1, 1, id="zero in place of NULL"),
        pytest.param("update made set line_id = line_id || ' ' where cases = 0", 1, 1, id="a trailing space"),
        pytest.param("update made set line_id = upper(line_id) where cases is null", 1, 1, id="upper case"),
        pytest.param("delete from made", 4, 0, id="an empty mart"),
    ],
)
def test_a_changed_row_is_found(reference, tmp_path, as_csv, change, only_in_duckdb, only_in_other):
    [mart] = compare(reference, {"fct_made": exported(tmp_path, change, as_csv)})
    assert (mart.rows_only_in_duckdb, mart.rows_only_in_other) == (only_in_duckdb, only_in_other)
    assert not mart.is_same
    assert not mart.differing_types


@pytest.mark.parametrize("as_csv", [True, False], ids=["csv", "parquet"])
@pytest.mark.parametrize(
    "change",
    [
        pytest.param("alter table made alter amount_dkk type decimal(20, 3)", id="another scale"),
        pytest.param("alter table made alter amount_dkk type double", id="a double"),
        pytest.param("alter table made alter cases type bigint", id="a wider integer"),
        pytest.param("alter table made alter month type timestamp", id="a time of day"),
        pytest.param("alter table made alter cases type varchar", id="a text"),
        pytest.param("alter table made rename cases to case_count", id="another name"),
        pytest.param("alter table made drop cases", id="a missing column"),
        pytest.param("alter table made add column more integer", id="an extra column"),
        pytest.param(
            "create or replace table made as select month, line_id, cases, amount_dkk from made", id="another order"
        ),
    ],
)
def test_another_type_name_or_order_is_found(reference, tmp_path, as_csv, change):
    [mart] = compare(reference, {"fct_made": exported(tmp_path, change, as_csv)})
    assert len(mart.differing_types) == 1
    assert not mart.is_same


def test_only_the_column_that_spark_partitions_by_may_stand_last(reference, tmp_path):
    def partitioned(query: str):
        folder = tmp_path / "fct_made"
        duckdb.sql(f"copy ({query}) to '{folder}' (format parquet, partition_by (month), overwrite)")
        return {"fct_made": from_parquet(folder)}

    with duckdb.connect(str(reference)) as connection:
        connection.execute("delete from marts.fct_made where month is null")
    made = f"from ({MADE}) where month is not null"
    [same] = compare(reference, partitioned(f"select * {made}"))
    [shifted] = compare(reference, partitioned(f"select month, cases, line_id, amount_dkk {made}"))
    [moved] = compare(reference, partitioned(f"select * replace (month + 1 as month) {made}"))
    assert same.is_same
    assert len(shifted.differing_types) == 1
    assert moved.differing_rows == 6


def test_a_mart_that_one_side_lacks_is_found(reference, tmp_path):
    [missing] = compare(reference, {})
    assert (missing.rows_only_in_duckdb, missing.is_same) == (4, False)
    delivered = exported(tmp_path)
    extra = compare(reference, {"fct_made": delivered, "fct_other": delivered})
    assert [mart.is_same for mart in extra] == [True, False]


def test_a_relation_of_the_same_connection_is_compared(reference):
    with duckdb.connect() as connection:
        connection.execute(f"create table made as {MADE}")
        assert compare(reference, {"fct_made": from_duckdb(connection, "made")}, connection)[0].is_same
        connection.execute("update made set cases = 4 where cases = 3")
        [mart] = compare(reference, {"fct_made": from_duckdb(connection, "made")}, connection)
    assert mart.differing_rows == 4
    assert str(Decimal("9007199254740993.01")) in str(mart)


@pytest.mark.parametrize(
    ("declared", "plain"),
    [
        ("numeric(18,2)", "decimal(18,2)"),
        ("DECIMAL(18, 2)", "decimal(18,2)"),
        ("character varying", "text"),
        ("string", "text"),
        ("VARCHAR", "text"),
        ("varchar(20)", "text(20)"),
        ("int", "integer"),
        ("bigint", "bigint"),
        ("double precision", "double precision"),
        ("timestamp without time zone", "timestamp without time zone"),
    ],
)
def test_a_type_has_one_name(declared, plain):
    assert plain_type(declared) == plain


def test_warehouses_differ_by_any_value_but_the_time_of_the_run(tmp_path):
    def warehouse(name: str, accepted_at: str, version: int) -> Path:
        file = tmp_path / f"{name}.duckdb"
        with duckdb.connect(str(file)) as connection:
            connection.execute("create schema marts")
            connection.execute(
                f"create table marts.dim_delivery as select '{accepted_at}' as accepted_at, {version} as version"
            )
        return file

    one = warehouse("one", "2026-06-01", 1)
    assert marts_differ(one, warehouse("later", "2026-06-02", 1)) == []
    [difference] = marts_differ(one, warehouse("other", "2026-06-01", 2))
    assert difference.startswith("dim_delivery")

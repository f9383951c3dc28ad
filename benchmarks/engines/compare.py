"""Compare marts with those of a DuckDB file: every row both ways, and the name, position and type of every column.

The other marts come as a `Delivered` each: a relation that DuckDB can select from, and the types that the other engine
declares. Rows are compared by EXCEPT ALL, which counts duplicates and treats NULL as a value; what arrives as text
(CSV) is cast to the declared type, so that no decimal passes through a double.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

SHOWN_ROWS = 3

# what records the time of a run; every other column is the same for the same input
TIMES_OF_RUN = {"dim_delivery": frozenset({"accepted_at"})}

# the engines' names for the same type
_NAMES = {
    "varchar": "text",
    "string": "text",
    "character varying": "text",
    "int": "integer",
    "int4": "integer",
    "numeric": "decimal",
}


def plain_type(declared: str) -> str:
    """Normalize the name of a type: `numeric(18,2)` becomes `decimal(18,2)`, `string` and `varchar` become `text`."""
    name, bracket, size = declared.strip().lower().partition("(")
    return _NAMES.get(name.strip(), name.strip()) + re.sub(r"\s", "", bracket + size)


@dataclass(frozen=True)
class Delivered:
    """A mart of the other engine: `source` goes after FROM, `columns` are (name, declared type) in order.

    Columns that the engine partitions by come last there, whatever their position in the contract.
    """

    source: str
    columns: list[tuple[str, str]]
    partitioned_by: frozenset[str] = frozenset()


@dataclass
class Compared:
    """The outcome for one mart."""

    mart: str
    rows: int = 0
    rows_only_in_duckdb: int = 0
    rows_only_in_other: int = 0
    differing_types: list[str] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)

    @property
    def differing_rows(self) -> int:
        """Count the rows that only one side has."""
        return self.rows_only_in_duckdb + self.rows_only_in_other

    @property
    def is_same(self) -> bool:
        """Tell whether rows, column names, order and types are equal."""
        return not self.differing_rows and not self.differing_types

    def __str__(self) -> str:
        """Summarize in one line, followed by the differences."""
        line = f"{self.mart:<28} {self.rows:>6} rows"
        if self.is_same:
            return f"{line}, same"
        line += f", DIFFERENT: {self.rows_only_in_duckdb} only in DuckDB, {self.rows_only_in_other} only in the other"
        return "\n    ".join([line, *self.differing_types, *self.examples])


def from_parquet(folder: Path) -> Delivered:
    """Read a mart from a folder of Parquet files, such as Spark writes; the files hold the types.

    A column that it is partitioned by is only in the names of folders (month=2026-05-01).
    """
    partitioned_by = frozenset(partition.name.partition("=")[0] for partition in folder.glob("*=*"))
    files = f"{_quoted(folder)}/{'*=*/' if partitioned_by else ''}*.parquet"
    source = f"read_parquet('{files}', hive_partitioning = {str(bool(partitioned_by)).lower()})"
    with duckdb.connect() as connection:
        return Delivered(source, _described(connection, source), partitioned_by)


def from_csv(file: Path, columns: list[tuple[str, str]]) -> Delivered:
    r"""Read a mart from a CSV file with a header, in which NULL is a bare \N and every value is quoted."""
    names = ", ".join(f"{_value(name)}: 'varchar'" for name, _ in columns)
    source = (
        f"read_csv('{_quoted(file)}', header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"',"
        rf" nullstr = '\N', allow_quoted_nulls = false, columns = {{{names}}})"
    )
    typed = ", ".join(f"cast({_name(name)} as {_castable(declared)}) as {_name(name)}" for name, declared in columns)
    return Delivered(f"(select {typed} from {source})", columns)


def from_duckdb(connection: duckdb.DuckDBPyConnection, relation: str) -> Delivered:
    """Read a mart through the connection itself, such as one of a DuckLake."""
    return Delivered(relation, _described(connection, relation))


def compare(
    reference: Path,
    delivered: Mapping[str, Delivered],
    connection: duckdb.DuckDBPyConnection | None = None,
    ignored: Mapping[str, frozenset[str]] | None = None,
) -> list[Compared]:
    """Compare every mart that either side has.

    Args:
        reference: a DuckDB file with the schema marts.
        delivered: the other engine's marts by name.
        connection: a connection that can select what is delivered; a new one by default.
        ignored: by mart, the columns whose values are not compared.
    """
    connection = connection or duckdb.connect()
    connection.execute(f"attach '{_quoted(reference)}' as reference (read_only)")
    try:
        own = marts_of(connection, "reference")
        return [
            _compare_mart(
                *(connection, mart, f'reference.marts."{mart}"' if mart in own else None, delivered.get(mart)),
                (ignored or {}).get(mart, frozenset()),
            )
            for mart in sorted(own | delivered.keys())
        ]
    finally:
        connection.execute("detach reference")


def marts_of(connection: duckdb.DuckDBPyConnection, database: str) -> set[str]:
    """List the marts of an attached database."""
    found = connection.execute(
        f"select table_name from duckdb_tables() where database_name = {_value(database)} and schema_name = 'marts'"
    ).fetchall()
    return {mart for (mart,) in found}


def marts_differ(one: Path, other: Path) -> list[str]:
    """Compare the marts of two warehouses, except `TIMES_OF_RUN`; return a text for each mart that differs."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{_quoted(other)}' as other (read_only)")
        delivered = {mart: from_duckdb(connection, f"other.marts.{mart}") for mart in marts_of(connection, "other")}
        return [str(mart) for mart in compare(one, delivered, connection, TIMES_OF_RUN) if not mart.is_same]


def summary(compared: list[Compared]) -> str:
    """Summarize in one line how much was compared and how much differs."""
    return (
        f"{len(compared)} marts compared: {sum(mart.differing_rows for mart in compared)} rows differ, "
        f"{sum(len(mart.differing_types) for mart in compared)} types differ"
    )


def _compare_mart(
    connection: duckdb.DuckDBPyConnection,
    mart: str,
    own: str | None,
    delivered: Delivered | None,
    ignored: frozenset[str],
) -> Compared:
    compared = Compared(mart, rows=_count(connection, own) if own else 0)
    if own is None or delivered is None:
        if own is None and delivered is not None:
            compared.rows_only_in_other = _count(connection, delivered.source)
        compared.rows_only_in_duckdb = compared.rows
        compared.differing_types.append(f"{'the other engine' if own else 'DuckDB'} has no such mart")
        return compared
    own_columns = _described(connection, own)
    compared.differing_types = _differing_types(own_columns, delivered)
    own_types = dict(own_columns)
    # by name, so that an extra column does not hide differences in the others
    shared = [column for column, _ in delivered.columns if column in own_types and column not in ignored]
    # values of different types may not compare at all; text always does
    as_text = "::varchar" if compared.differing_types else ""
    values = ", ".join(f"{_name(column)}{as_text} as {_name(column)}" for column in shared) or "1"
    ours = f"(select {values} from {own})"
    theirs = f"(select {values} from {delivered.source})"
    compared.rows_only_in_duckdb, own_examples = _missing(connection, ours, theirs)
    compared.rows_only_in_other, other_examples = _missing(connection, theirs, ours)
    compared.examples += [f"rows only in duckdb: {row}" for row in own_examples]
    compared.examples += [f"rows only in other: {row}" for row in other_examples]
    return compared


def _differing_types(own_columns: list[tuple[str, str]], delivered: Delivered) -> list[str]:
    own_types = dict(own_columns)
    differing = []
    # the sort is stable: the other columns keep their order
    in_order = sorted(own_types, key=lambda column: column in delivered.partitioned_by)
    if in_order != [column for column, _ in delivered.columns]:
        theirs = ", ".join(column for column, _ in delivered.columns)
        differing.append(f"columns: {', '.join(own_types)} in DuckDB, {theirs} in the other")
    for column, declared in delivered.columns:
        if column in own_types and plain_type(own_types[column]) != plain_type(declared):
            differing.append(f"type of {column}: {own_types[column]} in DuckDB, {declared} in the other")
    return differing


def _missing(connection: duckdb.DuckDBPyConnection, left: str, right: str) -> tuple[int, list[str]]:
    """Count the rows of `left` that `right` lacks, and show the first of them."""
    missing = f"(from {left} except all from {right})"
    rows = connection.execute(f"select * from {missing} order by all limit {SHOWN_ROWS}").fetchall()
    return _count(connection, missing), [", ".join(map(str, row)) for row in rows]


def _described(connection: duckdb.DuckDBPyConnection, source: str) -> list[tuple[str, str]]:
    return [(name, declared) for name, declared, *_ in connection.execute(f"describe from {source}").fetchall()]


def _count(connection: duckdb.DuckDBPyConnection, source: str) -> int:
    [(count,)] = connection.execute(f"select count(*) from {source}").fetchall()
    return int(count)


def _castable(declared: str) -> str:
    name = plain_type(declared)
    return "decimal(38,10)" if name == "decimal" else name


def _quoted(value: object) -> str:
    return str(value).replace("'", "''")


def _value(text: str) -> str:
    return f"'{_quoted(text)}'"


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'

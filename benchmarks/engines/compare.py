"""Hold the marts of another engine against DuckDB's: every row both ways, every column's name, place and type.

The other engine's marts come as a `Delivered` each: something that DuckDB can select from, and the types that the
engine itself declares. Rows are compared by EXCEPT ALL, which counts a duplicate and takes NULL for a value of its own;
what came as text (CSV) is cast to the declared type, so that no decimal passes through a double.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

SHOWN_ROWS = 3

# what the engines call one and the same type
_NAMES = {
    "varchar": "text",
    "string": "text",
    "character varying": "text",
    "int": "integer",
    "int4": "integer",
    "numeric": "decimal",
}


def plain_type(declared: str) -> str:
    """Call a type by one name: `numeric(18,2)` is `decimal(18,2)`, `string` and `varchar` are `text`."""
    name, size = re.fullmatch(r"([a-z0-9_ ]+?)\s*(\(.*\))?", declared.strip().lower()).groups()
    return _NAMES.get(name, name) + re.sub(r"\s", "", size or "")


@dataclass(frozen=True)
class Delivered:
    """A mart of the other engine: `source` stands after FROM, `columns` are (name, declared type) in order.

    Columns that the engine partitions by stand last there, wherever the contract has them.
    """

    source: str
    columns: list[tuple[str, str]]
    partitioned_by: frozenset[str] = frozenset()


@dataclass
class Compared:
    """What came of a mart; it is the same on both engines where nothing differs."""

    mart: str
    rows: int = 0
    rows_only_in_duckdb: int = 0
    rows_only_in_other: int = 0
    differing_types: list[str] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)

    @property
    def differing_rows(self) -> int:
        """Rows that one side has and the other has not."""
        return self.rows_only_in_duckdb + self.rows_only_in_other

    @property
    def is_same(self) -> bool:
        """Whether rows, names, order and types are the same."""
        return not self.differing_rows and not self.differing_types

    def __str__(self) -> str:
        """Say it in a line, with what differs below it."""
        line = f"{self.mart:<28} {self.rows:>6} rows"
        if self.is_same:
            return f"{line}, same"
        line += f", DIFFERENT: {self.rows_only_in_duckdb} only in DuckDB, {self.rows_only_in_other} only in the other"
        return "\n    ".join([line, *self.differing_types, *self.examples])


def from_parquet(folder: Path) -> Delivered:
    """Take a mart from the Parquet files of a folder, such as Spark writes; they hold their types themselves.

    A column that it is partitioned by is in the names of folders only (month=2026-05-01).
    """
    partitioned_by = frozenset(partition.name.partition("=")[0] for partition in folder.glob("*=*"))
    files = f"{_quoted(folder)}/{'*=*/' if partitioned_by else ''}*.parquet"
    source = f"read_parquet('{files}', hive_partitioning = {str(bool(partitioned_by)).lower()})"
    with duckdb.connect() as connection:
        return Delivered(source, _described(connection, source), partitioned_by)


def from_csv(file: Path, columns: list[tuple[str, str]]) -> Delivered:
    r"""Take a mart from a CSV file with a header, in which NULL is a bare \N and every value is quoted."""
    names = ", ".join(f"{_value(name)}: 'varchar'" for name, _ in columns)
    source = (
        f"read_csv('{_quoted(file)}', header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"',"
        rf" nullstr = '\N', allow_quoted_nulls = false, columns = {{{names}}})"
    )
    typed = ", ".join(f"cast({_name(name)} as {_castable(declared)}) as {_name(name)}" for name, declared in columns)
    return Delivered(f"(select {typed} from {source})", columns)


def from_duckdb(connection: duckdb.DuckDBPyConnection, relation: str) -> Delivered:
    """Take a mart that the connection can see itself, such as one of a DuckLake."""
    return Delivered(relation, _described(connection, relation))


def compare(
    reference: Path, delivered: dict[str, Delivered], connection: duckdb.DuckDBPyConnection | None = None
) -> list[Compared]:
    """Compare every mart of either side.

    Args:
        reference: DuckDB's own file with the schema marts.
        delivered: the other engine's marts by name.
        connection: where what is delivered can be selected; a fresh one unless given.
    """
    connection = connection or duckdb.connect()
    connection.execute(f"attach '{_quoted(reference)}' as reference (read_only)")
    try:
        marts = connection.execute(
            "select table_name from duckdb_tables() where database_name = 'reference' and schema_name = 'marts'"
        ).fetchall()
        names = sorted({*(name for (name,) in marts), *delivered})
        return [_compare_mart(connection, name, (name,) in marts, delivered.get(name)) for name in names]
    finally:
        connection.execute("detach reference")


def summary(compared: list[Compared]) -> str:
    """Say in a line how much was compared and how much of it differs."""
    return (
        f"{len(compared)} marts compared: {sum(mart.differing_rows for mart in compared)} rows differ, "
        f"{sum(len(mart.differing_types) for mart in compared)} types differ"
    )


def _compare_mart(
    connection: duckdb.DuckDBPyConnection, name: str, is_in_reference: bool, delivered: Delivered | None
) -> Compared:
    compared = Compared(name)
    own = f'reference.marts."{name}"'
    if is_in_reference:
        compared.rows = _count(connection, own)
    if delivered is None:
        compared.rows_only_in_duckdb = compared.rows
        compared.differing_types.append("the other engine has no such mart")
        return compared
    if not is_in_reference:
        compared.rows_only_in_other = _count(connection, delivered.source)
        compared.differing_types.append("DuckDB has no such mart")
        return compared

    own_columns = _described(connection, own)
    own_types = dict(own_columns)
    # the sort is stable: everything else keeps its place
    in_place = sorted((column for column, _ in own_columns), key=lambda column: column in delivered.partitioned_by)
    if in_place != [column for column, _ in delivered.columns]:
        theirs = ", ".join(column for column, _ in delivered.columns)
        compared.differing_types.append(f"columns: {', '.join(own_types)} in DuckDB, {theirs} in the other")
    for column, declared in delivered.columns:
        if column in own_types and plain_type(own_types[column]) != plain_type(declared):
            compared.differing_types.append(f"type of {column}: {own_types[column]} in DuckDB, {declared} in the other")

    # by name, so that one column too many does not hide what the others hold
    shared = [column for column, _ in delivered.columns if column in own_types]
    # two types that differ may not compare at all: then the rows are held against each other as text
    as_text = "::varchar" if compared.differing_types else ""
    values = ", ".join(f"{_name(column)}{as_text} as {_name(column)}" for column in shared) or "1"
    ours = f"(select {values} from {own})"
    theirs = f"(select {values} from {delivered.source})"
    for left, right, side in ((ours, theirs, "rows_only_in_duckdb"), (theirs, ours, "rows_only_in_other")):
        missing = f"(from {left} except all from {right})"
        setattr(compared, side, _count(connection, missing))
        found = connection.execute(f"select * from {missing} order by all limit {SHOWN_ROWS}").fetchall()
        compared.examples += [f"{side.replace('_', ' ')}: {', '.join(map(str, row))}" for row in found]
    return compared


def _described(connection: duckdb.DuckDBPyConnection, source: str) -> list[tuple[str, str]]:
    return [(name, declared) for name, declared, *_ in connection.execute(f"describe from {source}").fetchall()]


def _count(connection: duckdb.DuckDBPyConnection, source: str) -> int:
    return connection.execute(f"select count(*) from {source}").fetchone()[0]


def _castable(declared: str) -> str:
    name = plain_type(declared)
    return "decimal(38,10)" if name == "decimal" else name


def _quoted(value: object) -> str:
    return str(value).replace("'", "''")


def _value(text: str) -> str:
    return f"'{_quoted(text)}'"


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'

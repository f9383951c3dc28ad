"""Runs SQL queries over SQLAlchemy for the Node side of evidence-sqlalchemy.

One process serves one data source. Requests and replies are JSON, one a line; every request gets one reply, in order:

    settings (first line)  {"url", "readOnly", "externalAccess", "allowRounding"}     no reply
    {"do": "test"}                                                              {}
    {"do": "query", "sql", "batchSize"}                                         {"query", "columns"}
    {"do": "next", "query"}                                                     {"rows"}, empty after the last row
    {"do": "close", "query"}                                                    {}

A request that fails is answered with {"error": message}. The caller asks for every batch, which is all the
backpressure there is: nothing is read from the database before it is asked for. Several queries may be open at once,
each on a connection of its own.
"""

import datetime
import decimal
import functools
import itertools
import json
import math
import os
import pickle
import queue
import re
import signal
import sys
import tempfile
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

try:
    import sqlalchemy
except ImportError:
    sqlalchemy = None

# A batch becomes one line of JSON in both processes, so its size is what bounds their memory.
MAX_BATCH_ROWS = 2000

# What to install when SQLAlchemy names a missing module (a driver) or a missing plugin (a dialect).
PIP_PACKAGES = {
    "MySQLdb": "mysqlclient",
    "awsathena": "PyAthena[SQLAlchemy]",
    "bigquery": "sqlalchemy-bigquery",
    "clickhouse": "clickhouse-sqlalchemy",
    "clickhousedb": "clickhouse-connect",
    "cockroachdb": "sqlalchemy-cockroachdb",
    "databricks": "databricks-sqlalchemy",
    "duckdb": "duckdb-sqlalchemy",
    "mysql.connector": "mysql-connector-python",
    "oracledb": "oracledb",
    "psycopg": "psycopg[binary]",
    "psycopg2": "psycopg2-binary",
    "pymssql": "pymssql",
    "pymysql": "pymysql",
    "pyodbc": "pyodbc",
    "redshift": "sqlalchemy-redshift",
    "snowflake": "snowflake-sqlalchemy",
    "teradatasql": "teradatasqlalchemy",
    "trino": "trino[sqlalchemy]",
}

# Evidence's type for what the driver says of a column, for the drivers that say it exactly. Anything else a
# database has is a string.
DUCKDB_TYPES = {
    "BOOLEAN": "boolean",
    "DATE": "date",
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE"), "date"),
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL"), "number"),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"), "number"),
}
# by object id of pg_type
POSTGRESQL_TYPES = {
    16: "boolean",
    **dict.fromkeys((20, 21, 23, 26, 700, 701, 1700), "number"),  # int8, int2, int4, oid, float4, float8, numeric
    **dict.fromkeys((1082, 1114, 1184), "date"),  # date, timestamp, timestamptz
}
# by enum_field_types of the client protocol
MYSQL_TYPES = {
    **dict.fromkeys((0, 1, 2, 3, 4, 5, 8, 9, 13, 246), "number"),  # decimal, integers, float, double, year
    **dict.fromkeys((7, 10, 12, 14), "date"),  # timestamp, date, datetime
}

MILLISECOND = datetime.timedelta(milliseconds=1)
EPOCH = datetime.datetime(1970, 1, 1)
EPOCH_UTC = EPOCH.replace(tzinfo=datetime.UTC)
EPOCH_ORDINAL = EPOCH.toordinal()


class SourceError(Exception):
    """A failure whose message is written for whoever runs the query."""


class Column(NamedTuple):
    """A column of a result: its name, its type in Evidence and how its values are written as JSON."""

    name: str
    evidence_type: str
    precise: bool
    write: Callable[[Any], Any]


def nearest_double(value: int | decimal.Decimal) -> float:
    """Give the double nearest to a number, an infinity when it is beyond the largest."""
    try:
        return float(value)
    except OverflowError:  # only integers raise it
        return math.inf if value > 0 else -math.inf


def is_exact(value: int | decimal.Decimal) -> bool:
    """Say whether the nearest double prints back as the same number."""
    return decimal.Decimal(repr(nearest_double(value))) == value


def write_number(value: Any, allow_rounding: bool) -> int | float | str:
    """Write a number as JSON that JavaScript reads as the same number.

    Raises ValueError when a double cannot hold it, unless `allow_rounding`. JSON knows no NaN and no infinity: they
    are written as the text that JavaScript's Number() reads back.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | decimal.Decimal):
        raise ValueError(f"{value!r} is no number. Cast the column to one type in the query.")
    if isinstance(value, int) and -(2**53) <= value <= 2**53:
        return value
    number = nearest_double(value)
    if math.isnan(number):
        return "NaN"
    if not isinstance(value, float) and not allow_rounding and not is_exact(value):
        raise ValueError(
            f"a JavaScript number would round {value}. "
            "Cast the column to text (or round it) in the query, or set the option allowRounding."
        )
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    return number


def write_date(value: Any) -> int:
    """Write a date or a timestamp as milliseconds since 1970.

    A date is midnight UTC, a timestamp without time zone is read as UTC so that its digits stay, and one with a
    time zone is its instant. Raises ValueError for what a driver hands over when Python's dates cannot hold the value.
    """
    if isinstance(value, datetime.datetime):
        return (value - (EPOCH_UTC if value.tzinfo else EPOCH)) // MILLISECOND
    if isinstance(value, datetime.date):
        return (value.toordinal() - EPOCH_ORDINAL) * 86_400_000
    raise ValueError(f"{value!r} is no date between the years 1 and 9999. Cast the column to text in the query.")


def write_boolean(value: Any) -> bool:
    """Write a boolean. Raises ValueError for any other value."""
    if isinstance(value, bool):
        return value
    raise ValueError(f"{value!r} is no boolean. Cast the column to one type in the query.")


def write_string(value: Any) -> str:
    """Write any value as text: bytes in hexadecimal, lists and structs as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, dict | list | tuple):
        return json.dumps(plain(value), ensure_ascii=False)
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


def plain(value: Any) -> Any:
    """Turn a nested value into what JSON can hold; a decimal stays a number only where no digit is lost."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, decimal.Decimal):
        return float(value) if value.is_finite() and is_exact(value) else str(value)
    if isinstance(value, dict):
        return {write_string(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return write_string(value)


def described_type(dialect: Any, type_code: Any) -> str | None:
    """Give the Evidence type of a column from the driver's description of it, or None where it does not tell."""
    if type_code is None:
        return None
    if dialect.name == "duckdb":
        name = str(type_code)
        return DUCKDB_TYPES.get(re.sub(r"^DECIMAL\([\d, ]+\)$", "DECIMAL", name), "string")
    if isinstance(type_code, int):
        if dialect.name == "postgresql":
            return POSTGRESQL_TYPES.get(type_code, "string")
        if dialect.name in ("mysql", "mariadb"):
            return MYSQL_TYPES.get(type_code, "string")
    if isinstance(type_code, type):
        return python_type(type_code)
    for constant, evidence_type in (("NUMBER", "number"), ("DATETIME", "date"), ("STRING", "string")):  # PEP 249
        if getattr(dialect.loaded_dbapi, constant, None) == type_code:
            return evidence_type
    return None


def python_type(kind: type) -> str:
    """Give the Evidence type for values of a Python class."""
    if issubclass(kind, bool):
        return "boolean"
    if issubclass(kind, int | float | decimal.Decimal):
        return "number"
    if issubclass(kind, datetime.date):  # datetime.datetime is one
        return "date"
    return "string"


def column_names(description: Any) -> list[str]:
    """Give the names of a result's columns. Raises SourceError unless each has a name that differs in more than case.

    Evidence's rows are keyed by name and its tables do not distinguish case: one of two such columns would vanish.
    """
    names = [str(column[0]) for column in description]
    seen = set()
    for position, name in enumerate(names, 1):
        if not name:
            raise SourceError(f"Column {position} of the result has no name: give it one with `as`.")
        if name.lower() in seen:
            raise SourceError(f'Two columns of the result are called "{name}": give one another name with `as`.')
        seen.add(name.lower())
    return names


def unpickled(file: Any) -> Iterator[list[tuple]]:
    """Yield the batches that were written to a file of ours."""
    file.seek(0)
    while True:
        try:
            yield pickle.load(file)  # noqa: S301 -- an unnamed temporary file that only this process can write
        except EOFError:
            return


class Query:
    """An open query: its connection, its columns and the batches not yet asked for."""

    def __init__(self, connection: Any, result: Any, batch_size: int, allow_rounding: bool):
        """Determine the columns, reading ahead only where the driver does not describe them."""
        self._connection = connection
        self._result = result
        self._batch_size = batch_size
        self._rows_read = 0
        description = result.cursor.description
        names = column_names(description)
        described = [described_type(connection.dialect, column[1]) for column in description]
        types = list(described)
        self._batches = self._settle(types)
        writers = {
            "number": functools.partial(write_number, allow_rounding=allow_rounding),
            "date": write_date,
            "boolean": write_boolean,
            "string": write_string,
        }
        self.columns = [
            Column(name, evidence_type or "string", known is not None, writers[evidence_type or "string"])
            for name, evidence_type, known in zip(names, types, described, strict=True)
        ]

    def _fetch(self) -> list[tuple]:
        return [tuple(row) for row in self._result.fetchmany(self._batch_size)]

    def _settle(self, types: list[str | None]) -> Iterator[list[tuple]]:
        """Fill in the types that are None from the first value of their column; give all batches of the result.

        A column that begins with NULLs takes reading on, perhaps to the end: what was read waits in a file.
        """
        first = self._fetch()
        infer_types(types, first)
        ahead: Iterator[list[tuple]] = iter(())
        if first and None in types:
            file = tempfile.TemporaryFile()  # noqa: SIM115 -- lives as long as the query
            while None in types and (rows := self._fetch()):
                infer_types(types, rows)
                pickle.dump(rows, file)
            ahead = unpickled(file)
        return itertools.chain([first], ahead, iter(self._fetch, []))

    def next_rows(self) -> list[list]:
        """Give the next rows as JSON values, none after the last. Raises SourceError naming the cell that has none."""
        rows = []
        for row in next(self._batches, []):
            self._rows_read += 1
            cells = []
            for column, value in zip(self.columns, row, strict=True):
                try:
                    cells.append(None if value is None else column.write(value))
                except ValueError as error:
                    raise SourceError(f'Column "{column.name}", row {self._rows_read}: {error}') from None
            rows.append(cells)
        return rows

    def close(self, commit: bool = False) -> None:
        """End the query's transaction, by default without any effect, and close its connection."""
        with self._connection:
            self._result.close()
            if commit:
                self._connection.commit()


def infer_types(types: list[str | None], rows: list[tuple]) -> None:
    """Fill in the types that are None from the first value of their column among the rows."""
    for position, known in enumerate(types):
        if known is None:
            value = next((row[position] for row in rows if row[position] is not None), None)
            if value is not None:
                types[position] = python_type(type(value))


def deny_attach(action: int, *_: Any) -> int:
    """Forbid SQLite's ATTACH, and with it VACUUM INTO: both reach files other than the one opened read-only."""
    import sqlite3

    return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_ATTACH else sqlite3.SQLITE_OK


def engine_options(url: Any, read_only: bool, external_access: bool) -> tuple[Any, dict[str, Any]]:
    """Give the URL and the arguments of create_engine() with which a database itself refuses to write."""
    backend = url.get_backend_name()
    # NullPool: every query has a connection of its own, so a setting made by one never reaches the next, and a
    # database file is not held open (in DuckDB: locked) between queries
    options: dict[str, Any] = {"poolclass": sqlalchemy.pool.NullPool}
    if backend in ("duckdb", "postgresql"):
        # JSON as the database writes it: parsed, 1.10 would be 1.1
        options["json_deserializer"] = lambda text: text if isinstance(text, str) else bytes(text).decode()
    if backend == "duckdb":
        # without python_enable_replacements=false a query could read the variables of this program as tables
        config = {"python_enable_replacements": False, "enable_external_access": external_access}
        in_memory = url.database in (None, "", ":memory:")
        options["connect_args"] = {"config": config, "read_only": read_only and not in_memory}
    elif backend == "postgresql" and read_only:
        options["execution_options"] = {"postgresql_readonly": True}
    elif url.drivername in ("sqlite", "sqlite+pysqlite") and read_only and url.database not in (None, "", ":memory:"):
        if not url.database.startswith("file:"):
            url = url.set(database="file:" + urllib.parse.quote(url.database))
        url = url.update_query_dict({"mode": "ro", "uri": "true"})
    elif url.drivername in ("mysql", "mysql+mysqldb", "mariadb", "mariadb+mysqldb") and read_only:
        options["connect_args"] = {"multi_statements": False}  # this driver allows several by default
    return url, options


def guard_connection(backend: str, connection: Any) -> None:
    """Make a new connection of the driver refuse to write, where that takes a call rather than an argument."""
    if backend in ("mysql", "mariadb"):
        cursor = connection.cursor()
        cursor.execute("SET SESSION TRANSACTION READ ONLY")
        cursor.close()
    elif backend == "sqlite" and hasattr(connection, "set_authorizer"):
        connection.set_authorizer(deny_attach)


class Source:
    """A data source: its engine and its open queries."""

    def __init__(self, settings: dict[str, Any]):
        """Keep the settings; the engine is made by the first request, which can report what is wrong with them."""
        self._url_text = settings["url"]
        self._read_only = settings["readOnly"]
        self._external_access = settings["externalAccess"]
        self._allow_rounding = settings["allowRounding"]
        self._queries: dict[int, Query] = {}
        self._numbers = itertools.count(1)

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Carry out a request; a failure becomes an error reply without any password in it."""
        try:
            return getattr(self, f"_{request.pop('do')}")(**request)
        except Exception as error:
            return {"error": self._without_secrets(self._message(error))}

    @functools.cached_property
    def _url(self) -> Any:
        if sqlalchemy is None:
            raise SourceError(f"SQLAlchemy is not installed for {sys.executable}: pip install sqlalchemy")
        if sqlalchemy.__version__.startswith("1."):
            raise SourceError(f"SQLAlchemy {sqlalchemy.__version__} is too old: pip install 'sqlalchemy>=2'")
        try:
            return sqlalchemy.make_url(self._url_text)
        except (sqlalchemy.exc.ArgumentError, ValueError):
            # SQLAlchemy's message may hold the URL, and with it the password
            raise SourceError(
                "The option url is not a SQLAlchemy URL; expected dialect+driver://user:password@host:port/database, "
                "with special characters of the password percent-encoded."
            ) from None

    @functools.cached_property
    def _engine(self) -> Any:
        url, options = engine_options(self._url, self._read_only, self._external_access)
        try:
            engine = sqlalchemy.create_engine(url, **options)
        except sqlalchemy.exc.NoSuchModuleError:
            raise SourceError(missing_package(url.get_backend_name(), f"the dialect of {url.drivername}://")) from None
        except ModuleNotFoundError as error:
            raise SourceError(missing_package(error.name, f"the driver of {url.drivername}://")) from None
        if engine.dialect.is_async:
            raise SourceError(f"{url.drivername}:// is an asynchronous driver; name a synchronous one in the url.")
        if self._read_only:
            backend = url.get_backend_name()
            sqlalchemy.event.listen(engine, "connect", lambda connection, _: guard_connection(backend, connection))
        return engine

    def _test(self) -> dict[str, Any]:
        with self._engine.connect() as connection:
            connection.scalar(sqlalchemy.select(sqlalchemy.literal_column("1")))
        return {}

    def _query(self, sql: str, batchSize: int) -> dict[str, Any]:  # noqa: N803 -- the name in the protocol
        batch_size = min(batchSize, MAX_BATCH_ROWS)
        connection = self._engine.connect()
        try:
            # no_parameters: without it drivers look for placeholders in the text, and % or :name is no longer itself
            connection = connection.execution_options(yield_per=batch_size, no_parameters=True)
            result = connection.exec_driver_sql(self._statement(sql))
            if not result.returns_rows:
                raise SourceError("The statement returns no rows: a source query must be a select.")
            query = Query(connection, result, batch_size, self._allow_rounding)
        except BaseException:
            connection.close()
            raise
        number = next(self._numbers)
        self._queries[number] = query
        columns = [
            {"name": column.name, "type": column.evidence_type, "precise": column.precise} for column in query.columns
        ]
        return {"query": number, "columns": columns}

    def _statement(self, sql: str) -> str:
        if self._engine.dialect.name != "postgresql":
            return sql
        # psycopg declares a cursor with the extended protocol, which takes one statement. The other drivers use the
        # simple one, which takes several: `commit; begin read write; ...` would leave the read-only transaction.
        # A semicolon in a string is refused with the rest rather than trusting a parser of ours to tell.
        if self._read_only and self._engine.dialect.driver != "psycopg" and ";" in sql.rstrip().removesuffix(";"):
            raise SourceError(
                f"With the driver {self._engine.dialect.driver} a read-only query must not hold a semicolon, except as "
                "its last character. Use postgresql+psycopg://, which needs no such rule."
            )
        return "\n" + sql  # keeps DECLARE ... CURSOR on a line of its own; see _message

    def _next(self, query: int) -> dict[str, Any]:
        if query not in self._queries:
            raise SourceError("The rows of this query have been read already.")
        try:
            rows = self._queries[query].next_rows()
        except BaseException:
            self._queries.pop(query).close()
            raise
        if not rows:
            self._queries.pop(query).close(commit=not self._read_only)
        return {"rows": rows}

    def _close(self, query: int) -> dict[str, Any]:
        if query in self._queries:
            self._queries.pop(query).close()
        return {}

    def _message(self, error: Exception) -> str:
        """Give the database's own words: SQLAlchemy adds its name for the error, the whole query and a link."""
        if isinstance(error, SourceError):
            return str(error)
        cause = getattr(error, "orig", None) or error
        last = cause.args[-1] if cause.args else None
        message = (last if isinstance(last, str) else str(cause)).strip() or type(cause).__name__
        if self._url.get_backend_name() == "postgresql":
            # the query begins on line 2 of what the server sees; keep the width, the caret below points by it
            message = re.sub(
                r"^LINE (\d+):", lambda line: f"LINE {int(line[1]) - 1}:".ljust(len(line[0])), message, flags=re.M
            )
        return message

    def _without_secrets(self, message: str) -> str:
        for secret in secrets(self._url_text):
            message = message.replace(secret, "***")
        return message


def missing_package(name: str, what_for: str) -> str:
    """Say which package has to be installed, by the name of a module or a dialect."""
    package = PIP_PACKAGES.get(name)
    advice = f"pip install '{package}'" if package else f"no module named {name}"
    return f"The Python package for {what_for} is not installed for {sys.executable}: {advice}"


def secrets(url: str) -> list[str]:
    """Give the parts of a URL that must not be printed, as written and decoded, longest first.

    Works on the text, for a URL may be wrong: a password with an unencoded @ ends, for SQLAlchemy, in the host.
    """
    parts = []
    if user_info := re.search(r"://[^:/?]*:(.*)@", url, flags=re.S):
        parts += [user_info[1], *user_info[1].split("@")]
    parts += re.findall(r"[?&;][^=&;]*(?:password|passwd|pwd|secret|token|key)[^=&;]*=([^&;]*)", url, flags=re.I)
    parts += [urllib.parse.unquote(part) for part in parts] + [urllib.parse.unquote_plus(part) for part in parts]
    return sorted({part for part in parts if part}, key=len, reverse=True)


def read_requests(stream: Any, requests: queue.SimpleQueue) -> None:
    """Queue the requests that come in; when the other side has ended, however it ended, so does this process."""
    for line in stream:
        requests.put(json.loads(line))
    os._exit(0)


def main() -> None:
    """Serve requests until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the other side, which takes this one with it
    # What a driver prints must not get between the replies, nor what it prompts for eat a request
    incoming = os.fdopen(os.dup(0), "rb")
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)

    requests: queue.SimpleQueue = queue.SimpleQueue()
    threading.Thread(target=read_requests, args=(incoming, requests), daemon=True).start()
    source = Source(requests.get())
    while True:
        reply = json.dumps(source.answer(requests.get()), separators=(",", ":"), allow_nan=False)
        outgoing.write(reply.encode() + b"\n")
        outgoing.flush()


if __name__ == "__main__":
    main()

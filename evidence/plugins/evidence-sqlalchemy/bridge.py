"""Runs SQL queries over SQLAlchemy for the Node side of evidence-sqlalchemy.

One process serves one data source. Requests and replies are one line of JSON each; every request gets one reply, in
order:

    settings (first line)  {"url", "readOnly", "externalAccess", "allowRounding"}     no reply
    {"do": "test"}                                                              {}
    {"do": "query", "sql", "batchSize"}                                         {"query", "columns"}
    {"do": "next", "query"}                                                     {"rows"}, empty after the last row
    {"do": "close", "query"}                                                    {}

A request that fails gets the reply {"error": message}. The caller asks for every batch, and that is the backpressure:
nothing is read from the database before it is asked for. Several queries may be open at once, each on its own
connection.
"""

import functools
import itertools
import json
import os
import pickle
import queue
import re
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from typing import IO, Any

from bridge_databases import engine_options, guard_connection, missing_package, secrets
from bridge_results import (
    Column,
    SourceError,
    column_names,
    described_type,
    infer_types,
    write_boolean,
    write_date,
    write_number,
    write_string,
)

try:
    import sqlalchemy
except ImportError:  # said by the first request, which can be answered
    HAS_SQLALCHEMY = False
else:
    HAS_SQLALCHEMY = True

# A batch becomes one line of JSON in both processes, so its size is what bounds their memory.
MAX_BATCH_ROWS = 2000
# A batch may exceed it by one row; a character takes up to six in JSON, and text in JavaScript has at most 512 million.
MAX_BATCH_CHARACTERS = 40_000_000

Row = tuple[Any, ...]
Requests = queue.SimpleQueue[dict[str, Any]]


def unpickled(file: IO[bytes]) -> Iterator[list[Row]]:
    """Yield the batches that `Query` wrote to a temporary file."""
    file.seek(0)
    while True:
        try:
            yield pickle.load(file)  # noqa: S301 -- an unnamed temporary file that only this process can write
        except EOFError:
            return


def as_json(reply: dict[str, Any]) -> bytes:
    """Write a reply on one line."""
    return json.dumps(reply, separators=(",", ":"), allow_nan=False).encode()


class Query:
    """An open query: its connection, its columns and the rows not yet asked for."""

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
        self._rows = itertools.chain.from_iterable(self._settle(types))
        writers: dict[str, Callable[[Any], Any]] = {
            "number": functools.partial(write_number, allow_rounding=allow_rounding),
            "date": write_date,
            "boolean": write_boolean,
            "string": write_string,
        }
        self.columns = [
            Column(name, evidence_type or "string", known is not None, writers[evidence_type or "string"])
            for name, evidence_type, known in zip(names, types, described, strict=True)
        ]

    def _fetch(self) -> list[Row]:
        return [tuple(row) for row in self._result.fetchmany(self._batch_size)]

    def _settle(self, types: list[str | None]) -> Iterator[list[Row]]:
        """Fill in the types that are None from the first value of their column; return all batches of the result.

        A column that begins with NULLs makes this read ahead, perhaps to the end: the rows wait in a file.
        """
        first = self._fetch()
        infer_types(types, first)
        ahead: Iterator[list[Row]] = iter(())
        if first and None in types:
            file = tempfile.TemporaryFile()  # noqa: SIM115 -- lives as long as the query
            while None in types and (rows := self._fetch()):
                infer_types(types, rows)
                pickle.dump(rows, file)
            ahead = unpickled(file)
        return itertools.chain([first], ahead, iter(self._fetch, []))

    def next_rows(self) -> list[list[Any]]:
        """Return the next rows as JSON values, none after the last; long ones come in smaller batches.

        Raises SourceError for a cell that has no value, and for a row that is too long to be sent.
        """
        rows = []
        characters = 0
        for row in itertools.islice(self._rows, self._batch_size):
            self._rows_read += 1
            cells = []
            for column, value in zip(self.columns, row, strict=True):
                try:
                    cells.append(None if value is None else column.write(value))
                except ValueError as error:
                    raise SourceError(f'Column "{column.name}", row {self._rows_read}: {error}') from None
            length = sum(len(cell) for cell in cells if isinstance(cell, str))
            if length > MAX_BATCH_CHARACTERS:
                raise SourceError(
                    f"Row {self._rows_read} has {length:,} characters of text; a row may have {MAX_BATCH_CHARACTERS:,}."
                )
            rows.append(cells)
            characters += length
            if characters > MAX_BATCH_CHARACTERS:
                break
        return rows

    def close(self, commit: bool = False) -> None:
        """End the query's transaction, by default without any effect, and close its connection."""
        with self._connection:
            self._result.close()
            if commit:
                self._connection.commit()


class Source:
    """A data source: its engine and its open queries."""

    def __init__(self, settings: dict[str, Any]):
        """Keep the settings; the first request creates the engine, and can report what is wrong with them."""
        self._url_text = settings["url"]
        self._read_only = settings["readOnly"]
        self._external_access = settings["externalAccess"]
        self._allow_rounding = settings["allowRounding"]
        self._queries: dict[int, Query] = {}
        self._numbers = itertools.count(1)

    def answer(self, request: dict[str, Any]) -> bytes:
        """Return the reply to a request as JSON; a failure becomes an error without any password in it."""
        try:
            handle: Callable[..., dict[str, Any]] = getattr(self, f"_{request.pop('do')}")
            return as_json(handle(**request))
        except Exception as error:
            return as_json({"error": self._without_secrets(self._message(error))})

    @functools.cached_property
    def _url(self) -> Any:
        if not HAS_SQLALCHEMY:
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
            guard = functools.partial(guard_connection, url.get_backend_name(), self._external_access)
            sqlalchemy.event.listen(engine, "connect", lambda connection, _: guard(connection))
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
            raise SourceError("The rows of this query have already been read.")
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
        """Return the database's own words, without SQLAlchemy's error class, the whole query and a link."""
        if isinstance(error, SourceError):
            return str(error)
        if isinstance(error, MemoryError):
            return "Out of memory: select fewer rows or shorter values."
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


def read_requests(stream: IO[bytes], requests: Requests) -> None:
    """Queue incoming requests; end this process when the other side ends, however that happens."""
    for line in stream:
        requests.put(json.loads(line))
    os._exit(0)


def main() -> None:
    """Serve requests until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the other side, whose end ends this one
    # A driver that prints must not corrupt the replies, and one that prompts must not consume a request
    incoming = os.fdopen(os.dup(0), "rb")
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)

    requests: Requests = queue.SimpleQueue()
    threading.Thread(target=read_requests, args=(incoming, requests), daemon=True).start()
    source = Source(requests.get())
    while True:
        outgoing.write(source.answer(requests.get()))
        outgoing.write(b"\n")
        outgoing.flush()


if __name__ == "__main__":
    main()

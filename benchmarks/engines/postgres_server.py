"""A PostgreSQL server of its own in a temporary folder, reached by a socket only: extracts go in, marts come out."""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol, Self

import duckdb

from benchmarks.engines.building import BuildError, MissingEngineError
from benchmarks.engines.compare import Delivered, from_csv
from fingerplan.paths import as_sql

DATABASE = "fingerplan"
CATALOG = "fingerplan_lake"
USER = "fingerplan"
# the server lives for a minute, so it need not survive a power cut
SETTINGS = (
    *("-c", "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"),
    *("-c", "shared_buffers=256MB"),
)
START_LIMIT_S = 30
STOP_LIMIT_S = 20


class Cursor(Protocol):
    """The part of psycopg2's cursor that is used here."""

    def __enter__(self) -> Self:
        """Open."""

    def __exit__(self, *_: object) -> None:
        """Close."""

    def execute(self, query: str) -> None:
        """Run a statement."""

    def fetchall(self) -> list[tuple[str, ...]]:
        """Return the rows of a query whose columns are all text."""

    def copy_expert(self, sql: str, file: IO[str]) -> None:
        """Run a COPY statement with a file at the other end."""


class Connection(Protocol):
    """The part of psycopg2's connection that is used here."""

    autocommit: bool

    def __enter__(self) -> Self:
        """Begin a transaction."""

    def __exit__(self, *_: object) -> None:
        """Commit it, or roll it back after an exception."""

    def cursor(self) -> Cursor:
        """Open a cursor."""

    def close(self) -> None:
        """Close the connection."""


@dataclass(frozen=True)
class Server:
    """A running server, by the folder of its socket."""

    socket: Path

    @property
    def catalog(self) -> str:
        """The connection string of DuckLake's catalog."""
        return f"dbname={CATALOG} host={self.socket} user={USER}"

    def connect(self, database: str = DATABASE) -> Connection:
        """Connect as the owner of the database."""
        import psycopg2  # type: ignore[import-untyped]  # the environment has no stubs for it

        connection: Connection = psycopg2.connect(host=str(self.socket), user=USER, dbname=database)
        return connection

    def version(self) -> str:
        """Return the version of PostgreSQL, such as 15.18."""
        with contextlib.closing(self.connect()) as connection, connection.cursor() as cursor:
            cursor.execute("show server_version")
            [(version,)] = cursor.fetchall()
        return version.split()[0]


def find_programs() -> Path:
    """Find the folder of initdb and postgres: on the path, or the newest version where Debian installs it.

    Raises:
        MissingEngineError: the server or a Python package of the engines is not installed.
    """
    for package in ("psycopg2", "dbt.adapters.postgres", "duckdb_extension_ducklake"):
        if not _is_installed(package):
            raise MissingEngineError(
                f"Postgres not tried: no Python package {package} here (make postgres installs it)"
            )
    on_path = shutil.which("postgres")
    if on_path:
        return Path(on_path).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda file: int(file.parts[-3]))
    if not versions:
        raise MissingEngineError(
            "Postgres not tried: no PostgreSQL server here (on Debian: apt-get install postgresql)"
        )
    return versions[-1].parent


@contextlib.contextmanager
def serving(programs: Path, folder: Path) -> Iterator[Server]:
    """Start a server below `folder` with the databases of the warehouse and of DuckLake's catalog, and stop it.

    Raises:
        BuildError: the server did not start; the message is its own.
        MissingEngineError: this is root, and no ordinary account can run the server.
    """
    home = folder / "server"
    home.mkdir()
    account = _ordinary_account()
    if account:  # PostgreSQL refuses to run as root
        os.chown(home, account.pw_uid, account.pw_gid)
        folder.chmod(0o711)
    _initialize(programs, home, account)
    with (home / "server.log").open("w") as log:
        # in a session of its own: Ctrl-C reaches this script, which then stops the server
        process = subprocess.Popen(
            [programs / "postgres", "-D", home / "data", "-k", home, *SETTINGS],
            stdout=log,
            stderr=log,
            cwd=home,
            start_new_session=True,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )
    try:
        server = Server(home)
        _wait_for(server, process, home / "server.log")
        for database in (DATABASE, CATALOG):
            with contextlib.closing(server.connect("postgres")) as connection:
                connection.autocommit = True
                with connection.cursor() as cursor:
                    cursor.execute(f"create database {database}")
        yield server
    finally:
        _stop(process)


def fill_extracts(server: Server, tables: dict[str, Path], folder: Path) -> None:
    """Replace the rows of the tables of the schema `extracts` with those of Parquet files.

    The tables are emptied, not dropped, because the views of the staging models read them.

    Args:
        server: the server.
        tables: the Parquet file of each table.
        folder: a folder for temporary files.
    """
    with contextlib.closing(server.connect()) as connection, connection, connection.cursor() as cursor:
        cursor.execute("create schema if not exists extracts")
        for name, parquet in tables.items():
            file = folder / f"{name}.csv"
            with duckdb.connect() as duck:
                described = duck.execute(f"describe from {as_sql(parquet)}").fetchall()
                duck.execute(f"copy (from {as_sql(parquet)}) to {as_sql(file)} (format csv, header)")
            # DuckDB's names of these types are valid in Postgres
            columns = ", ".join(f"{column} {declared}" for column, declared, *_ in described)
            cursor.execute(f"create table if not exists extracts.{name} ({columns})")
            cursor.execute(f"truncate extracts.{name}")
            with file.open(encoding="utf-8", newline="") as rows:
                cursor.copy_expert(f"copy extracts.{name} from stdin (format csv, header)", rows)
            file.unlink()
            cursor.execute(f"analyze extracts.{name}")


def export_marts(server: Server, folder: Path) -> dict[str, Delivered]:
    """Copy every mart into a CSV file in `folder`, with the types that Postgres declares."""
    marts: dict[str, Delivered] = {}
    with contextlib.closing(server.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(
            """
            select relation.relname, attribute.attname, format_type(attribute.atttypid, attribute.atttypmod)
            from pg_attribute as attribute
            inner join pg_class as relation on attribute.attrelid = relation.oid
            inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
            where namespace.nspname = 'marts'
                and relation.relkind in ('r', 'v', 'm')
                and attribute.attnum > 0
                and not attribute.attisdropped
            order by relation.relname, attribute.attnum
            """
        )
        columns: dict[str, list[tuple[str, str]]] = {}
        for mart, column, declared in cursor.fetchall():
            columns.setdefault(mart, []).append((column, declared))
        for mart, typed in columns.items():
            file = folder / f"{mart}.csv"
            with file.open("w", encoding="utf-8", newline="") as rows:
                cursor.copy_expert(rf"copy marts.{mart} to stdout (format csv, header, null '\N', force_quote *)", rows)
            marts[mart] = from_csv(file, typed)
    return marts


def _initialize(programs: Path, home: Path, account: pwd.struct_passwd | None) -> None:
    # sorted by code point as in DuckDB, but with the letters of Unicode, so that lower('Å') is 'å'
    outcome = subprocess.run(
        [
            *(programs / "initdb", "--pgdata", home / "data", "--username", USER, "--auth=trust", "--no-sync"),
            *("--encoding=UTF8", "--lc-collate=C", "--lc-ctype=C.UTF-8", "--no-instructions"),
        ],
        capture_output=True,
        text=True,
        cwd=home,
        check=False,
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
    )
    if outcome.returncode:
        raise BuildError(f"initdb failed: {outcome.stderr.strip()}")


def _ordinary_account() -> pwd.struct_passwd | None:
    """Return the account to run the server as if this is root; None if it can run as the current user."""
    if os.getuid():
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise MissingEngineError(
        "Postgres not tried: it refuses to run as root, and there is no account postgres or nobody"
    )


def _wait_for(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    import psycopg2

    until = time.monotonic() + START_LIMIT_S
    while True:
        try:
            server.connect("postgres").close()
            return
        except psycopg2.OperationalError as error:
            if process.poll() is not None or time.monotonic() > until:
                raise BuildError(f"The server did not start: {error}\n{log.read_text()}") from None
            time.sleep(0.1)


def _stop(process: subprocess.Popen[bytes]) -> None:
    # fast shutdown, then immediate shutdown, then the signal that no process can ignore
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=STOP_LIMIT_S)
            return


def _is_installed(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except ModuleNotFoundError:
        return False

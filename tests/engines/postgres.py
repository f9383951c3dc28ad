"""Run the same models on Postgres, and on DuckLake with its catalog there, and hold every mart against DuckDB's.

After the sample, months are delivered in two runs, of which the second may compute only what is due (`deliveries`).

`make postgres` starts a server of its own as an ordinary user, reached by a socket in a temporary folder only, and
stops it again. Exit code 0 where every mart is the same, 1 where something differs or fails, 2 where the machine lacks
PostgreSQL or the packages of requirements-engines.lock.
"""

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

import duckdb

from tests.engines.building import BuildError, MissingEngineError, build_reference, dbt_build, run_script, working
from tests.engines.compare import Compared, Delivered, compare, from_csv, from_duckdb, summary
from tests.engines.deliveries import Written, deliver_months

DATABASE = "fingerplan"
CATALOG = "fingerplan_lake"
USER = "fingerplan"
# it lives for a minute, so it need not survive a power cut
SETTINGS = ("listen_addresses=", "fsync=off", "full_page_writes=off", "synchronous_commit=off", "shared_buffers=256MB")


@dataclass(frozen=True)
class Server:
    """A running server, by the folder of its socket."""

    socket: Path

    @property
    def catalog(self) -> str:
        """How DuckLake finds its catalog."""
        return f"dbname={CATALOG} host={self.socket} user={USER}"

    def connect(self, database: str):
        """Connect as the owner of the database."""
        import psycopg2

        return psycopg2.connect(host=str(self.socket), user=USER, dbname=database)


def main() -> int:
    """Build, compare and report."""
    return run_script("postgres", _compare_engines)


def _compare_engines(folder: Path) -> int:
    programs = find_programs()
    extensions = lay_out_extensions(folder / "extensions")
    with working("building on DuckDB"):
        reference = build_reference(folder)
    compared: list[Compared] = []
    with _serving(programs, folder) as server:
        with working("building on Postgres"):
            _build_twice("postgres", folder, FINGERPLAN_POSTGRES_HOST=str(server.socket))
        compared += report("Postgres", compare(reference, export_marts(server, folder)))
        deliveries = folder / "deliveries"
        deliveries.mkdir()
        with working("delivering months to Postgres"):
            delivered = deliver_months(PostgresTables(server, deliveries), deliveries)
        compared += report("Postgres, delivered month by month", delivered)
        lake = {
            "FINGERPLAN_DUCKDB_EXTENSIONS": str(extensions),
            "FINGERPLAN_DUCKLAKE_CATALOG": server.catalog,
            "FINGERPLAN_DUCKLAKE_DATA": str(folder / "lake"),
        }
        with working("building on DuckLake"):
            _build_twice("ducklake", folder, **lake)
        compared += report("DuckLake", _compare_lake(reference, server, extensions))
    failed = sum(not mart.is_same for mart in compared)
    print(f"{len(compared) - failed} passed, {failed} failed")
    return 1 if failed or not compared else 0


def _build_twice(target: str, folder: Path, **environment: str) -> None:
    # a table that is there already is written to in another way than one that is made
    print(dbt_build(target, folder, **environment), flush=True)
    kept = ("--select", "config.materialized:incremental+")
    print(f"over the tables that are there: {dbt_build(target, folder, *kept, **environment)}", flush=True)


def report(engine: str, compared: list[Compared]) -> list[Compared]:
    """Print a line a mart and how many of them differ."""
    for mart in compared:
        print(mart)
    print(f"{engine}: {summary(compared)}", flush=True)
    return compared


def find_programs() -> Path:
    """Find the folder of initdb and postgres: on the path, or where Debian puts the newest version.

    Raises:
        MissingEngineError: where the server or a package of the engines is not installed.
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


def lay_out_extensions(folder: Path) -> Path:
    """Install DuckDB's extensions from their wheels into `folder`, since DuckDB itself would download them."""
    for name in ("postgres_scanner", "ducklake"):
        package = Path(importlib.util.find_spec(f"duckdb_extension_{name}").origin).parent
        [file] = package.rglob("*.duckdb_extension")
        with duckdb.connect(config={"extension_directory": str(folder)}) as connection:
            connection.execute(f"install '{file}'")
    return folder


@contextlib.contextmanager
def _serving(programs: Path, folder: Path) -> Iterator[Server]:
    """Start a server below `folder` and stop it."""
    home = folder / "server"
    home.mkdir()
    account = _ordinary_account()
    if account:  # PostgreSQL refuses to run as root
        os.chown(home, account.pw_uid, account.pw_gid)
        folder.chmod(0o711)
    as_user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    # sorted by code point, as DuckDB sorts, but with the letters of Unicode: lower('Å') is 'å'
    made = subprocess.run(
        [
            *(programs / "initdb", "--pgdata", home / "data", "--username", USER, "--auth=trust", "--no-sync"),
            *("--encoding=UTF8", "--lc-collate=C", "--lc-ctype=C.UTF-8", "--no-instructions"),
        ],
        capture_output=True,
        text=True,
        cwd=home,
        check=False,
        **as_user,
    )
    if made.returncode:
        raise BuildError(f"initdb failed: {made.stderr.strip()}")
    settings = [part for setting in SETTINGS for part in ("-c", setting)]
    with (home / "server.log").open("w") as log:
        # a session of its own: Ctrl-C is for this script, which then stops the server
        process = subprocess.Popen(
            [programs / "postgres", "-D", home / "data", "-k", home, *settings],
            stdout=log,
            stderr=log,
            cwd=home,
            start_new_session=True,
            **as_user,
        )
    try:
        server = Server(home)
        _wait_for(server, process, home / "server.log")
        for database in (DATABASE, CATALOG):
            with contextlib.closing(server.connect("postgres")) as connection:
                connection.autocommit = True
                connection.cursor().execute(f"create database {database}")
        yield server
    finally:
        _stop(process)


def _ordinary_account() -> pwd.struct_passwd | None:
    """The account that the server runs as, where this is root; else None, and it runs as whoever this is."""
    if os.getuid():
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise MissingEngineError(
        "Postgres not tried: it refuses to run as root, and there is no account postgres or nobody"
    )


def _wait_for(server: Server, process: subprocess.Popen, log: Path, seconds: float = 30) -> None:
    import psycopg2

    until = time.monotonic() + seconds
    while True:
        try:
            server.connect("postgres").close()
            return
        except psycopg2.OperationalError as error:
            if process.poll() is not None or time.monotonic() > until:
                raise BuildError(f"The server did not start: {error}\n{log.read_text()}") from None
            time.sleep(0.1)


def _stop(process: subprocess.Popen) -> None:
    # fast, immediate, and what no process can refuse
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=20)
            return


def export_marts(server: Server, folder: Path) -> dict[str, Delivered]:
    """Copy every mart into a CSV file, with the types that Postgres declares."""
    marts: dict[str, Delivered] = {}
    with contextlib.closing(server.connect(DATABASE)) as connection, connection.cursor() as cursor:
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
        for mart, declared in columns.items():
            file = folder / f"{mart}.csv"
            with file.open("w", encoding="utf-8", newline="") as written:
                cursor.copy_expert(
                    rf"copy marts.{mart} to stdout (format csv, header, null '\N', force_quote *)", written
                )
            marts[mart] = from_csv(file, declared)
    return marts


class PostgresTables:
    """Extracts, kept tables and marts on a server, for `deliver_months`."""

    target = "postgres"
    is_tested = True

    def __init__(self, server: Server, folder: Path) -> None:
        """Take the server and a folder for files on the way."""
        self._server, self._folder = server, folder
        self.environment = {"FINGERPLAN_POSTGRES_HOST": str(server.socket)}

    def replace_extracts(self, tables: dict[str, Path]) -> None:
        """Empty the tables and copy the rows in; they are not dropped, for the views of the staging read them."""
        with (
            contextlib.closing(self._server.connect(DATABASE)) as connection,
            connection,
            connection.cursor() as cursor,
        ):
            cursor.execute("create schema if not exists extracts")
            for name, parquet in tables.items():
                file = self._folder / f"{name}.csv"
                with duckdb.connect() as duck:
                    described = duck.execute(f"describe from '{parquet}'").fetchall()
                    duck.execute(f"copy (from '{parquet}') to '{file}' (format csv, header)")
                # the names of DuckDB's types are names of Postgres' too
                columns = ", ".join(f"{column} {declared}" for column, declared, *_ in described)
                cursor.execute(f"create table if not exists extracts.{name} ({columns})")
                cursor.execute(f"truncate extracts.{name}")
                with file.open(encoding="utf-8", newline="") as written:
                    cursor.copy_expert(f"copy extracts.{name} from stdin (format csv, header)", written)

    def written(self, table: str, column: str) -> Written:
        """Give the transactions that wrote the rows of each month, with how many each wrote."""
        with contextlib.closing(self._server.connect(DATABASE)) as connection, connection.cursor() as cursor:
            cursor.execute(
                f"select {column}::text, xmin::text || ' x ' || count(*) from {table} group by {column}, xmin::text"
            )
            marks: dict[str, set[str]] = {}
            for month, mark in cursor.fetchall():
                marks.setdefault(month, set()).add(mark)
        return {month: frozenset(found) for month, found in marks.items()}

    def marts(self) -> dict[str, Delivered]:
        """Copy every mart."""
        return export_marts(self._server, self._folder)


def _compare_lake(reference: Path, server: Server, extensions: Path) -> list[Compared]:
    with duckdb.connect(config={"extension_directory": str(extensions)}) as connection:
        connection.execute("load postgres_scanner; load ducklake")
        connection.execute(f"attach 'ducklake:postgres:{server.catalog}' as lake (read_only)")
        marts = connection.execute(
            "select table_name from duckdb_tables() where database_name = 'lake' and schema_name = 'marts'"
        ).fetchall()
        delivered = {mart: from_duckdb(connection, f"lake.marts.{mart}") for (mart,) in marts}
        return compare(reference, delivered, connection)


def _is_installed(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except ModuleNotFoundError:
        return False


if __name__ == "__main__":
    raise SystemExit(main())

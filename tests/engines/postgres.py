"""Run the same models on Postgres, and on DuckLake with its catalog there, and compare every mart with DuckDB's.

After the sample, months are delivered in two runs; the second may compute only the months that are due (`deliveries`).

`make postgres` starts a server of its own as an ordinary user and stops it again. Exit code 0 if every mart is equal,
1 if something differs or fails, 2 if the machine lacks PostgreSQL or the packages of requirements-engines.lock.
"""

import contextlib
import importlib
from pathlib import Path

import duckdb

from benchmarks.engines.building import build_reference, dbt_build, run_script, working
from benchmarks.engines.compare import Compared, Delivered, compare, from_duckdb, marts_of
from benchmarks.engines.postgres_server import Server, export_marts, fill_extracts, find_programs, serving
from tests.engines.deliveries import Written, deliver_months
from tests.engines.report import exit_code, report


def main() -> int:
    """Build, compare and report."""
    return run_script("postgres", _compare_engines)


def _compare_engines(folder: Path) -> int:
    programs = find_programs()
    extensions = install_extensions(folder / "extensions")
    with working("building on DuckDB"):
        reference = build_reference(folder)
    compared: list[Compared] = []
    with serving(programs, folder) as server:
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
    return exit_code(compared)


def _build_twice(target: str, folder: Path, **environment: str) -> None:
    # a table that exists is written in another way than a new one
    print(dbt_build(target, folder, **environment), flush=True)
    kept = ("--select", "config.materialized:incremental+")
    print(f"again, into existing tables: {dbt_build(target, folder, *kept, **environment)}", flush=True)


def install_extensions(folder: Path) -> Path:
    """Install DuckDB's extensions from their wheels into `folder`; DuckDB itself would download them."""
    for name in ("postgres_scanner", "ducklake"):
        package = importlib.import_module(f"duckdb_extension_{name}")
        [file] = Path(package.__path__[0]).rglob("*.duckdb_extension")
        with duckdb.connect(config={"extension_directory": str(folder)}) as connection:
            connection.execute(f"install '{file}'")
    return folder


class PostgresTables:
    """Extracts, incremental tables and marts on a server, for `deliver_months`."""

    target = "postgres"
    is_tested = True

    def __init__(self, server: Server, folder: Path) -> None:
        """Take the server and a folder for temporary files."""
        self._server, self._folder = server, folder
        self.environment = {"FINGERPLAN_POSTGRES_HOST": str(server.socket)}

    def replace_extracts(self, tables: dict[str, Path]) -> None:
        """Replace the rows of the extracts."""
        fill_extracts(self._server, tables, self._folder)

    def written(self, table: str, column: str) -> Written:
        """Return the transactions that wrote the rows of each month, and how many rows each wrote."""
        with contextlib.closing(self._server.connect()) as connection, connection.cursor() as cursor:
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
        delivered = {mart: from_duckdb(connection, f"lake.marts.{mart}") for mart in marts_of(connection, "lake")}
        return compare(reference, delivered, connection)


if __name__ == "__main__":
    raise SystemExit(main())

"""Run the same models on a standalone Spark of two workers, and compare every mart with DuckDB's.

After the sample, months are delivered in two runs; the second may compute only the months that are due (`deliveries`).

`make spark` starts the cluster, with the Thrift server that dbt connects to, and stops it again. With `--kill-worker`
one of its two workers is killed when a third of the models are built. Exit code 0 if every mart is equal, 1 if
something differs or fails, 2 if the machine lacks Java or the packages of requirements-engines.lock.
"""

import argparse
import contextlib
import threading
import time
from pathlib import Path

import duckdb

from benchmarks.engines.building import BuildError, build_reference, dbt_build, run_script, working
from benchmarks.engines.compare import Delivered, compare, from_parquet
from tests.engines.deliveries import Written, deliver_months
from tests.engines.report import exit_code, report
from tests.engines.spark_cluster import MASTER_ADDRESS, WORKER_ADDRESSES, Cluster


def main() -> int:
    """Build, compare and report."""
    parser = argparse.ArgumentParser(prog="spark", description=__doc__.partition("\n")[0])
    parser.add_argument("--kill-worker", action="store_true", help="kill a worker when a third of the models are built")
    kill_worker = parser.parse_args().kill_worker
    return run_script("spark", lambda folder: _compare_engines(folder, kill_worker))


def _compare_engines(folder: Path, kill_worker: bool) -> int:
    started = time.monotonic()
    with Cluster(folder) as cluster:
        # Java takes twice as long to start as DuckDB takes to build
        with working("starting Spark and building on DuckDB"):
            reference = build_reference(folder)
            cluster.wait_until_ready()
        print(
            f"Spark is running: a master, workers on {' and '.join(WORKER_ADDRESSES)} and the Thrift server, "
            f"in {time.monotonic() - started:.0f} s",
            flush=True,
        )
        killer = Killer(cluster, tables_in(reference)) if kill_worker else None
        with working("building on Spark"):
            environment = {"FINGERPLAN_SPARK_HOST": MASTER_ADDRESS, "FINGERPLAN_SPARK_PORT": str(cluster.thrift_port)}
            if killer:
                killer.start()
            try:
                built = dbt_build("spark", folder, **environment)
            finally:
                if killer:
                    killer.stop()
        if killer:
            print(killer.report(), flush=True)
        print(built, flush=True)
        tables = SparkTables(cluster)
        compared = report("Spark", compare(reference, tables.marts()))
        deliveries = folder / "deliveries"
        deliveries.mkdir()
        with working("delivering months to Spark"):
            delivered = deliver_months(tables, deliveries)
        compared += report("Spark, delivered month by month", delivered)
    return exit_code(compared)


class SparkTables:
    """Extracts, incremental tables and marts on a cluster, for `deliver_months`."""

    target = "spark"
    is_tested = False

    def __init__(self, cluster: Cluster) -> None:
        """Take a cluster that is ready."""
        self._cluster = cluster
        self.environment = {
            "FINGERPLAN_SPARK_HOST": MASTER_ADDRESS,
            "FINGERPLAN_SPARK_PORT": str(cluster.thrift_port),
        }

    def replace_extracts(self, tables: dict[str, Path]) -> None:
        """Create tables over the files, which hold their own types."""
        from pyhive import hive  # type: ignore[import-not-found]  # installed with the engines only

        with (
            contextlib.closing(hive.connect(MASTER_ADDRESS, self._cluster.thrift_port, auth="NOSASL")) as connection,
            contextlib.closing(connection.cursor()) as cursor,
        ):
            cursor.execute("create schema if not exists extracts")
            for name, parquet in tables.items():
                cursor.execute(f"drop table if exists extracts.{name}")
                cursor.execute(f"create table extracts.{name} using parquet location '{parquet}'")

    def written(self, table: str, column: str) -> Written:
        """Return the names of the files of each month's partition: a name contains the id of the job that wrote it."""
        schema, _, name = table.partition(".")
        return {
            partition.name.partition("=")[2]: frozenset(file.name for file in partition.glob("*.parquet"))
            for partition in (self._cluster.warehouse / f"{schema}.db" / name).glob(f"{column}=*")
        }

    def marts(self) -> dict[str, Delivered]:
        """Find the files of every mart."""
        return {table.name: from_parquet(table) for table in (self._cluster.warehouse / "marts.db").iterdir()}


def tables_in(reference: Path) -> int:
    """Count the models that a build writes as tables; views leave nothing in Spark's folder."""
    with duckdb.connect(str(reference), read_only=True) as connection:
        [(tables,)] = connection.execute(
            "select count(*) from duckdb_tables() where schema_name in ('staging', 'intermediate', 'marts')"
        ).fetchall()
    return int(tables)


class Killer(threading.Thread):
    """Watch the tables appear, and kill a worker when a third of the models' tables exist."""

    def __init__(self, cluster: Cluster, tables: int) -> None:
        """Take the cluster and the number of tables that the models will be built as."""
        super().__init__(daemon=True)
        self._cluster, self._tables = cluster, tables
        self._ended = threading.Event()
        self._killed = ""

    def run(self) -> None:
        """Wait for that moment, then kill."""
        while not self._ended.wait(0.1):
            built = self._built()
            if 3 * built >= self._tables:
                self._killed = f"after {built} of {self._tables} tables: {self._cluster.kill_worker()}"
                return

    def stop(self) -> None:
        """Stop watching."""
        self._ended.set()
        self.join()

    def report(self) -> str:
        """Summarize in one line which worker was killed and what Spark lost with it.

        Raises:
            BuildError: no worker was killed, or Spark did not notice.
        """
        lost = self._cluster.lost()
        if not self._killed or not lost:
            raise BuildError(f"No worker was lost in the build: {self._killed or 'it ended too soon'}")
        return f"Killed {self._killed}; Spark {lost}"

    def _built(self) -> int:
        folders = self._cluster.warehouse.glob("*.db/*")
        return sum(folder.parent.name != "seeds.db" for folder in folders)


if __name__ == "__main__":
    raise SystemExit(main())

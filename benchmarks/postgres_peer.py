"""The case marts by the same models on a Postgres server of its own."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypedDict, final

import duckdb

from benchmarks import case_marts, lake
from benchmarks.engines.building import MissingEngineError, dbt_build, temporary_folder
from benchmarks.engines.compare import compare
from benchmarks.engines.postgres_server import export_marts, fill_extracts, find_programs, serving
from benchmarks.results import Skipped
from fingerplan.gate.extracts import declared_extracts
from fingerplan.paths import PROJECT, as_sql
from fingerplan.warehouse.archive import Key
from fingerplan.warehouse.due_months import list_deliveries

MEMORY = "-c work_mem=256MB -c maintenance_work_mem=512MB"


@final
class Measured(TypedDict):
    """Seconds to load the extracts, of the first build and of one month more, the last two of dbt's whole process.

    `differing` has a text for each case mart that differs from the reference.
    """

    load_s: float
    full_s: float
    month_s: float
    version: str
    differing: list[str]


def measure(folder: Path, months: int, reference: Path) -> Measured | Skipped:
    """Build `months` months of a lake on Postgres, then one more.

    Args:
        folder: the lake.
        months: the number of months of the first build.
        reference: a DuckDB file with the case marts of one month more.
    """
    try:
        programs = find_programs()
    except MissingEngineError as missing:
        return {"skipped": str(missing)}
    with temporary_folder("bench-postgres") as work, serving(programs, work) as server:
        arguments = ("--vars", '{"extracts": "archive"}', *case_marts.SELECTED)
        environment = {"FINGERPLAN_POSTGRES_HOST": str(server.socket), "PGOPTIONS": MEMORY}
        wanted = lake.keys(folder, months + 1)
        tables = _lay_out(folder, wanted[:-1], work)
        load_s = _seconds(lambda: fill_extracts(server, tables, work))
        full_s = _seconds(lambda: dbt_build("postgres", work, *arguments, **environment))
        fill_extracts(server, _lay_out(folder, wanted, work), work)
        month_s = _seconds(lambda: dbt_build("postgres", work, *arguments, **environment))
        compared = compare(reference, export_marts(server, work))
        differing = [str(mart) for mart in compared if mart.mart in case_marts.NAMES and not mart.is_same]
        version = server.version()
    return {"load_s": load_s, "full_s": full_s, "month_s": month_s, "version": version, "differing": differing}


def _lay_out(folder: Path, wanted: list[Key], work: Path) -> dict[str, Path]:
    """Write a Parquet file for each table of the extracts; those of postings and key figures are empty."""
    versions = lake.versions(folder, wanted)
    list_deliveries(versions, work)
    declarations = declared_extracts(PROJECT)
    tables = {name: work / f"{name}.parquet" for name in ("cases", "postings", "kpis", "deliveries")}
    with duckdb.connect() as connection:
        files = ", ".join(as_sql(version.parquet) for version in versions.values())
        connection.execute(
            f"copy (from read_parquet([{files}], hive_partitioning = false)) to {as_sql(tables['cases'])}"
            " (format parquet)"
        )
        for kind in ("postings", "kpis"):
            types = {**declarations[kind].column_types, "data_origin": "varchar"}
            columns = ", ".join(f"cast(null as {declared}) as {column}" for column, declared in types.items())
            connection.execute(f"copy (select {columns} limit 0) to {as_sql(tables[kind])} (format parquet)")
    return tables


def _seconds(call: Callable[[], object]) -> float:
    started = time.monotonic()
    call()
    return time.monotonic() - started

"""The tables of the history: columns, types and comments, and the relations that read them."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from fingerplan.paths import as_sql

# Column types and comments; Parquet files of older runs may lack columns that came later.
TABLES: dict[str, tuple[str, dict[str, tuple[str, str]]]] = {
    "run": (
        "One row per run of the command line that touched the warehouse, whatever its outcome",
        {
            "run_id": ("varchar", "Key of the run: when it started, and its process"),
            "command": ("varchar", "build, refresh, rollback or verify"),
            "owner": ("varchar", "Account that ran it"),
            "started_at": ("timestamp", "Start, UTC"),
            "ended_at": ("timestamp", "End, UTC; of a killed run, when it was noticed"),
            "outcome": ("varchar", "published, unchanged, rejected, failed, killed, rolled_back or verified"),
            "exit_code": ("integer", "Exit code of the command; NULL for a killed run"),
            "findings": ("varchar", "Findings, one a line; personal data are masked"),
            "fingerplan_version": ("varchar", "Version of the command line"),
            "project_sha256": ("varchar", "Checksum of the dbt project: models, seeds, macros and tests"),
            "run_no": ("integer", "Number of the run: the order of runs, whatever the clock said; NULL before 2026-12"),
        },
    ),
    "publication_version": (
        "One row per archived version that counts after a publication or a rollback; none where the sample does",
        {
            "run_id": ("varchar", "Run that published or rolled back"),
            "kind": ("varchar", "cases, postings or kpis"),
            "month": ("date", "First day of the month"),
            "version": ("integer", "Version of the month in the archive"),
            "content_sha256": ("varchar", "Checksum of its content"),
            "data_origin": ("varchar", "sample or reported"),
        },
    ),
    "test_result": (
        "One row per data test of a run",
        {
            "run_id": ("varchar", "Run of the test"),
            "test_name": ("varchar", "Name of the test, which is its claim"),
            "status": ("varchar", "pass, warn, fail, error or skipped"),
            "failing_rows": ("bigint", "Rows that break the claim; NULL where it could not be tested"),
        },
    ),
    "headline_figure": (
        "One row per figure of marts.rpt_headline_figure and publication: what was published, and when",
        {
            "run_id": ("varchar", "Run that published"),
            "published_at": ("timestamp", "When, UTC"),
            "subject_kind": ("varchar", "station, high_cost_cases or reconciliation"),
            "subject_id": ("varchar", "Station, refund bracket or verdict"),
            "period": ("varchar", "Year, or latest"),
            "figure_name": ("varchar", "Column of the mart that the figure comes from"),
            "figure_value": ("decimal(28,4)", "The figure"),
            "unit": ("varchar", "dkk, cases, lines or checks"),
            "as_of_month": ("date", "Last month that the figure covers"),
            "data_origin": ("varchar", "published, sample or reported"),
        },
    ),
    "change": (
        "One row per headline figure that changed from one publication to the next",
        {
            "run_id": ("varchar", "Run that published the new figure"),
            "subject_kind": ("varchar", "station, high_cost_cases or reconciliation"),
            "subject_id": ("varchar", "Station, refund bracket or verdict"),
            "period": ("varchar", "Year, or latest"),
            "figure_name": ("varchar", "Column of the mart that the figure comes from"),
            "unit": ("varchar", "dkk, cases, lines or checks"),
            "value_before": ("decimal(28,4)", "Figure of the previous publication; NULL where it had none"),
            "value_after": ("decimal(28,4)", "New figure; NULL where it is no longer known"),
            "moved_by": ("decimal(28,4)", "After minus before; NULL where one of them is"),
            "as_of_month": ("date", "Last month that the new figure covers"),
            "data_origin_before": ("varchar", "Origin of the old figure"),
            "data_origin_after": ("varchar", "Origin of the new figure"),
        },
    ),
}


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the tables again: a build that continues from the published file holds those of the last publication."""
    connection.execute("drop schema if exists history cascade")
    connection.execute("create schema history")
    for table, (comment, columns) in TABLES.items():
        declared = ", ".join(f"{column} {column_type}" for column, (column_type, _) in columns.items())
        connection.execute(f"create table history.{table} ({declared})")
        connection.execute(f"comment on table history.{table} is '{comment}'")
        for column, (_, meaning) in columns.items():
            connection.execute(f"comment on column history.{table}.{column} is '{meaning}'")


@dataclass(frozen=True)
class CountedVersion:
    """An archived version that counts; checksum and origin are None where an older file does not tell them."""

    kind: str
    month: date
    version: int
    content_sha256: str | None
    data_origin: str | None

    def __str__(self) -> str:
        """Name the version for a message."""
        return f"{self.kind} of {self.month:%Y-%m}, version {self.version}"


def records(folder: Path, table: str) -> str | None:
    """Return the relation that reads one table of every run, or None where there is none."""
    return _relation(_files(folder, table))


def readable_records(connection: duckdb.DuckDBPyConnection, folder: Path, table: str) -> tuple[str | None, list[Path]]:
    """Return the relation that reads one table of every run, without the damaged files, and those."""
    files = _files(folder, table)
    damaged = [] if _opens(connection, files) else [file for file in files if not _opens(connection, [file])]
    return _relation([file for file in files if file not in damaged]), damaged


def runs_in_order(connection: duckdb.DuckDBPyConnection, relation: str) -> str:
    """Return the relation of the runs with every column, and `run_order`: their order, whatever the clock said.

    Runs of older versions have no number; they come first, by their id.

    Raises:
        duckdb.CatalogException: where there is no such relation.
    """
    known = columns_of(connection, relation)
    lacking = "".join(
        f", cast(null as {column_type}) as {column}"
        for column, (column_type, _) in TABLES["run"][1].items()
        if column not in known
    )
    return (
        "(select *, row_number() over (order by run_no nulls first, run_id) as run_order"
        f" from (select *{lacking} from {relation}))"
    )


def columns_of(connection: duckdb.DuckDBPyConnection, relation: str) -> list[str]:
    """Return the names of the columns of a relation."""
    described = connection.execute(f"select column_name from (describe select * from {relation})").fetchall()
    return [column for (column,) in described]


def _files(folder: Path, table: str) -> list[Path]:
    return sorted(folder.glob(f"[!.]*/{table}.parquet"))


def _relation(files: list[Path]) -> str | None:
    # a list as a parameter would make DuckDB import pandas, so the files are written into the text
    listed = ", ".join(map(as_sql, files))
    return f"read_parquet([{listed}], union_by_name = true)" if files else None


def _opens(connection: duckdb.DuckDBPyConnection, files: list[Path]) -> bool:
    """Whether every value of the files can be read; a count alone would read their ends only."""
    try:
        if files:
            connection.execute(f"select bit_xor(hash(columns(*))) from {_relation(files)}").fetchall()
    except duckdb.Error:
        return False
    return True

"""What was run and what was published: an append-only record of runs, tests, headline figures and changes.

    history/<run id>/{run,test_result,headline_figure,change}.parquet

A folder is written beside its place and renamed into it. The published file carries the whole history in its schema
`history`; if a run published and was killed before it wrote its folder, the folder is recovered from there, so neither
loses a row.
"""

import hashlib
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import duckdb

from fingerplan import __version__
from fingerplan.atomic_files import flush, flush_tree
from fingerplan.clock import now
from fingerplan.paths import PROJECT, as_sql
from fingerplan.warehouse.dbt_job import TestResult
from fingerplan.warehouse.lock import Holder, account

# Column types and comments; Parquet files of older runs may lack columns that came later.
TABLES: dict[str, tuple[str, dict[str, tuple[str, str]]]] = {
    "run": (
        "One row per run of the command line that touched the warehouse, whatever its outcome",
        {
            "run_id": ("varchar", "Key of the run; sorts by time"),
            "command": ("varchar", "build, refresh or rollback"),
            "owner": ("varchar", "Account that ran it"),
            "started_at": ("timestamp", "Start, UTC"),
            "ended_at": ("timestamp", "End, UTC; of a killed run, when it was noticed"),
            "outcome": ("varchar", "published, unchanged, rejected, failed, killed or rolled_back"),
            "exit_code": ("integer", "Exit code of the command; NULL for a killed run"),
            "findings": ("varchar", "Findings, one a line; personal data are masked"),
            "fingerplan_version": ("varchar", "Version of the command line"),
            "project_sha256": ("varchar", "Checksum of the dbt project: models, seeds, macros and tests"),
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


@dataclass
class Run:
    """A run as the history records it."""

    run_id: str
    command: str
    started_at: str = field(default_factory=now)
    tests: list[TestResult] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)


class History:
    """The folder of the history."""

    def __init__(self, folder: Path):
        """Take the folder; it need not exist yet."""
        self.folder = folder

    def recover(self, published: Path, killed: Holder | None) -> None:
        """Add what a killed run did not record: its own row, and its folder if it published. Call it under the lock."""
        for unfinished in self.folder.glob(".unfinished-*"):
            shutil.rmtree(unfinished, ignore_errors=True)
        if published.is_file():
            # if it cannot be read, whoever builds on it says so
            with suppress(duckdb.Error), duckdb.connect(str(published), read_only=True) as connection:
                for (run_id,) in connection.execute("select run_id from history.run order by run_id").fetchall():
                    if not (self.folder / run_id).exists():
                        self._write_folder(connection, run_id, list(TABLES))
        if killed and not (self.folder / killed.run_id).exists():
            run = Run(killed.run_id, killed.command, killed.since, findings=[f"killed: {killed}"])
            self.add(run, "killed", None)

    def add(self, run: Run, outcome: str, exit_code: int | None) -> None:
        """Record a run that published no new file."""
        with duckdb.connect() as connection:
            _create(connection)
            _insert_run(connection, run, outcome, exit_code)
            self._write_folder(connection, run.run_id, ["run", "test_result"])

    def write_into(self, build_file: Path, published: Path, run: Run) -> None:
        """Write the history, with this run's figures and changes, into a file that is about to be published.

        Raises:
            duckdb.Error: where the file cannot be written.
        """
        with duckdb.connect(str(build_file)) as connection:
            _create(connection)
            for table, (_, columns) in TABLES.items():
                rows = records(self.folder, table)
                if rows is None:
                    continue
                known = connection.execute(f"select column_name from (describe select * from {rows})").fetchall()
                names = ", ".join(column for (column,) in known if column in columns)
                connection.execute(f"insert into history.{table} ({names}) select {names} from {rows}")
            _insert_run(connection, run, "published", 0)
            connection.execute(
                "insert into history.headline_figure"
                f" select {as_sql(run.run_id)}, {as_sql(_timestamp(now()))}, subject_kind, subject_id, period,"
                " figure_name, figure_value, unit, as_of_month, data_origin from marts.rpt_headline_figure"
            )
            _insert_changes(connection, published, run.run_id)
            connection.execute("checkpoint")

    def publish(self, published: Path, run_id: str) -> None:
        """Write the folder of the run that was just published, from the published file."""
        with duckdb.connect(str(published), read_only=True) as connection:
            self._write_folder(connection, run_id, list(TABLES))

    def _write_folder(self, connection: duckdb.DuckDBPyConnection, run_id: str, tables: Iterable[str]) -> None:
        unfinished = self.folder / f".unfinished-{run_id}"
        unfinished.mkdir(parents=True)
        for table in tables:
            connection.execute(
                f"copy (select * from history.{table} where run_id = {as_sql(run_id)} order by all)"
                f" to {as_sql(unfinished / f'{table}.parquet')} (format parquet)"
            )
        flush_tree(unfinished)
        unfinished.rename(self.folder / run_id)
        flush(self.folder)


def records(folder: Path, table: str) -> str | None:
    """Return the relation that reads one table of every run, or None where there is none.

    A list as a parameter would make DuckDB import pandas, so the files are written into the text.
    """
    files = ", ".join(as_sql(file) for file in sorted(folder.glob(f"[!.]*/{table}.parquet")))
    return f"read_parquet([{files}], union_by_name = true)" if files else None


@dataclass(frozen=True)
class Publication:
    """The last publication of a warehouse, and the number of publications; `published_at` is in UTC.

    `project_sha256` is None in a file that was published before it was recorded.
    """

    run_id: str
    command: str
    owner: str
    published_at: datetime
    fingerplan_version: str
    project_sha256: str | None
    publications: int


def last_publication(connection: duckdb.DuckDBPyConnection) -> Publication | None:
    """Read the last publication of an open warehouse.

    Returns:
        The publication; None in a file that no command has published, such as the working file of plain dbt.
    """
    try:
        columns = connection.execute("select column_name from (describe history.run)").fetchall()
    except duckdb.CatalogException:
        return None
    project_sha256 = "project_sha256" if ("project_sha256",) in columns else "null"
    found = connection.execute(
        f"""
        select
            run_id, command, owner,
            coalesce(
                (select max(published_at) from history.headline_figure as said where said.run_id = run.run_id), ended_at
            ),
            fingerplan_version, {project_sha256}, count(*) over ()
        from history.run
        where outcome = 'published'
        order by run_id desc
        limit 1
        """
    ).fetchone()
    return Publication(*found) if found else None


@cache
def project_sha256() -> str:
    """Compute the checksum of the files that dbt reads; beside the extracts, they alone decide the marts."""
    digest = hashlib.sha256()
    for part in ("dbt_project.yml", "macros", "models", "seeds", "tests/data"):
        path = PROJECT / part
        files = sorted(file for file in path.rglob("*") if file.suffix in (".sql", ".yml", ".csv"))
        for file in files if path.is_dir() else [path]:
            digest.update(str(file.relative_to(PROJECT)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


@dataclass(frozen=True)
class Change:
    """A headline figure that changed with a publication; amounts in kroner, None where a figure is unknown."""

    subject_kind: str
    subject_id: str
    period: str
    figure_name: str
    unit: str
    value_before: Decimal | None
    value_after: Decimal | None
    moved_by: Decimal | None
    as_of_month: date | None
    data_origin_before: str | None
    data_origin_after: str | None

    @property
    def is_synthetic(self) -> bool:
        """Whether either figure is built on the sample."""
        return "sample" in (self.data_origin_before, self.data_origin_after)


def changes(connection: duckdb.DuckDBPyConnection, last: Publication | None) -> list[Change] | None:
    """Read what changed with the last publication, stations first.

    Returns:
        The changes; None where there is no previous publication to compare with.
    """
    if last is None or last.publications < 2:
        return None
    columns = ", ".join(field.name for field in fields(Change))
    rows = connection.execute(
        f"""
        select {columns} from history.change
        where run_id = {as_sql(last.run_id)}
        order by subject_kind = 'station' desc, subject_kind, subject_id, period, figure_name
        """
    ).fetchall()
    return [Change(*row) for row in rows]


def _timestamp(written: str) -> str:
    return written.rstrip("Z")


def _create(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the tables again: a build that continues from the published file holds those of the last publication."""
    connection.execute("drop schema if exists history cascade")
    connection.execute("create schema history")
    for table, (comment, columns) in TABLES.items():
        declared = ", ".join(f"{column} {column_type}" for column, (column_type, _) in columns.items())
        connection.execute(f"create table history.{table} ({declared})")
        connection.execute(f"comment on table history.{table} is '{comment}'")
        for column, (_, meaning) in columns.items():
            connection.execute(f"comment on column history.{table}.{column} is '{meaning}'")


def _insert_run(connection: duckdb.DuckDBPyConnection, run: Run, outcome: str, exit_code: int | None) -> None:
    values = [
        *(run.run_id, run.command, account(), _timestamp(run.started_at), _timestamp(now()), outcome, exit_code),
        *("\n".join(run.findings) or None, __version__, project_sha256()),
    ]
    connection.execute(f"insert into history.run values ({', '.join(map(as_sql, values))})")
    # one statement for all rows: a statement a row would take longer than the tests
    rows = ", ".join(
        f"({', '.join(map(as_sql, (run.run_id, test.name, test.status, test.failing_rows)))})" for test in run.tests
    )
    if rows:
        connection.execute(f"insert into history.test_result values {rows}")


def _insert_changes(connection: duckdb.DuckDBPyConnection, published: Path, run_id: str) -> None:
    """Compare with the file that is published now; without one, or without its figures, nothing has changed."""
    if not published.is_file():
        return
    try:
        connection.execute(f"attach {as_sql(published)} as published_before (read_only)")
        connection.execute("select 1 from published_before.marts.rpt_headline_figure limit 1")
    except duckdb.Error:
        return
    connection.execute(
        f"""
        insert into history.change
        with before as (
            select * from published_before.marts.rpt_headline_figure
        ),
        after as (
            select * from marts.rpt_headline_figure
        )
        select
            {as_sql(run_id)}, subject_kind, subject_id, period, figure_name, coalesce(after.unit, before.unit),
            before.figure_value, after.figure_value, after.figure_value - before.figure_value,
            coalesce(after.as_of_month, before.as_of_month), before.data_origin, after.data_origin
        from before
        full outer join after using (subject_kind, subject_id, period, figure_name)
        where before.figure_value is distinct from after.figure_value
        """
    )
    connection.execute("detach published_before")

"""What was run and what was published: an append-only record of runs, tests, headline figures and changes.

    history/<run id>/{run,publication_version,test_result,headline_figure,change}.parquet

A folder is written beside its place and renamed into it. Every published file carries the whole history of its time in
its schema `history`; what a folder lacks, because its run was killed or a file was damaged, is recovered from there row
by row, so neither loses a row.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import duckdb

from fingerplan import __version__
from fingerplan.atomic_files import flush, flush_tree, replace
from fingerplan.clock import now
from fingerplan.paths import PROJECT, as_sql
from fingerplan.warehouse.dbt_job import TestResult
from fingerplan.warehouse.history_tables import (
    TABLES,
    CountedVersion,
    columns_of,
    create_tables,
    readable_records,
    records,
    runs_in_order,
)
from fingerplan.warehouse.lock import Holder, account
from fingerplan.warehouse.masked_history import mask_folder


@dataclass
class Run:
    """A run as the history records it; `versions` count after it, `warnings` are for the user only.

    `is_upgrade` says that another version of the command line published the file that is there, `goes_on` that the
    build continues from it; None where that has not been asked.
    """

    run_id: str
    command: str
    started_at: str = field(default_factory=now)
    versions: list[CountedVersion] = field(default_factory=list)
    tests: list[TestResult] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    is_upgrade: bool = False
    goes_on: bool | None = None


class History:
    """The folder of the history."""

    def __init__(self, folder: Path, published: Sequence[Path] = ()):
        """Take the folder, which need not exist yet, and the files that were published, newest first."""
        self.folder = folder
        self.published = published

    def recover(self, killed: Holder | None) -> None:
        """Add what a killed run did not record: its own row, and its files if it published. Call it under the lock."""
        for unfinished in self.folder.glob(".unfinished-*"):
            shutil.rmtree(unfinished, ignore_errors=True)
        # the published file carries what those before it do, unless the folder was lost in between
        if self._complete(self.published[:1], TABLES, self._runs_without_file) != 1:
            self._complete(self.published[1:], ["run"], self._runs_without_file)
        if killed and not (self.folder / killed.run_id).exists():
            run = Run(killed.run_id, killed.command, killed.since, findings=[f"killed: {killed}"])
            self.add(run, "killed", None)

    def repair(self) -> list[str]:
        """Read every row of the folder, and write what is damaged or lacking again from the published files.

        Returns:
            A line for each damaged file, which is kept beside its place.
        """
        damaged = self._set_damaged_aside()
        self._complete(self.published, TABLES, self._runs_lacking_rows)
        return [
            f"{file}: could not be read; "
            + ("recovered from a published file" if file.exists() else "no published file holds its rows")
            + f", and kept as {kept.name}"
            for file, kept in damaged
        ]

    def _set_damaged_aside(self) -> list[tuple[Path, Path]]:
        moved = []
        with duckdb.connect() as connection:
            for table in TABLES:
                for file in readable_records(connection, self.folder, table)[1]:
                    moved.append((file, file.replace(file.with_suffix(".damaged"))))
        return moved

    def _complete(
        self,
        published: Sequence[Path],
        compared: Iterable[str],
        lacking_in: Callable[[duckdb.DuckDBPyConnection, str], list[str]],
    ) -> int:
        """Write what published files know of any run, by the tables that are compared, and the folder does not.

        Returns:
            The number of files that could be read and knew nothing more.
        """
        known_all = 0
        for file in published:
            # if it cannot be read, whoever builds on it says so
            with suppress(duckdb.Error), duckdb.connect(str(file), read_only=True) as connection:
                known = connection.execute(
                    "select table_name from duckdb_tables() where schema_name = 'history'"
                ).fetchall()
                tables = [table for table in TABLES if (table,) in known]
                lacking = {table: lacking_in(connection, table) for table in compared if table in tables}
                for table, run_ids in lacking.items():
                    for run_id in run_ids:
                        if (self.folder / run_id).exists():
                            self._complete_file(connection, run_id, table)
                        else:
                            self._write_folder(connection, run_id, tables)
                if any(lacking.values()):
                    mask_folder(self.folder)  # a file of an earlier version holds values as they were delivered
                else:
                    known_all += 1
        return known_all

    def _runs_without_file(self, connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
        found = connection.execute(f"select distinct run_id from history.{table} order by run_id").fetchall()
        return [run_id for (run_id,) in found if not (self.folder / run_id / f"{table}.parquet").exists()]

    def _runs_lacking_rows(self, connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
        """List the runs of which an open published file holds rows of a table that the folder does not."""
        lacking = _lacking(connection, table, f"history.{table}", records(self.folder, table))
        found = connection.execute(f"select distinct run_id from {lacking} order by run_id").fetchall()
        return [run_id for (run_id,) in found]

    def _complete_file(self, connection: duckdb.DuckDBPyConnection, run_id: str, table: str) -> None:
        """Write the file of a table again, with the rows of the published file and what else it held."""
        file = self.folder / run_id / f"{table}.parquet"
        of_run = f"(select * from history.{table} where run_id = {as_sql(run_id)})"
        rows = f"from {of_run}"
        if file.exists():
            here = f"read_parquet({as_sql(file)})"
            names = ", ".join(_common(connection, f"history.{table}", here))
            rows += f" union all by name (select {names} from {here} except all select {names} from {of_run})"
        unfinished = self.folder / f".unfinished-{run_id}" / file.name
        unfinished.parent.mkdir()
        connection.execute(f"copy ({rows} order by all) to {as_sql(unfinished)} (format parquet)")
        replace(unfinished, file)
        unfinished.parent.rmdir()

    def add(self, run: Run, outcome: str, exit_code: int | None) -> None:
        """Record a run that published no new file; of a rollback, with the versions that count after it."""
        tables = ["run", "publication_version", "test_result"] if outcome == "rolled_back" else ["run", "test_result"]
        with duckdb.connect() as connection:
            create_tables(connection)
            try:
                number = _next_number(connection, records(self.folder, "run"))
            except duckdb.Error:
                run.warnings += self.repair()
                number = _next_number(connection, records(self.folder, "run"))
            _insert_run(connection, run, outcome, exit_code, number)
            self._write_folder(connection, run.run_id, tables)

    def write_into(self, build_file: Path, published: Path, run: Run) -> None:
        """Write the history, with this run's figures and changes, into a file that is about to be published.

        Raises:
            duckdb.Error: where the file cannot be written.
        """
        with duckdb.connect(str(build_file)) as connection:
            if not self._load(connection):
                run.warnings += self.repair()
                self._read_into(connection)
            _insert_run(connection, run, "published", 0, _next_number(connection, "history.run"))
            connection.execute(
                "insert into history.headline_figure"
                f" select {as_sql(run.run_id)}, {as_sql(_timestamp(now()))}, subject_kind, subject_id, period,"
                " figure_name, figure_value, unit, as_of_month, data_origin from marts.rpt_headline_figure"
            )
            _insert_changes(connection, published, run.run_id)
            connection.execute("checkpoint")

    def _load(self, connection: duckdb.DuckDBPyConnection) -> bool:
        """Read the folder into an open file, and say whether it holds every row that the published file does."""
        try:
            self._read_into(connection)
        except duckdb.Error:
            return False
        if not self.published:
            return True
        with suppress(duckdb.Error):  # an older file lacks tables
            connection.execute(f"attach {as_sql(self.published[0])} as known (read_only)")
            for table in TABLES:
                lacking = _lacking(connection, table, f"known.history.{table}", f"history.{table}")
                if connection.execute(f"select 1 from {lacking} limit 1").fetchone():
                    connection.execute("detach known")
                    return False
        connection.execute("detach database if exists known")
        return True

    def _read_into(self, connection: duckdb.DuckDBPyConnection) -> None:
        create_tables(connection)
        for table in TABLES:
            rows = records(self.folder, table)
            if rows is not None:
                names = ", ".join(_common(connection, f"history.{table}", rows))
                connection.execute(f"insert into history.{table} ({names}) select {names} from {rows}")

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


def _timestamp(written: str) -> str:
    return written.rstrip("Z")


def _common(connection: duckdb.DuckDBPyConnection, one: str, other: str) -> list[str]:
    """List the columns that two relations share; older files lack those that came later."""
    known = columns_of(connection, one)
    return [column for column in columns_of(connection, other) if column in known]


def _lacking(connection: duckdb.DuckDBPyConnection, table: str, rows: str, within: str | None) -> str:
    """Return the relation of the rows of a table that another relation lacks."""
    if within is None:
        return rows
    if table == "run":  # the row of a run is never written again, only given columns
        return f"(select run_id from {rows} anti join {within} using (run_id))"
    names = ", ".join(_common(connection, rows, within))
    return f"(select {names} from {rows} except all select {names} from {within})"


def _next_number(connection: duckdb.DuckDBPyConnection, runs: str | None) -> int:
    if runs is None:
        return 1
    ((largest,),) = connection.execute(f"select max(run_no) from {runs_in_order(connection, runs)}").fetchall()
    return (largest or 0) + 1


def _insert_run(
    connection: duckdb.DuckDBPyConnection, run: Run, outcome: str, exit_code: int | None, number: int
) -> None:
    values = [
        *(run.run_id, run.command, account(), _timestamp(run.started_at), _timestamp(now()), outcome, exit_code),
        *("\n".join(run.findings) or None, __version__, project_sha256(), number),
    ]
    _insert(connection, "run", [values])
    versions = [(v.kind, v.month, v.version, v.content_sha256, v.data_origin) for v in run.versions]
    _insert(connection, "publication_version", [(run.run_id, *version) for version in versions])
    tests = [(test.name, test.status, test.failing_rows) for test in run.tests]
    _insert(connection, "test_result", [(run.run_id, *test) for test in tests])


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[object]]) -> None:
    """Insert rows with one statement: a statement a row would take longer than the tests."""
    values = ", ".join(f"({', '.join(map(as_sql, row))})" for row in rows)
    if values:
        connection.execute(f"insert into history.{table} values {values}")


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

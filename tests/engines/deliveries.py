"""Deliver months to another engine in two runs, and compare its marts with DuckDB's.

Every month of the sample is due in every run; only delivered months show whether an engine computes the due months and
leaves the others alone. The extracts are then tables of the schema `extracts`, filled from a real archive, and DuckDB's
marts are built from scratch from the deliveries of the second run.

What the second run must do is written here by hand (`BY_MONTH`, `BY_PAIR`): taken from the models' own macros, it would
be right whatever they do.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Protocol

import duckdb

from benchmarks.engines.building import BuildError, build_reference, dbt_build, kept_tables
from benchmarks.engines.compare import Compared, Delivered, compare, marts_of
from fingerplan.gate.delivery import Record
from fingerplan.gate.extracts import KINDS
from fingerplan.paths import as_sql
from fingerplan.warehouse.archive import Key, Version
from fingerplan.warehouse.dbt_job import FOLLOWS_FROM_EXTRACTS
from fingerplan.warehouse.due_months import list_deliveries
from tests.support.runs import KEPT, Records, Runs

UNTESTED = ("--exclude-resource-type", "test", "unit_test")
# a sixth of the sample is delivered, so the totals cannot equal those printed in the minutes
UNPRINTED = ("--exclude", "rpt_reconciliation__nothing_is_unreconciled")

HALF_WAY = ("--select", "path:models/staging/extracts+,+int_cases__groups")

Written = dict[str, frozenset[str]]  # month as an ISO date: marks that change when its rows are written again


class Engine(Protocol):
    """What `deliver_months` needs of an engine on which the sample is already built."""

    target: str
    environment: dict[str, str]
    is_tested: bool  # whether the second run includes the data tests

    def replace_extracts(self, tables: dict[str, Path]) -> None:
        """Replace the rows of the tables of the schema `extracts` with those of these Parquet files."""

    def written(self, table: str, column: str) -> Written:
        """Return marks of when the rows of each month in a table were written; `column` holds the month."""

    def marts(self) -> dict[str, Delivered]:
        """Return every mart."""


@dataclass(frozen=True)
class Expected:
    """What the second run does to the months of an incremental table."""

    settled: frozenset[str]
    due: frozenset[str]
    gone: frozenset[str]


# 2025-12 is delivered late, into the gap; 2026-02 is corrected; 2025-10 is withdrawn
BY_MONTH = Expected(
    settled=frozenset({"2025-11-01", "2026-01-01", "2026-03-01", "2026-04-01"}),
    due=frozenset({"2025-12-01", "2026-02-01"}),
    gone=frozenset({"2025-10-01"}),
)
# a month and the one before it: due if either is, and gone with either, though 2025-11 itself is settled
BY_PAIR = Expected(
    settled=frozenset({"2026-04-01"}),
    due=frozenset({"2025-12-01", "2026-01-01", "2026-02-01", "2026-03-01"}),
    gone=frozenset({"2025-11-01"}),
)


def deliver_months(engine: Engine, folder: Path) -> list[Compared]:
    """Deliver to an engine, build twice, print a line for each step and compare the marts that depend on the extracts.

    Args:
        engine: an engine on which the sample is already built, so that the first run also switches over from it.
        folder: an empty folder, for the archive and the files loaded from it.

    Raises:
        BuildError: a build failed, a month was computed that was not due, or a due month was not.
    """
    first, second = _archive(Runs(folder))
    archive = {"extracts": "archive", "extract_archive": str(folder)}
    list_deliveries(second, folder)
    reference = build_reference(folder, "--select", "@path:models/staging/extracts", "--vars", json.dumps(archive))

    delivered = ("--vars", json.dumps({"extracts": "archive", "only_due_months": True}))
    # a month is missing in the first run, which would fail a data test
    engine.replace_extracts(_lay_out(first, folder / "first"))
    built = dbt_build(engine.target, folder, *KEPT, *UNTESTED, *delivered, **engine.environment)
    print(f"six months delivered: {built}", flush=True)
    kept = kept_tables(engine.target, folder)
    before = {table: engine.written(table, column) for table, column in kept.items()}

    engine.replace_extracts(_lay_out(second, folder / "second"))
    # what a run that stops half-way has left must be computed again by the next
    built = dbt_build(engine.target, folder, *HALF_WAY, *UNTESTED, *delivered, **engine.environment)
    print(f"stopped half-way: {built}", flush=True)
    tested = UNPRINTED if engine.is_tested else UNTESTED
    built = dbt_build(engine.target, folder, *FOLLOWS_FROM_EXTRACTS, *tested, *delivered, **engine.environment)
    print(f"one late, one corrected, one withdrawn: {built}", flush=True)
    after = {table: engine.written(table, column) for table, column in kept.items()}
    print(check_written(kept, before, after), flush=True)

    with duckdb.connect(str(reference), read_only=True) as connection:
        marts = marts_of(connection, reference.stem)
    return compare(reference, {name: mart for name, mart in engine.marts().items() if name in marts})


def check_written(kept: dict[str, str], before: dict[str, Written], after: dict[str, Written]) -> str:
    """Compare what the second run wrote with what was due, and summarize it in one line.

    Args:
        kept: the incremental tables, each with the column that holds its month.
        before: what the first run wrote, by table.
        after: what is there after the second run, by table.

    Raises:
        BuildError: with a line for each month that was not treated as it should be.
    """
    found = [
        f"{table}, {month}: {problem}"
        for table, column in kept.items()
        for month, problem in _problems(_expected(column), before[table], after[table])
    ]
    if found or not kept:
        raise BuildError("\n".join(["The second run did not write what was due", *found]))
    states = [_expected(column) for column in kept.values()]
    return (
        f"{len(kept)} incremental tables: {sum(len(state.settled) for state in states)} settled months left alone, "
        f"{sum(len(state.due) for state in states)} due months written, "
        f"{sum(len(state.gone) for state in states)} deleted"
    )


def _expected(column: str) -> Expected:
    return BY_PAIR if column == "to_month" else BY_MONTH


def _problems(expected: Expected, before: Written, after: Written) -> Iterator[tuple[str, str]]:
    for month in sorted(expected.settled | expected.gone):
        if month not in before:
            yield month, "the first run did not write it"
    for month in sorted(expected.settled):
        if after.get(month) != before.get(month):
            yield month, "was settled, but was written again"
    for month in sorted(expected.due):
        if month not in after:
            yield month, "was due, but is not there"
        elif after[month] == before.get(month):
            yield month, "was due, but was not written"
    for month in sorted(after.keys() - expected.settled - expected.due):
        yield month, "is no longer delivered, but is still there"


def _archive(runs: Runs) -> tuple[dict[Key, Version], dict[Key, Version]]:
    """Archive every version; return those of the first run and those of the second."""
    corrected = date(2026, 2, 1)
    months = (date(2025, 10, 1), date(2025, 11, 1), date(2026, 1, 1), corrected, date(2026, 3, 1), date(2026, 4, 1))
    first = runs.deliver_sample(*months)
    cases = runs.sample("cases", corrected)
    first["cases", corrected] = runs.deliver("cases", corrected, [*cases, _passing(cases)])
    second = {
        **{key: version for key, version in first.items() if key[1] != months[0]},
        **runs.deliver_sample(date(2025, 12, 1)),
        ("cases", corrected): runs.deliver("cases", corrected, _corrected(cases)),
    }
    return first, second


def _passing(cases: Records) -> Record:
    """Return a high-cost case of one month only, so that its removal does not make a case return after its exit."""
    return {**_most_expensive(cases), "case_id": "sample-corrected-away"}


def _corrected(cases: Records) -> Records:
    """Give every third case the cost and the bracket of the most expensive one."""
    corrected = {column: _most_expensive(cases)[column] for column in ("monthly_cost_dkk", "refund_bracket")}
    return [{**case, **corrected} if number % 3 == 0 else case for number, case in enumerate(cases)]


def _most_expensive(cases: Records) -> Record:
    return max(cases, key=lambda case: (Decimal(str(case["monthly_cost_dkk"])), str(case["case_id"])))


def _lay_out(versions: dict[Key, Version], folder: Path) -> dict[str, Path]:
    """Write the rows of these versions, and the list of them, into Parquet files, one for each table of `extracts`."""
    list_deliveries(versions, folder)
    tables = {"deliveries": folder / "deliveries.parquet"}
    with duckdb.connect() as connection:
        for kind in KINDS:
            files = [str(version.parquet) for key, version in versions.items() if key[0] == kind]
            tables[kind] = folder / f"{kind}.parquet"
            # the month is a column of the rows too
            connection.execute(
                f"copy (from read_parquet([{', '.join(map(as_sql, files))}], hive_partitioning = false))"
                f" to {as_sql(tables[kind])} (format parquet)"
            )
    return tables

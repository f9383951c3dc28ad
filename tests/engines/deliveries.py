"""Deliver months to another engine in two runs, and hold what it keeps from run to run against DuckDB's.

The sample is due in every run; only months that are delivered show whether an engine computes those that are due and
leaves the others alone. The extracts then stand in tables of the schema `extracts`, filled from a real archive, and
DuckDB's marts are built from nothing out of what the second run holds.

What the second run must do is written down here by hand (`BY_MONTH`, `BY_PAIR`): asked of the models' own macros it
would be right whatever they say.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

import duckdb

from fingerplan.paths import as_sql
from fingerplan.warehouse.archive import Key, Version, list_deliveries
from fingerplan.warehouse.dbt_job import FOLLOWS_FROM_EXTRACTS
from tests.engines.building import BuildError, build_reference, dbt_build, kept_tables
from tests.engines.compare import Compared, Delivered, compare
from tests.support.runs import KEPT, KINDS, Records, Runs

UNTESTED = ("--exclude-resource-type", "test", "unit_test")
# what is delivered is a sixth of the sample, so it cannot give the totals that the minutes print
UNPRINTED = ("--exclude", "rpt_reconciliation__nothing_is_unreconciled")

HALF_WAY = ("--select", "path:models/staging/extracts+,+int_cases__groups")

Written = dict[str, frozenset[str]]  # month as an ISO date: marks that change where its rows are written again


class Engine(Protocol):
    """What the stage needs of an engine on which the sample is already built."""

    target: str
    environment: dict[str, str]
    is_tested: bool  # whether the second run runs the data tests too, of the months that are due

    def replace_extracts(self, tables: dict[str, Path]) -> None:
        """Give the tables of the schema `extracts` the rows of these Parquet files."""

    def written(self, table: str, column: str) -> Written:
        """Say of every month in a table, by the column that holds it, when its rows were written."""

    def marts(self) -> dict[str, Delivered]:
        """Give every mart."""


@dataclass(frozen=True)
class Expected:
    """What the second run makes of the months of a kept table."""

    settled: frozenset[str]
    due: frozenset[str]
    gone: frozenset[str]


# 2025-12 comes late, into the gap; 2026-02 comes again, corrected; 2025-10 was delivered once and is no longer
BY_MONTH = Expected(
    settled=frozenset({"2025-11-01", "2026-01-01", "2026-03-01", "2026-04-01"}),
    due=frozenset({"2025-12-01", "2026-02-01"}),
    gone=frozenset({"2025-10-01"}),
)
# of a month with the one before it: due where either is, and gone with either, though 2025-11 itself is settled
BY_PAIR = Expected(
    settled=frozenset({"2026-04-01"}),
    due=frozenset({"2025-12-01", "2026-01-01", "2026-02-01", "2026-03-01"}),
    gone=frozenset({"2025-11-01"}),
)


def deliver_months(engine: Engine, folder: Path) -> list[Compared]:
    """Deliver to an engine, build twice, print a line a step and compare the marts that follow from the extracts.

    Args:
        engine: one on which the sample is already built, so that the first run also changes over from it.
        folder: an empty one, for the archive and what is laid out from it.

    Raises:
        BuildError: where a build fails, or a month was computed that was not due, or was due and was not.
    """
    first, second = _archive(Runs(folder))
    archive = {"extracts": "archive", "extract_archive": str(folder)}
    list_deliveries(second, folder)
    reference = build_reference(folder, "--select", "@path:models/staging/extracts", "--vars", json.dumps(archive))

    delivered = ("--vars", json.dumps({"extracts": "archive", "only_due_months": True}))
    # a month is missing in the first run, which a data test would stop
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
    print(f"one late, one corrected, one taken back: {built}", flush=True)
    after = {table: engine.written(table, column) for table, column in kept.items()}
    print(check_written(kept, before, after), flush=True)

    names = _marts_in(reference)
    return compare(reference, {name: mart for name, mart in engine.marts().items() if name in names})


def check_written(kept: dict[str, str], before: dict[str, Written], after: dict[str, Written]) -> str:
    """Hold what was written by the second run against what was due, and say in a line how much that was.

    Args:
        kept: the kept tables, each with the column that holds its month.
        before: of each table what the first run wrote.
        after: what stands there after the second.

    Raises:
        BuildError: with a line for every month that was not treated as it should be.
    """
    found = [
        f"{table}, {month}: {problem}"
        for table, column in kept.items()
        for month, problem in _problems(_expected(column), before[table], after[table])
    ]
    if found or not kept:
        raise BuildError("\n".join(["What the second run wrote is not what was due", *found]))
    states = [_expected(column) for column in kept.values()]
    return (
        f"{len(kept)} kept tables: {sum(len(state.settled) for state in states)} settled months were left as they "
        f"were, {sum(len(state.due) for state in states)} due ones written, "
        f"{sum(len(state.gone) for state in states)} taken out"
    )


def _expected(column: str) -> Expected:
    return BY_PAIR if column == "to_month" else BY_MONTH


def _problems(expected: Expected, before: Written, after: Written) -> Iterator[tuple[str, str]]:
    for month in sorted(expected.settled | expected.gone):
        if month not in before:
            yield month, "the first run did not write it"
    for month in sorted(expected.settled):
        if after.get(month) != before.get(month):
            yield month, "was settled, and was written again"
    for month in sorted(expected.due):
        if month not in after:
            yield month, "was due, and is not there"
        elif after[month] == before.get(month):
            yield month, "was due, and was not written"
    for month in sorted(after.keys() - expected.settled - expected.due):
        yield month, "is no longer delivered, and is still there"


def _archive(runs: Runs) -> tuple[dict[Key, Version], dict[Key, Version]]:
    """Archive every version, and give those that count in the first run and in the second."""
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


def _passing(cases: Records) -> dict[str, object]:
    """A high-cost case of one month only: that it is corrected away does not make a case return after its exit."""
    return {**_dearest(cases), "case_id": "sample-corrected-away"}


def _corrected(cases: Records) -> Records:
    """Every third case costs what the dearest does, and lies in its bracket."""
    corrected = {column: _dearest(cases)[column] for column in ("monthly_cost_dkk", "refund_bracket")}
    return [{**case, **corrected} if number % 3 == 0 else case for number, case in enumerate(cases)]


def _dearest(cases: Records) -> dict[str, object]:
    return max(cases, key=lambda case: (case["monthly_cost_dkk"], case["case_id"]))


def _lay_out(versions: dict[Key, Version], folder: Path) -> dict[str, Path]:
    """Write the rows of these versions and their list into Parquet files, one for each table of `extracts`."""
    list_deliveries(versions, folder)
    tables = {"deliveries": folder / "deliveries.parquet"}
    with duckdb.connect() as connection:
        for kind in KINDS:
            files = [str(version.parquet) for key, version in versions.items() if key[0] == kind]
            tables[kind] = folder / f"{kind}.parquet"
            # the rows hold their month themselves
            connection.execute(
                f"copy (from read_parquet([{', '.join(map(as_sql, files))}], hive_partitioning = false))"
                f" to {as_sql(tables[kind])} (format parquet)"
            )
    return tables


def _marts_in(reference: Path) -> set[str]:
    with duckdb.connect(str(reference), read_only=True) as connection:
        return {
            name
            for (name,) in connection.execute(
                "select table_name from duckdb_tables() where schema_name = 'marts'"
            ).fetchall()
        }

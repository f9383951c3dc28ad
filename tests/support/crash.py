"""Run one refresh or rollback, with a stand-in for dbt, again and again, killed at each of its file operations in turn.

The child process of each round is killed by an audit hook just before its n-th file operation in the warehouse's
folder. Prints the outcome as one line of JSON. The parent process never opens DuckDB: its threads would not survive the
fork.
"""

import hashlib
import json
import os
import shutil
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from benchmarks.reliability.killed import kill_before

MAY = date(2026, 5, 1)


def refresh(place: Path, value: str) -> None:
    """Archive one key figure, build a small warehouse with it and publish that."""
    import duckdb

    from fingerplan.gate.delivery import AcceptedDelivery, Record
    from fingerplan.gate.extracts import declared_extracts
    from fingerplan.paths import PROJECT, Warehouse
    from fingerplan.warehouse import dbt_job
    from fingerplan.warehouse import publish as publishing
    from fingerplan.warehouse.archive import Archive

    def stand_in(
        build_file: Path, extracts: Path | None, on_progress: Callable[[int, int], None], *arguments: str
    ) -> dbt_job.Built:
        """Build from nothing, or on top of a copy of what is published."""
        with duckdb.connect(str(build_file)) as connection:
            ((delivered,),) = connection.execute(f"select path from '{extracts}/deliveries.parquet'").fetchall()
            connection.execute("create schema if not exists marts")
            connection.execute(
                "create or replace table marts.rpt_headline_figure as select 'station' as subject_kind,"
                " 'x' as subject_id, '2026' as period, 'realised' as figure_name,"
                " value::decimal(28, 4) as figure_value, 'dkk' as unit,"
                " month as as_of_month, 'sample' as data_origin"
                f" from read_parquet('{delivered}')"
            )
            connection.execute("create or replace table marts.fct_station_effect as from marts.rpt_headline_figure")
            connection.execute(
                f"create or replace table marts.dim_delivery as select kind, month, version"
                f" from read_parquet('{extracts}/deliveries.parquet')"
            )
        return dbt_job.Built(counts={"model": 3}, tests=[dbt_job.TestResult("a_test", "pass", 0)])

    dbt_job.build = stand_in
    record: Record = {"month": MAY, "kpi_id": "virtual_visits", "value": Decimal(value)}
    delivery = AcceptedDelivery(
        path=Path("kpis.csv"),
        kind="kpis",
        month=MAY,
        file_sha256="0" * 64,
        data_origin="sample",
        records=[(2, record)],
        declaration=declared_extracts(PROJECT)["kpis"],
    )
    warehouse = Warehouse(place / "fingerplan.duckdb")
    archive = Archive(warehouse.archive)
    with publishing.run_of(warehouse, "refresh") as run:
        version, _ = archive.add(delivery)
        counted = publishing.published_versions(warehouse, archive)
        publishing.build_and_publish(warehouse, run, {**counted, version.key: version}, counted, lambda *_: None)


def look(place: Path) -> None:
    """Check a state that ended well, and write down what it says."""
    import duckdb

    with duckdb.connect(str(place / "fingerplan.duckdb"), read_only=True) as connection:
        ((value,),) = connection.execute("select figure_value from marts.rpt_headline_figure").fetchall()
        runs = connection.execute("select outcome, count(*) from history.run group by outcome").fetchall()
        ((said,),) = connection.execute("select count(*) from history.headline_figure").fetchall()
        ((doubled,),) = connection.execute("select count(*) - count(distinct run_id) from history.run").fetchall()
        ((changed,),) = connection.execute("select count(*) from history.change").fetchall()
    versions = len(list((place / "archive").glob("kpis/*/version=*")))
    left = [str(path.relative_to(place)) for path in place.rglob("*unfinished*")]
    published = dict(runs)["published"]
    assert said == published, (said, published)
    assert doubled == 0
    assert not left, left
    (place / "said.json").write_text(json.dumps([str(value), published, versions, changed]))


def child(work: Callable[..., None], *arguments: object) -> int:
    """Run in a child process; returns its exit code, negative for a signal."""
    process = os.fork()
    if process == 0:
        code = 1
        try:
            work(*arguments)
            code = 0
        except BaseException as error:
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
        finally:
            sys.stderr.flush()
            os._exit(code)
    _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status)


def killed_at(operation: int, place: Path, command: Callable[..., None], *arguments: object) -> None:
    """Run a command, and be killed just before the given operation."""
    kill_before(operation, place)
    command(place, *arguments)


def rollback(place: Path) -> None:
    """Publish the version before again."""
    from fingerplan.paths import Warehouse
    from fingerplan.warehouse import publish as publishing
    from fingerplan.warehouse.rollback import roll_back

    warehouse = Warehouse(place / "fingerplan.duckdb")
    with publishing.run_of(warehouse, "rollback") as run:
        roll_back(warehouse, run)


def checksum(file: Path) -> str:
    """Give the checksum of a file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


@dataclass
class Found:
    """What kills left: how often the old and the new file, what went wrong, and how the last command ended."""

    states: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    operations: int = 0
    last_exit_code: int = -signal.SIGKILL

    def kill(
        self, folder: Path, start: Path, command: Callable[..., None], *arguments: object
    ) -> Iterator[tuple[int, Path]]:
        """Kill a command before each of its operations, each time in a copy of `start`; yield that with its file."""
        operation = 0
        while self.last_exit_code == -signal.SIGKILL:
            operation += 1
            place = folder / "killed"
            shutil.copytree(start, place)
            self.last_exit_code = child(killed_at, operation, place, command, *arguments)
            if (place / "fingerplan.duckdb").is_file():
                yield operation, place
            else:
                self.wrong.append(f"operation {operation}: the published file is gone")
            shutil.rmtree(place)
        self.operations = operation - 1


def kill_refreshes(folder: Path) -> Found:
    """Kill a refresh at each of its operations in turn, and look at what each leaves."""
    start = folder / "start"
    start.mkdir()
    assert child(refresh, start, "1") == 0
    old = checksum(start / "fingerplan.duckdb")
    found = Found()
    for operation, place in found.kill(folder, start, refresh, "2"):
        is_old = checksum(place / "fingerplan.duckdb") == old
        found.states["old" if is_old else "new"] += 1
        if child(refresh, place, "2") or child(look, place):
            found.wrong.append(f"operation {operation}: the next refresh failed")
            continue
        value, published_runs, versions, changed = json.loads((place / "said.json").read_text())
        if value != "2.0000" or versions != 2 or published_runs not in (2, 3) or changed != 1:
            said = f"{value}, {published_runs} runs, {versions} versions, {changed} changes"
            found.wrong.append(f"operation {operation}: {said}")
    return found


def kill_rollbacks(folder: Path) -> Found:
    """Kill a rollback at each of its operations in turn: neither version is lost, and the next refresh succeeds."""
    start = folder / "start"
    start.mkdir()
    versions = {}
    for value, name in (("1", "new"), ("2", "old")):  # the later one is what a rollback replaces
        assert child(refresh, start, value) == 0
        versions[checksum(start / "fingerplan.duckdb")] = name
    found = Found()
    for operation, place in found.kill(folder, start, rollback):
        found.states[versions.get(checksum(place / "fingerplan.duckdb"), "neither")] += 1
        kept = {versions.get(checksum(file)) for file in place.rglob("fingerplan.duckdb")}
        if not {"old", "new"} <= kept:
            found.wrong.append(f"operation {operation}: only {kept} is kept")
        if child(refresh, place, "3") or child(look, place):
            found.wrong.append(f"operation {operation}: the next refresh failed")
        elif json.loads((place / "said.json").read_text())[0] != "3.0000":
            found.wrong.append(f"operation {operation}: the next refresh published something else")
    return found


if __name__ == "__main__":
    work = {"refresh": kill_refreshes, "rollback": kill_rollbacks}[sys.argv[1]]
    print(json.dumps(vars(work(Path(sys.argv[2])))))

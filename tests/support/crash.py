"""Run one refresh, with a stand-in for dbt, again and again, killed at each of its file operations in turn.

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
from collections.abc import Callable
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


def killed_at(operation: int, place: Path) -> None:
    """Refresh, and be killed just before the given operation."""
    kill_before(operation, place)
    refresh(place, "2")


def main(folder: Path) -> None:
    """Kill a refresh at each of its operations in turn, and look at what each leaves."""
    start = folder / "start"
    start.mkdir()
    assert child(refresh, start, "1") == 0
    old = hashlib.sha256((start / "fingerplan.duckdb").read_bytes()).hexdigest()
    states: Counter[str] = Counter()
    wrong: list[str] = []
    operation = 0
    code = -signal.SIGKILL
    while code == -signal.SIGKILL:
        operation += 1
        place = folder / "killed"
        shutil.copytree(start, place)
        code = child(killed_at, operation, place)
        published = place / "fingerplan.duckdb"
        if not published.is_file():
            wrong.append(f"operation {operation}: the published file is gone")
        else:
            is_old = hashlib.sha256(published.read_bytes()).hexdigest() == old
            states["old" if is_old else "new"] += 1
        if child(refresh, place, "2") or child(look, place):
            wrong.append(f"operation {operation}: the next refresh failed")
        else:
            value, published_runs, versions, changed = json.loads((place / "said.json").read_text())
            if value != "2.0000" or versions != 2 or published_runs not in (2, 3) or changed != 1:
                found = f"{value}, {published_runs} runs, {versions} versions, {changed} changes"
                wrong.append(f"operation {operation}: {found}")
        shutil.rmtree(place)
    print(json.dumps({"operations": operation - 1, "last exit code": code, "states": states, "wrong": wrong}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""The command line on a warehouse of a few rows: only the gate and dbt are stood in for."""

import shutil
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from benchmarks.deliveries import sample_rows
from fingerplan import cli
from fingerplan.gate.delivery import AcceptedDelivery, Record
from fingerplan.gate.extracts import declared_extracts
from fingerplan.minutes import known_figures
from fingerplan.paths import PROJECT, Warehouse
from fingerplan.warehouse import dbt_job, publish, refresh, rollback
from fingerplan.warehouse.archive import Archive, Version
from tests.support.runs import accepted, typed
from tests.support.small_warehouse import small_warehouse

APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)


@dataclass
class Place:
    """A warehouse, and what is delivered to it next."""

    warehouse: Warehouse
    delivered: list[AcceptedDelivery]

    def run(self, *arguments: str) -> Result:
        """Run a command in this process."""
        return CliRunner().invoke(cli.app, arguments)

    def refresh(self, *deliveries: AcceptedDelivery) -> Result:
        """Refresh with deliveries that the gate is taken to have accepted."""
        self.delivered[:] = deliveries
        file = self.warehouse.published.parent.with_name("delivered.csv")
        file.touch()
        return self.run("refresh", "--month", f"{deliveries[0].month:%Y-%m}", "--cases", str(file))

    def published_versions(self) -> list[tuple[str, date, int | None, str]]:
        """Give what the published file is built from: kind, month, version and origin."""
        with duckdb.connect(str(self.warehouse.published), read_only=True) as connection:
            return connection.execute(
                "select kind, month, version, data_origin from marts.dim_delivery order by all"
            ).fetchall()

    def version(self, kind: str, month: date) -> Version:
        """Give the newest version of a month."""
        return Archive(self.warehouse.archive).versions(kind, month)[-1]


def make_place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Make a place for a warehouse in a folder, to which the commands of this process go."""
    place = Place(Warehouse(folder / "warehouse" / "fingerplan.duckdb"), [])
    monkeypatch.setenv("FINGERPLAN_WAREHOUSE", str(place.warehouse.published))
    monkeypatch.setenv("FINGERPLAN_SITE", str(folder / "site"))
    monkeypatch.setattr(dbt_job, "build", _build)
    monkeypatch.setattr(refresh, "gate", lambda *_: list(place.delivered))
    monkeypatch.setattr(cli, "_check_seeds", lambda steps: {})
    monkeypatch.setattr(known_figures, "load", lambda seeds: None)
    for module in (publish, rollback):  # this process keeps its signals
        monkeypatch.setattr(module, "ignore_signals", lambda: None)
    return place


def visits(month: date, value: str = "235.0000", data_origin: str = "reported") -> AcceptedDelivery:
    """A month of one key figure, with every declared digit, as the gate reads it."""
    record: Record = {"month": month, "kpi_id": "virtual_visits", "value": Decimal(value)}
    return accepted("kpis", month, [record], declared_extracts(PROJECT)["kpis"], data_origin)


def cases(month: date) -> AcceptedDelivery:
    """The synthetic cases of a month, as if they were a municipality's own."""
    declaration = declared_extracts(PROJECT)["cases"]
    return accepted("cases", month, typed(sample_rows("cases", f"{month:%Y-%m}"), declaration), declaration, "reported")


def remove(path: Path) -> None:
    """Remove a file or a folder, if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _build(build_file: Path, extracts: Path | None, *_: object) -> dbt_job.Built:
    """Build the small warehouse with the deliveries that dbt would read, or with a month of the sample."""
    build_file.unlink(missing_ok=True)
    small_warehouse(build_file, "alter table marts.dim_delivery add column content_sha256 varchar")
    with duckdb.connect(str(build_file)) as connection:
        if extracts is None:
            connection.execute(f"insert into marts.dim_delivery values ('cases', '{MAY}', null, 'sample', null)")
        else:
            listed = f"read_parquet('{extracts}/deliveries.parquet')"
            for (path,) in connection.execute(f"select path from {listed} order by path").fetchall():
                connection.execute(
                    "insert into marts.dim_delivery select kind, month, version,"
                    f" (select any_value(data_origin) from read_parquet('{path}')), content_sha256"
                    f" from {listed} where path = '{path}'"
                )
            connection.execute(
                "update marts.rpt_headline_figure set"
                " data_origin = (select max(data_origin) from marts.dim_delivery),"
                " figure_value = (select sum(version) from marts.dim_delivery)"
            )
    return dbt_job.Built(counts={"model": 3}, tests=[dbt_job.TestResult("a_test", "pass", 0)])

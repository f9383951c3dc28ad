"""A warehouse that is published in milliseconds: the small one stands in for what dbt builds."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fingerplan.paths import Warehouse
from fingerplan.warehouse import dbt_job, publish, rollback
from tests.support.small_warehouse import stand_in_for_dbt


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "warehouse" / "fingerplan.duckdb")


@pytest.fixture
def published(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> Callable[..., publish.Published]:
    """Give a function that publishes the small warehouse; this process keeps its signals."""
    monkeypatch.setattr(publish, "ignore_signals", lambda: None)
    monkeypatch.setattr(rollback, "ignore_signals", lambda: None)

    def build(*statements: str, realised: str = "-125.00", failures: tuple[str, ...] = ()) -> publish.Published:
        monkeypatch.setattr(dbt_job, "build", stand_in_for_dbt(*statements, realised=realised, failures=failures))
        with publish.run_of(warehouse, "build") as run:
            return publish.build_and_publish(warehouse, run, {}, {}, lambda *_: None)

    return build

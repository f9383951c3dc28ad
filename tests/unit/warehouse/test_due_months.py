"""The list of deliveries: what its model declares, and the months whose content has changed."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from fingerplan.gate.delivery import AcceptedDelivery
from fingerplan.gate.extracts import MODELS, declared_extracts
from fingerplan.seeds import declared_models
from fingerplan.warehouse.archive import Archive
from fingerplan.warehouse.due_months import list_deliveries
from tests.support.deliveries import MAY
from tests.support.project import ROOT
from tests.support.runs import accepted

KPIS = declared_extracts(ROOT)["kpis"]


def visits(value: str, month: date = MAY) -> AcceptedDelivery:
    record = {"month": month, "kpi_id": "virtual_visits", "value": Decimal(value)}
    return accepted("kpis", month, [record], KPIS)


def listed(folder: Path) -> list[dict[str, object]]:
    with duckdb.connect() as connection:
        relation = connection.execute(f"from '{folder / 'deliveries.parquet'}' order by month")
        names = [column[0] for column in relation.description]
        return [dict(zip(names, row, strict=True)) for row in relation.fetchall()]


def test_the_list_of_deliveries_has_the_columns_that_its_model_declares_and_says_what_is_due(tmp_path):
    archive = Archive(tmp_path)
    april, _ = archive.add(visits("1", date(2026, 4, 1)))
    may, _ = archive.add(visits("2"))
    again, _ = archive.add(visits("3"))
    list_deliveries({april.key: april, may.key: again}, tmp_path, computed={april.key: april, may.key: may})
    rows = listed(tmp_path)
    model = declared_models(ROOT, ROOT / MODELS)["stg_extracts__deliveries"]
    assert list(rows[0]) == [*model.column_types, "is_due", "path"]
    assert [row["is_due"] for row in rows] == [0, 1]
    assert [row["version"] for row in rows] == [1, 2]
    assert [row["control_sum"] for row in rows] == [Decimal(1), Decimal(3)]
    assert rows[1]["path"] == str(again.parquet)
    list_deliveries({may.key: may}, tmp_path)
    assert [row["is_due"] for row in listed(tmp_path)] == [1]

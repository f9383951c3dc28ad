"""An archived version is read in pieces, and every row of it counts."""

from decimal import Decimal

import duckdb
import pytest

from fingerplan.errors import BUILD_FAILED, Refused
from fingerplan.gate.extracts import declared_extracts
from fingerplan.warehouse import verify
from fingerplan.warehouse.archive import Archive
from fingerplan.warehouse.verify import refuse_damaged, verify_archive, verify_versions
from tests.support.deliveries import MAY
from tests.support.project import ROOT
from tests.support.runs import accepted


@pytest.fixture
def version(warehouse):
    records = [
        {"month": MAY, "line_id": f"line-{number:02d}", "amount_dkk": Decimal(number).scaleb(-2)}
        for number in range(25)
    ]
    delivery = accepted("postings", MAY, records, declared_extracts(ROOT)["postings"])
    return Archive(warehouse.archive).add(delivery)[0]


@pytest.mark.parametrize("rows", [1, 5, 7, 24, 25, 26])
def test_the_size_of_the_pieces_changes_nothing(version, monkeypatch, rows):
    monkeypatch.setattr(verify, "ROWS_AT_A_TIME", rows)
    steps: list[tuple[int, int]] = []
    assert verify_versions([version, version], lambda *step: steps.append(step)) == []
    assert steps == [(1, 2), (2, 2)]


@pytest.mark.parametrize("row", [0, 24])
def test_a_changed_row_is_found_wherever_it_is(warehouse, version, row):
    version.parquet.chmod(0o600)
    with duckdb.connect() as connection:
        connection.execute(f"create table rows as from read_parquet('{version.parquet}', hive_partitioning = false)")
        connection.execute(f"update rows set line_id = 'another' where line_id = 'line-{row:02d}'")
        connection.execute(f"copy rows to '{version.parquet}' (format parquet)")
    with pytest.raises(Refused, match="is not what was accepted") as refused:
        refuse_damaged([version], lambda *_: None)
    assert refused.value.exit_code == BUILD_FAILED
    assert verify_archive(warehouse, lambda *_: None) == (1, refused.value.findings)

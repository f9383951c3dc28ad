"""What an earlier version quoted of delivered files is masked wherever it is kept.

Numbers and names are made up.
"""

import json
import os
import shutil
from pathlib import Path

import duckdb
import pytest

from fingerplan.paths import Warehouse
from fingerplan.warehouse import history as module
from fingerplan.warehouse.history import History, Run, records
from fingerplan.warehouse.masked_history import mask_folder, mask_kept_files, mask_manifests, masked
from tests.support.small_warehouse import small_warehouse

FINDINGS = """\
Sager Ingrid 010190-7391.csv: row 2, column service_code: 'SEL §85 Ingrid' is not one of the 40 known ones
cases.csv: row 1: 'ingrid sørine' is not a column of the extract; the columns of cases are case_id, month
cases.csv: row 3, column ingrid holm: (masked: has the form of a CPR number) must not be delivered
cases.csv: row 4, column case_id, month: appears more than once; deliver each once
cases.csv: row 5, column monthly_cost_dkk: '-1.00' is outside 0 to 3,000,000"""
MASKED = """\
Sager (masked).csv: row 2, column service_code: (masked) is not one of the 40 known ones
cases.csv: row 1: (masked) is not a column of the extract; the columns of cases are case_id, month
cases.csv: row 3, column (masked): (masked: has the form of a CPR number) must not be delivered
cases.csv: row 4, column case_id, month: appears more than once; deliver each once
cases.csv: row 5, column monthly_cost_dkk: '-1.00' is outside 0 to 3,000,000"""


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """A warehouse whose history and kept files name a rejected run of version 0.1.0."""
    warehouse = Warehouse(tmp_path / "fingerplan.duckdb")
    history = History(warehouse.history)
    with monkeypatch.context() as patched:
        patched.setattr(module, "__version__", "0.1.0")
        history.add(Run("run-1", "refresh", findings=FINDINGS.split("\n")), "rejected", 3)
        previous = warehouse.previous / "20260601T080000Z" / "fingerplan.duckdb"
        for file in (previous, warehouse.withdrawn, warehouse.rejected):
            history.write_into(small_warehouse(file), warehouse.published, Run("run-2", "build"))
            file.chmod(0o440)
            os.utime(file, ns=(10**18, 10**18))
    return warehouse


def findings_of(relation: str, file: str = ":memory:") -> list[tuple[str]]:
    with duckdb.connect(file, read_only=file != ":memory:") as connection:
        return connection.execute(f"select findings from {relation} where run_id = 'run-1'").fetchall()


def test_values_headings_and_names_are_masked_and_the_rest_is_kept():
    assert masked(FINDINGS) == MASKED
    assert masked(MASKED) == MASKED


def test_the_history_and_every_kept_file_is_masked_once(warehouse):
    assert (mask_folder(warehouse.history), mask_kept_files(warehouse)) == (1, 3)
    assert (mask_folder(warehouse.history), mask_kept_files(warehouse)) == (0, 0)
    assert findings_of(str(records(warehouse.history, "run"))) == [(MASKED,)]
    kept = [file for file in warehouse.published.parent.rglob("*") if file.is_file()]
    assert len(kept) == 5, "nothing is left beside them"
    for file in kept:
        assert b"Ingrid" not in file.read_bytes()
        if file.suffix == ".duckdb":
            assert findings_of("history.run", str(file)) == [(MASKED,)]
            assert file.stat().st_mode & 0o777 == 0o440
            assert file.stat().st_mtime_ns == 10**18, "the order of the previous versions"


def test_what_is_recovered_from_a_published_file_is_masked(warehouse):
    """That file is replaced by the next publication, and not changed before."""
    warehouse.withdrawn.replace(warehouse.published)
    shutil.rmtree(warehouse.history)
    History(warehouse.history, [warehouse.published]).recover(None)
    assert findings_of(str(records(warehouse.history, "run"))) == [(MASKED,)]


def test_what_the_gate_writes_today_is_not_masked_again(tmp_path):
    run = Run("run-1", "refresh", findings=["cases.csv: 'privat' is not one of own, private"])
    History(tmp_path).add(run, "rejected", 3)
    assert mask_folder(tmp_path) == 0


def test_a_number_in_the_name_of_an_archived_file_is_masked(tmp_path):
    manifest = tmp_path / "cases" / "month=2026-05-01" / "version=001" / "manifest.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text('{"file_name": "Sager_010190_7391.csv", "version": 1}')
    assert (mask_manifests(tmp_path), mask_manifests(tmp_path)) == (1, 0)
    assert json.loads(manifest.read_text()) == {"file_name": "Sager_(masked).csv", "version": 1}
    assert [file.name for file in manifest.parent.iterdir()] == ["manifest.json"]


def test_a_kept_file_that_is_no_warehouse_is_left_alone(tmp_path):
    warehouse = Warehouse(tmp_path / "fingerplan.duckdb")
    warehouse.rejected.parent.mkdir()
    warehouse.rejected.write_text("half a file")
    assert mask_kept_files(warehouse) == 0
    assert warehouse.rejected.read_text() == "half a file"

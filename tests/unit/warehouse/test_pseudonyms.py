"""An archive whose pseudonyms were made without the municipality's key gets new ones, in every month and once."""

from datetime import date
from pathlib import Path

import pytest

from fingerplan.gate import personal_data
from fingerplan.gate.extracts import declared_extracts
from fingerplan.paths import Warehouse
from fingerplan.warehouse.archive import Archive, Key, Version
from fingerplan.warehouse.pseudonyms import delete_made_without_key, lacks_key, made_with_key
from fingerplan.warehouse.status import read_status
from tests.support.deliveries import PSEUDONYM
from tests.support.project import ROOT
from tests.support.runs import accepted, typed
from tests.support.small_warehouse import small_warehouse

CASES = declared_extracts(ROOT)["cases"]
APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)
HASHES = ("0a1b2c3d4e5f60718293a4b5c6d7e8f9", "f0e1d2c3b4a5968778695a4b3c2d1e0f")
KEY = "a key of a municipality, forty characters"


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "fingerplan.duckdb")


@pytest.fixture
def counted(warehouse: Warehouse) -> dict[Key, Version]:
    """Two months of the same two cases, as they were archived before a key was needed."""
    versions = {}
    for month in (APRIL, MAY):
        rest = ["SEL §85", "own", "own_municipality", "level", "90000.00", "none", "", ""]
        rows = [["0730", month.isoformat(), hashed, *rest] for hashed in HASHES]
        records = typed([list(CASES.column_types), *rows], CASES)
        version, _ = Archive(warehouse.archive).add(accepted("cases", month, records, CASES, data_origin="reported"))
        versions[version.key] = version
    return versions


def test_every_month_gets_pseudonyms_made_with_the_key_and_cases_stay_linked(warehouse, counted, monkeypatch):
    monkeypatch.setenv(personal_data.KEY_VARIABLE, KEY)
    made = made_with_key(Archive(warehouse.archive), counted)
    april, may = made["cases", APRIL], made["cases", MAY]
    assert april.case_ids() == may.case_ids()
    assert len(april.case_ids()) == 2
    assert all(PSEUDONYM.fullmatch(case_id) for case_id in april.case_ids())
    assert [version.manifest.version for version in (april, may)] == [2, 2]
    assert april.manifest.control_sum == counted["cases", APRIL].manifest.control_sum
    assert not any(map(lacks_key, made.values()))
    # what was archived before a failed build is taken up again
    assert made_with_key(Archive(warehouse.archive), counted) == made


def test_nothing_is_made_again_without_a_key_or_where_all_have_one(warehouse, counted, monkeypatch):
    monkeypatch.delenv(personal_data.KEY_VARIABLE, raising=False)
    monkeypatch.delenv(personal_data.KEY_FILE_VARIABLE, raising=False)
    archive = Archive(warehouse.archive)
    assert made_with_key(archive, counted) is counted
    assert delete_made_without_key(warehouse, archive, counted) == 0
    assert all(version.folder.is_dir() for version in counted.values())
    monkeypatch.setenv(personal_data.KEY_VARIABLE, KEY)
    made = made_with_key(archive, counted)
    assert made_with_key(archive, made) is made


def test_once_published_the_old_ids_are_deleted_with_every_earlier_warehouse(warehouse, counted, monkeypatch):
    monkeypatch.setenv(personal_data.KEY_VARIABLE, KEY)
    archive = Archive(warehouse.archive)
    made = made_with_key(archive, counted)
    for folder in (warehouse.previous / "20260601T080000Z", warehouse.withdrawn.parent, warehouse.rejected.parent):
        folder.mkdir(parents=True)
        (folder / "fingerplan.duckdb").write_text(HASHES[0])
    assert delete_made_without_key(warehouse, archive, made) == 2
    assert delete_made_without_key(warehouse, archive, made) == 0
    kept = b"".join(path.read_bytes() for path in warehouse.published.parent.rglob("*") if path.is_file())
    assert kept
    assert not any(hashed.encode() in kept for hashed in HASHES)
    assert archive.newest() == made


def test_the_status_says_that_pseudonyms_lack_the_key(warehouse, counted, monkeypatch):
    small_warehouse(warehouse.published)
    problem = "the pseudonyms of 2 months of cases were made without the municipality's key"
    assert any(line.startswith(problem) for line in read_status(warehouse, MAY, None).problems)
    monkeypatch.setenv(personal_data.KEY_VARIABLE, KEY)
    made_with_key(Archive(warehouse.archive), counted)
    assert not any(line.startswith(problem) for line in read_status(warehouse, MAY, None).problems)

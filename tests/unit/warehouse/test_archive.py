"""The archive: every accepted version stays as it was, and the same content is the same version."""

from datetime import date
from decimal import Decimal

import duckdb
import pytest

from benchmarks.deliveries import as_csv, as_danish_csv, sample_rows
from fingerplan.errors import Refused
from fingerplan.gate.delivery import AcceptedDelivery
from fingerplan.gate.extracts import declared_extracts
from fingerplan.seeds import check_seeds
from fingerplan.warehouse import archive as archive_module
from fingerplan.warehouse import refresh
from fingerplan.warehouse.archive import Archive
from tests.support.deliveries import JUNE, MAY, changed
from tests.support.project import ROOT
from tests.support.runs import accepted

KPIS = declared_extracts(ROOT)["kpis"]


def visits(value: str, month: date = MAY) -> AcceptedDelivery:
    record = {"month": month, "kpi_id": "virtual_visits", "value": Decimal(value)}
    return accepted("kpis", month, [record], KPIS)


def test_the_archive_keeps_every_version_and_knows_the_same_file_again(tmp_path):
    seeds = check_seeds(ROOT)
    archive = Archive(tmp_path / "archive")
    file = tmp_path / "cases.csv"

    def deliver(content: bytes):
        file.write_bytes(content)
        return archive.add(refresh.gate({"cases": file}, MAY, {}, seeds, JUNE)[0])

    first, is_new = deliver(as_csv(sample_rows("cases", "2026-05")))
    assert is_new
    again, is_new = deliver(as_danish_csv(sample_rows("cases", "2026-05")))
    assert not is_new, "the same content in another layout is the same delivery"
    assert again == first
    second, is_new = deliver(as_csv(changed("monthly_cost_dkk", "83400.00")))
    assert is_new
    assert [version.manifest.version for version in archive.versions("cases", MAY)] == [1, 2]
    assert archive.newest() == {("cases", MAY): second}
    assert first.manifest.row_count == 285
    assert first.manifest.control_sum == "38436300.00"
    assert first.manifest.file_name == "cases.csv"
    assert len(first.manifest.file_sha256) == 64
    assert not first.parquet.stat().st_mode & 0o222, "a version is never written again"
    (first.folder / "manifest.json").chmod(0o600)
    (first.folder / "manifest.json").write_text("{")
    with pytest.raises(Refused, match="its manifest cannot be read; restore the archive from the backup"):
        archive.newest()


def test_content_that_counts_is_not_archived_again_though_a_newer_version_differs(tmp_path):
    archive = Archive(tmp_path)
    first, _ = archive.add(visits("1"))
    archive.add(visits("2"))
    assert archive.add(visits("1"), counted=first) == (first, False)
    third, is_new = archive.add(visits("1"))
    assert (is_new, third.manifest.version) == (True, 3)
    assert third.has_content_of(first)


def test_rows_are_archived_with_the_declared_types(tmp_path):
    version, _ = Archive(tmp_path).add(visits("235.5"))
    with duckdb.connect() as connection:
        relation = connection.execute(f"from read_parquet('{version.parquet}', hive_partitioning = false)")
        assert [(column[0], str(column[1])) for column in relation.description] == [
            ("month", "DATE"),
            ("kpi_id", "VARCHAR"),
            ("value", "DECIMAL(18,4)"),
            ("data_origin", "VARCHAR"),
        ]
        assert relation.fetchall() == [(MAY, "virtual_visits", Decimal("235.5000"), "sample")]


def test_a_version_that_could_not_be_written_leaves_nothing(tmp_path, monkeypatch):
    def full(*_):
        raise OSError("no space left on device")

    archive = Archive(tmp_path)
    monkeypatch.setattr(archive_module, "flush_tree", full)
    with pytest.raises(OSError, match="no space left"):
        archive.add(visits("1"))
    assert archive.newest() == {}
    assert not list(tmp_path.glob(".unfinished-*"))


def test_what_a_killed_refresh_left_is_removed_and_nothing_else(tmp_path):
    archive = Archive(tmp_path)
    version, _ = archive.add(visits("1"))
    (tmp_path / ".unfinished-abc").mkdir()
    (tmp_path / ".unfinished-abc" / "extract.parquet").write_bytes(b"half")
    copy = version.folder.with_name("version=001 (copy)")
    copy.mkdir()
    archive.clear_unfinished()
    assert not list(tmp_path.glob(".unfinished-*"))
    assert archive.versions("kpis", MAY) == [version]
    assert copy.is_dir()

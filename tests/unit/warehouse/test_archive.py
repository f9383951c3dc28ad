"""The archive: every accepted version stays as it was, and the same content is the same version."""

import pytest

from benchmarks.deliveries import as_csv, as_danish_csv, sample_rows
from fingerplan.errors import Refused
from fingerplan.seeds import check_seeds
from fingerplan.warehouse import refresh
from fingerplan.warehouse.archive import Archive
from tests.support.deliveries import JUNE, MAY, changed
from tests.support.project import ROOT


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

"""Only a build without failures replaces the published file, and whatever fails leaves that as it was."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from fingerplan.errors import BUILD_FAILED, LOCKED, Refused
from fingerplan.paths import Warehouse
from fingerplan.warehouse import history, publish
from fingerplan.warehouse.archive import Archive, Manifest, Version
from fingerplan.warehouse.lock import hold
from fingerplan.warehouse.publish import earlier_versions, is_published, published_versions, run_of

MAY = date(2026, 5, 1)
DELIVERED = "insert into marts.dim_delivery values ('kpis', '2026-05-01', 1, 'sample')"


def version(folder: Path, number: int = 1) -> Version:
    texts = dict.fromkeys(
        ("data_origin", "file_name", "delivered_by", "accepted_at", "file_sha256", "gate_version"), "x"
    )
    manifest = Manifest(
        **texts,
        **{"kind": "kpis", "month": "2026-05-01", "version": number, "row_count": 1, "control_sum": "1"},
        **{"content_sha256": str(number), "key_id": None, "has_total_row": False, "expectations": 1},
    )
    return Version(folder / f"version={number:03d}", manifest)


def outcomes(warehouse: Warehouse) -> list[str]:
    with duckdb.connect() as connection:
        found = connection.execute(
            f"select outcome from '{warehouse.history}/*/run.parquet' order by run_id"
        ).fetchall()
    return [outcome for (outcome,) in found]


def realised(file: Path) -> str:
    with duckdb.connect(str(file), read_only=True) as connection:
        ((figure,),) = connection.execute("select figure_value from marts.rpt_headline_figure").fetchall()
    return f"{figure:.0f}"


def test_a_good_build_is_published_read_only_and_recorded(warehouse, published):
    outcome = published(realised="-1")
    assert (outcome.from_archive, outcome.warnings) == (False, [])
    assert realised(warehouse.published) == "-1"
    assert warehouse.published.stat().st_mode & 0o222 == 0
    assert not warehouse.build.exists()
    assert outcomes(warehouse) == ["published"]
    assert warehouse.lock.read_text() == ""


def test_a_build_that_fails_is_kept_as_rejected_and_publishes_nothing(warehouse, published):
    published(realised="-1")
    before = warehouse.published.read_bytes()
    with pytest.raises(Refused) as refused:
        published(realised="-2", failures=("test a_test: failing rows: 1",))
    assert refused.value.exit_code == BUILD_FAILED
    assert refused.value.findings == [
        *("test a_test: failing rows: 1", f"the rejected build is kept as {warehouse.rejected}")
    ]
    assert warehouse.published.read_bytes() == before
    assert realised(warehouse.rejected) == "-2"
    assert outcomes(warehouse) == ["published", "failed"]


def test_the_published_files_before_are_kept_newest_first_and_no_more_than_wanted(warehouse, published, monkeypatch):
    monkeypatch.setenv("FINGERPLAN_KEEP_VERSIONS", "2")
    for value in ("-1", "-2", "-3", "-4"):
        published(realised=value)
    assert [realised(file) for file in earlier_versions(warehouse)] == ["-3", "-2"]
    assert realised(warehouse.published) == "-4"


@pytest.mark.parametrize(("said", "kept"), [("0", 0), ("-1", 0), ("five", 3), ("5", 5)])
def test_how_many_are_kept_is_a_number_or_three(said, kept, monkeypatch):
    monkeypatch.setenv("FINGERPLAN_KEEP_VERSIONS", said)
    assert publish._kept_versions() == kept


def test_a_log_beside_the_published_file_stops_a_publication(warehouse, published):
    published()
    log = warehouse.published.with_name("fingerplan.duckdb.wal")
    log.touch()
    with pytest.raises(Refused, match="somebody has opened the published file for writing") as refused:
        published()
    assert refused.value.exit_code == BUILD_FAILED


def test_a_run_is_refused_where_a_folder_stands_or_another_run_holds_the_lock(warehouse):
    with hold(warehouse.lock, "run-1", "build"), pytest.raises(Refused) as refused, run_of(warehouse, "build"):
        pass
    assert refused.value.exit_code == LOCKED
    warehouse.published.mkdir()
    with pytest.raises(Refused, match="is a folder; name a file in FINGERPLAN_WAREHOUSE"), run_of(warehouse, "build"):
        pass


@pytest.mark.parametrize(
    ("error", "finding"),
    [
        (OSError(28, "No space left on device", "/a/file"), "/a/file: No space left on device"),
        (duckdb.IOException("IO Error: no\nLINE 1"), "IO Error: no"),
    ],
)
def test_what_the_disk_or_a_query_refuses_is_one_line(warehouse, error, finding):
    with pytest.raises(Refused) as refused, run_of(warehouse, "build"):
        raise error
    assert (refused.value.exit_code, refused.value.findings) == (BUILD_FAILED, [finding])
    assert outcomes(warehouse) == ["failed"]


def test_the_versions_are_those_of_the_published_file(warehouse, published, monkeypatch):
    archive = Archive(warehouse.archive)
    kept = version(warehouse.archive, 2)
    monkeypatch.setattr(archive, "newest", lambda: {("kpis", MAY): kept})
    assert published_versions(warehouse, archive) == {("kpis", MAY): kept}, "nothing is published"
    published("insert into marts.dim_delivery values ('kpis', '2026-05-01', 1, 'sample'), ('cases', null, null, 'x')")
    with pytest.raises(Refused, match="kpis of 2026-05, version 1, is published and not in the archive"):
        published_versions(warehouse, archive)
    monkeypatch.setattr(archive, "versions", lambda kind, month: [version(warehouse.archive), kept])
    assert published_versions(warehouse, archive) == {("kpis", MAY): version(warehouse.archive)}
    published("drop table marts.dim_delivery")
    assert published_versions(warehouse, archive) == {}, "published before there was an archive"
    warehouse.published.unlink()
    warehouse.published.write_bytes(b"not a warehouse")
    with pytest.raises(Refused, match=r"cannot be read .* run fingerplan rollback"):
        published_versions(warehouse, archive)


def test_the_same_versions_by_the_same_project_are_published_already(warehouse, published, monkeypatch):
    one, other = {("kpis", MAY): version(warehouse.archive)}, {("kpis", MAY): version(warehouse.archive, 2)}
    assert not is_published(warehouse, one, one), "nothing is published"
    published()
    assert not is_published(warehouse, one, one), "they count, but the sample is published"
    published(DELIVERED)
    assert is_published(warehouse, one, one)
    assert not is_published(warehouse, other, one)
    monkeypatch.setattr(publish, "project_sha256", lambda: "another project")
    assert not is_published(warehouse, one, one)


def test_a_refresh_goes_on_from_a_copy_of_what_the_same_project_has_published(warehouse, published, monkeypatch):
    published(DELIVERED, realised="-1")
    seen = []

    def build(build_file: Path, extracts: Path, *_: object) -> None:
        seen.append((realised(build_file), (extracts / "deliveries.parquet").is_file(), _[1:]))
        raise Refused(BUILD_FAILED, ["enough"])

    monkeypatch.setattr(publish.dbt_job, "build", build)
    versions = {("kpis", MAY): version(warehouse.archive)}
    other = {("kpis", MAY): version(warehouse.archive, 2)}
    with pytest.raises(Refused, match="enough"), run_of(warehouse, "refresh") as run:
        assert publish.read_by_build(warehouse, run, versions, versions) == [], "nothing is due"
        assert publish.read_by_build(warehouse, run, other, versions) == list(other.values())
        assert publish.read_by_build(warehouse, run, versions, other) == list(versions.values()), "from nothing"
        publish.build_and_publish(warehouse, run, versions, versions, lambda *_: None)
    assert seen == [("-1", True, publish.dbt_job.FOLLOWS_FROM_EXTRACTS)]


def test_a_run_begins_by_deleting_what_a_killed_one_was_writing(warehouse):
    """A copy of published rows may lie there, and a run that publishes nothing would not write over it."""
    left = [
        warehouse.build,
        warehouse.withdrawn.with_name(f".{warehouse.withdrawn.name}.unfinished"),
        warehouse.previous / "20260601T000000000000Z" / f".{warehouse.published.name}.unfinished",
    ]
    for file in left:
        file.parent.mkdir(parents=True)
        file.touch()
    with run_of(warehouse, "refresh"):
        assert [file for file in left if file.exists()] == []


def test_what_a_killed_run_had_no_memory_for_or_was_writing_anew_is_deleted(warehouse, published):
    published()
    published()
    (previous,) = earlier_versions(warehouse)
    spilled = warehouse.build.with_name(f"{warehouse.build.name}.tmp")
    spilled.mkdir(parents=True, exist_ok=True)
    (spilled / "rows").write_text("rows")
    for folder in (previous.parent, warehouse.withdrawn.parent, warehouse.rejected.parent):
        folder.mkdir(exist_ok=True)
        (folder / f".{warehouse.published.name}.copy").write_text("rows")
    with run_of(warehouse, "build"):
        assert not spilled.exists()
        assert not list(warehouse.published.parent.rglob(".fingerplan.duckdb.*"))
        assert previous.is_file()


def test_the_file_that_an_upgrade_replaces_is_masked_where_it_is_kept(warehouse, published, monkeypatch):
    """The name is made up."""
    finding = "cases.csv: row 2: 'Ingrid' is not one of own"
    with monkeypatch.context() as patched:
        for module in (history, publish):
            patched.setattr(module, "__version__", "0.1.0")
        published()
        run = history.Run("20260101T000000000000Z-1", "refresh", findings=[finding])
        history.History(warehouse.history).add(run, "rejected", 3)
        published()
    assert b"Ingrid" in warehouse.published.read_bytes()
    published()
    previous = earlier_versions(warehouse)[0]
    for file in (warehouse.published, previous):
        with duckdb.connect(str(file), read_only=True) as connection:
            found = connection.execute("select findings from history.run where outcome = 'rejected'").fetchall()
        assert found == [("cases.csv: row 2: (masked) is not one of own",)]
        assert b"Ingrid" not in file.read_bytes()

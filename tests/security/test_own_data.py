"""A municipality's own data are never replaced by the sample, nor by less than was published."""

import json
from datetime import date
from itertools import product
from pathlib import Path

import duckdb
import pytest

from fingerplan.errors import BUILD_FAILED
from fingerplan.paths import Warehouse
from tests.support.small_archive import APRIL, MAY, Place, make_place, remove, visits

SAMPLE = [("cases", MAY, None, "sample")]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    return make_place(tmp_path, monkeypatch)


@pytest.fixture
def own(place: Place) -> Place:
    """April and May of own data, published one after the other: the file with April is kept as the previous one."""
    for month in (APRIL, MAY):
        outcome = place.refresh(visits(month))
        assert outcome.exit_code == 0, outcome.output
    return place


def own_months(*versions: tuple[date, int]) -> list[tuple[str, date, int | None, str]]:
    return [("kpis", month, version, "reported") for month, version in versions]


def problems(place: Place) -> list[str]:
    lines = place.run("status").stdout.splitlines()
    return [line.removeprefix("Not in order: ") for line in lines if line.startswith("Not in order: ")]


def take_away(warehouse: Warehouse, archive: str, *gone: str) -> None:
    """Leave an archive that is gone, empty or half there, and nothing of what else is named."""
    for name in gone:
        remove(getattr(warehouse, name))
    if archive == "half":
        remove(warehouse.archive / "kpis" / "month=2026-04-01")
    else:
        remove(warehouse.archive)
    if archive == "empty":
        warehouse.archive.mkdir()


@pytest.mark.parametrize(
    ("archive", "gone"),
    [
        (
            archive,
            tuple(name for name, is_gone in zip(("published", "history", "previous"), chosen, strict=True) if is_gone),
        )
        for archive, chosen in product(("absent", "empty", "half"), product((False, True), repeat=3))
        if not all(chosen)
    ],
)
def test_an_archive_that_lacks_what_counted_stops_a_build_and_a_refresh(own, archive, gone):
    take_away(own.warehouse, archive, *gone)
    before = own.warehouse.published.read_bytes() if own.warehouse.published.exists() else None
    lacking = f"{own.warehouse.archive}: kpis of 2026-04, version 1, is published and not in the archive"
    assert [line for line in problems(own) if line.startswith(lacking)], "the status says it"
    for outcome in (own.run("build"), own.refresh(visits(MAY, "1.0000"))):
        assert outcome.exit_code == BUILD_FAILED
        (line,) = [line for line in outcome.stderr.splitlines() if str(own.warehouse.archive) in line]
        assert line.startswith(lacking)
        assert "; restore the archive from the backup, or mount its disk" in line
    after = own.warehouse.published.read_bytes() if own.warehouse.published.exists() else None
    assert after == before


@pytest.mark.parametrize(("archive", "built"), [("absent", SAMPLE), ("empty", SAMPLE), ("half", own_months((MAY, 1)))])
def test_where_nothing_is_known_a_first_build_is_the_sample_or_what_the_archive_holds(own, archive, built):
    take_away(own.warehouse, archive, "published", "history", "previous")
    assert own.run("build").exit_code == 0
    assert own.published_versions() == built


def test_the_sample_takes_an_explicit_word_and_own_data_come_back_without_one(own):
    aside = own.warehouse.archive.rename(own.warehouse.archive.with_name("not_mounted"))
    outcome = own.run("build", "--sample")
    assert outcome.exit_code == 0, outcome.output
    assert own.published_versions() == SAMPLE
    own.warehouse.archive.mkdir()
    assert own.run("build").exit_code == BUILD_FAILED, "the archive is still not mounted"
    said = "\n".join(problems(own))
    assert "kpis of 2026-04, version 1, is published and not in the archive;" in said
    assert "(and 1 more versions)" in said
    assert "the synthetic sample is published, though " in said
    own.warehouse.archive.rmdir()
    aside.rename(own.warehouse.archive)
    assert own.run("build").exit_code == 0
    assert own.published_versions() == own_months((APRIL, 1), (MAY, 1))


def test_a_refresh_after_the_sample_goes_on_from_own_data_and_not_from_the_sample(own):
    assert own.run("build", "--sample").exit_code == 0
    outcome = own.refresh(visits(MAY))
    assert outcome.exit_code == 0, outcome.output
    assert "Published already" not in outcome.stdout
    assert own.published_versions() == own_months((APRIL, 1), (MAY, 1))


def test_a_rollback_to_the_sample_is_not_taken_back_by_a_build(place):
    assert place.run("build").exit_code == 0, "the sample, since nothing else is known"
    assert place.refresh(visits(MAY)).exit_code == 0
    assert place.run("rollback").exit_code == 0
    assert place.published_versions() == SAMPLE
    refused = place.run("build")
    assert refused.exit_code == BUILD_FAILED
    assert "published a municipality's own data" in refused.stderr
    assert "only fingerplan build --sample publishes the synthetic sample instead" in refused.stderr
    assert any("the synthetic sample is published" in line for line in problems(place))
    published = place.warehouse.published
    aside = published.rename(published.with_suffix(".aside"))
    assert place.run("build").exit_code == BUILD_FAILED, "nor where the file is lost"
    aside.rename(published)
    assert place.run("build", "--sample").exit_code == 0
    assert place.run("rollback").exit_code == 0
    assert place.refresh(visits(MAY, "1.0000")).exit_code == 0, "corrected, and delivered again"
    assert place.published_versions() == own_months((MAY, 2))


def test_a_withdrawn_file_knows_own_data_and_does_not_count(place):
    assert place.run("build").exit_code == 0
    assert place.refresh(visits(MAY)).exit_code == 0
    assert place.run("rollback").exit_code == 0
    for name in ("history", "published", "archive"):
        remove(getattr(place.warehouse, name))
    refused = place.run("build")
    assert refused.exit_code == BUILD_FAILED
    assert "published a municipality's own data" in refused.stderr


@pytest.mark.parametrize("is_history_there", [True, False])
def test_what_a_rollback_took_back_does_not_count_once_the_file_is_lost(own, is_history_there):
    assert own.run("rollback").exit_code == 0
    remove(own.warehouse.published)
    if not is_history_there:
        remove(own.warehouse.history)  # the withdrawn file knows what counted before it
    assert own.run("build").exit_code == 0
    assert own.published_versions() == own_months((APRIL, 1))


def test_a_version_with_another_content_than_was_published_is_refused(own):
    manifest = own.version("kpis", MAY).folder / "manifest.json"
    manifest.chmod(0o600)
    content = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**content, "content_sha256": "0" * 64}))
    wanted = f"{own.warehouse.archive}: kpis of 2026-05, version 1, is published, and another content is in the archive"
    assert any(line.startswith(wanted) for line in problems(own))
    for gone in ("previous", "published"):
        outcome = own.run("build")
        assert outcome.exit_code == BUILD_FAILED
        assert wanted in outcome.stderr
        remove(getattr(own.warehouse, gone))


def as_an_older_version_left_it(warehouse: Warehouse) -> None:
    """Take away what the history did not have: the numbers of runs, and the versions of publications."""
    for file in warehouse.published_files():
        file.chmod(0o600)
        with duckdb.connect(str(file)) as connection:
            connection.execute("drop table history.publication_version")
            connection.execute("alter table history.run drop column run_no")
    with duckdb.connect() as connection:
        for folder in warehouse.history.iterdir():
            (folder / "publication_version.parquet").unlink()
            run = folder / "run.parquet"
            connection.execute(
                f"copy (select * exclude (run_no) from read_parquet('{run}')) to '{run}.new' (format parquet)"
            )
            run.with_name("run.parquet.new").rename(run)


@pytest.mark.parametrize("archive", ["absent", "empty", "half"])
@pytest.mark.parametrize("gone", [(), ("published",), ("history",), ("previous",), ("published", "history")])
def test_files_of_an_older_version_tell_by_their_deliveries_what_counts(own, archive, gone):
    as_an_older_version_left_it(own.warehouse)
    take_away(own.warehouse, archive, *gone)
    outcome = own.run("build")
    assert outcome.exit_code == BUILD_FAILED
    assert "kpis of 2026-04, version 1, is published and not in the archive" in outcome.stderr


def test_an_older_history_without_versions_lets_the_newest_count(own):
    as_an_older_version_left_it(own.warehouse)
    remove(own.warehouse.published)
    assert own.run("build").exit_code == 0
    assert own.published_versions() == own_months((APRIL, 1), (MAY, 1))


def test_a_history_of_an_older_version_alone_keeps_the_sample_out(own):
    as_an_older_version_left_it(own.warehouse)
    take_away(own.warehouse, "absent", "published", "previous")
    outcome = own.run("build")
    assert outcome.exit_code == BUILD_FAILED
    assert "published a municipality's own data" in outcome.stderr


def test_a_warehouse_of_an_older_version_goes_on(own):
    as_an_older_version_left_it(own.warehouse)
    assert own.refresh(visits(MAY, "1.0000")).exit_code == 0
    assert own.published_versions() == own_months((APRIL, 1), (MAY, 2))
    assert own.run("rollback").exit_code == 0
    assert own.published_versions() == own_months((APRIL, 1), (MAY, 1)), "the file without a number is the newest"
    assert own.run("build").exit_code == 0
    with duckdb.connect(str(own.warehouse.published), read_only=True) as connection:
        runs = connection.execute(
            "select run_no, outcome, count(version) from history.run left join history.publication_version"
            " using (run_id) group by run_id, run_no, outcome order by run_no nulls first, run_id"
        ).fetchall()
    assert runs == [
        *[(None, "published", 0)] * 2,
        *((1, "published", 2), (2, "rolled_back", 2), (3, "published", 2)),
    ]

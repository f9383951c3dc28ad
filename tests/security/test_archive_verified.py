"""What is kept is verified: a change of an archived case or amount is found before anything is built on it."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fingerplan.errors import BUILD_FAILED, LOCKED
from fingerplan.gate.extracts import declared_extracts
from fingerplan.paths import PROJECT
from fingerplan.warehouse.archive import Archive, Version
from fingerplan.warehouse.lock import hold
from fingerplan.warehouse.verify import verify_versions
from tests.support.runs import accepted
from tests.support.small_archive import APRIL, MAY, Place, cases, make_place, visits


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """April and May, published from own cases and one key figure."""
    place = make_place(tmp_path, monkeypatch)
    for month in (APRIL, MAY):
        outcome = place.refresh(cases(month), visits(month))
        assert outcome.exit_code == 0, outcome.output
    return place


def rewrite(version: Version, *statements: str) -> None:
    """Change the rows of an archived version; they are in the table `rows`."""
    version.parquet.chmod(0o600)
    with duckdb.connect() as connection:
        connection.execute(f"create table rows as from read_parquet('{version.parquet}', hive_partitioning = false)")
        for statement in statements:
            connection.execute(statement)
        connection.execute(f"copy rows to '{version.parquet}' (format parquet)")


def rewrite_manifest(version: Version, **values: object) -> None:
    manifest = version.folder / "manifest.json"
    manifest.chmod(0o600)
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), **values}))


def truncate(version: Version) -> None:
    version.parquet.chmod(0o600)
    version.parquet.write_bytes(version.parquet.read_bytes()[:-200])


def remove_rows(version: Version) -> None:
    version.parquet.unlink()


FIRST, SECOND = (f"(select case_id from rows order by case_id limit 1 offset {number})" for number in (0, 1))
CHANGES: dict[str, tuple[Callable[[Version], None], str]] = {
    "a changed case id": (
        lambda version: rewrite(version, f"update rows set case_id = 'case-x' where case_id = {FIRST}"),
        "extract.parquet: is not what was accepted (checksum of its content);",
    ),
    "5.000 kr. moved between two cases": (
        lambda version: rewrite(
            version,
            "update rows set monthly_cost_dkk = monthly_cost_dkk"
            f" + case case_id when {FIRST} then 5000 when {SECOND} then -5000 else 0 end",
        ),
        "extract.parquet: is not what was accepted (checksum of its content);",
    ),
    "an amount": (
        lambda version: rewrite(version, f"update rows set monthly_cost_dkk = 1 where case_id = {FIRST}"),
        "(checksum of its content, control sum);",
    ),
    "a row less": (
        lambda version: rewrite(version, f"delete from rows where case_id = {FIRST}"),
        "(checksum of its content, number of rows, control sum);",
    ),
    "an empty text for nothing": (
        lambda version: rewrite(version, "update rows set station_id = '' where station_id is null"),
        "(checksum of its content);",
    ),
    "rows of the sample": (
        lambda version: rewrite(version, "update rows set data_origin = 'sample'"),
        "(checksum of its content, origin);",
    ),
    "a file cut short": (truncate, "extract.parquet: is not what was accepted (cannot be read: "),
    "no file": (remove_rows, "extract.parquet: is not what was accepted (cannot be read: "),
    "rows of the manifest": (lambda version: rewrite_manifest(version, row_count=1), "(number of rows);"),
    "control sum of the manifest": (lambda version: rewrite_manifest(version, control_sum="x"), "(control sum);"),
    "origin of the manifest": (lambda version: rewrite_manifest(version, data_origin="sample"), "(origin);"),
    "month of the manifest": (
        lambda version: rewrite_manifest(version, month="2026-05-01"),
        "its manifest is that of another version; restore the archive from the backup",
    ),
    "no manifest": (
        lambda version: (version.folder / "manifest.json").unlink(),
        "its manifest cannot be read; restore the archive from the backup",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_one_line_and_stops_a_build(place, change):
    tamper, wanted = CHANGES[change]
    damaged = place.version("cases", APRIL)
    tamper(damaged)
    before = place.warehouse.published.read_bytes()
    for command in ("verify", "build"):
        outcome = place.run(command)
        assert outcome.exit_code == BUILD_FAILED, command
        (line,) = [line for line in outcome.stderr.splitlines() if str(place.warehouse.archive) in line]
        assert line.startswith(str(damaged.folder))
        assert wanted in line
    assert place.warehouse.published.read_bytes() == before


def test_a_manifest_that_was_changed_with_its_rows_is_told_by_what_was_published(place):
    version = place.version("kpis", APRIL)
    rewrite(version, "update rows set value = value + 1")
    text = f"month,kpi_id,value,data_origin\n{APRIL},virtual_visits,236.0000,reported\n"
    rewrite_manifest(version, control_sum="236.0000", content_sha256=hashlib.sha256(text.encode()).hexdigest())
    lines: list[str] = verify_versions([place.version("kpis", APRIL)], lambda *_: None)
    assert lines == [], "they agree with each other"
    outcome = place.run("verify")
    assert outcome.exit_code == BUILD_FAILED
    assert "manifest.json: names another content than was published from this version" in outcome.stderr
    assert "is published, and another content is in the archive" in place.run("build").stderr
    assert "is published, and another content is in the archive" in place.run("status").stdout


def test_every_damaged_file_is_a_line_and_the_status_says_it_until_all_is_well(place):
    good = {
        version.parquet: version.parquet.read_bytes() for version in Archive(place.warehouse.archive).every_version()[0]
    }
    for month in (APRIL, MAY):
        rewrite(place.version("cases", month), "delete from rows where station_id is null")
    outcome = place.run("verify")
    assert outcome.exit_code == BUILD_FAILED
    assert outcome.stderr.count("is not what was accepted") == 2
    assert "the last verify (" in place.run("status").stdout
    for file, content in good.items():
        file.write_bytes(content)
    outcome = place.run("verify")
    assert outcome.exit_code == 0, outcome.output
    assert "Verifying: 4 versions read" in outcome.stdout
    assert "the last verify (" not in place.run("status").stdout


def test_a_refresh_reads_only_the_versions_that_are_due(place, monkeypatch):
    rewrite(place.version("cases", APRIL), "delete from rows where station_id is null")
    corrected = visits(MAY, "1.0000")
    outcome = place.refresh(corrected)
    assert outcome.exit_code == 0, "April is not read by this refresh"
    write = Archive.add

    def write_damaged(archive, delivery, counted=None):
        version, is_new = write(archive, delivery, counted)
        rewrite(version, "update rows set value = 3")
        return version, is_new

    monkeypatch.setattr(Archive, "add", write_damaged)
    outcome = place.refresh(visits(MAY, "2.0000"))
    assert outcome.exit_code == BUILD_FAILED
    assert "is not what was accepted (checksum of its content, control sum)" in outcome.stderr
    assert outcome.stderr.count("is not what was accepted") == 1


def test_it_needs_something_to_verify_and_waits_for_nobody(place, tmp_path, monkeypatch):
    with hold(place.warehouse.lock, "run-1", "refresh"):
        assert place.run("verify").exit_code == LOCKED
    monkeypatch.setenv("FINGERPLAN_WAREHOUSE", str(tmp_path / "elsewhere" / "fingerplan.duckdb"))
    assert place.run("verify").exit_code == 2, "an archive that is not mounted is not in order"


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), min_size=1, max_size=12)
AMOUNT = st.decimals(-(10**9), 10**9, places=2).map(lambda amount: amount + 0)  # the gate reads no minus zero


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.dictionaries(TEXT, st.tuples(AMOUNT, st.none() | TEXT, st.none() | AMOUNT), min_size=1, max_size=8))
def test_the_checksum_is_the_same_from_the_delivery_and_from_the_archive(rows, tmp_path_factory):
    """Whatever the texts and amounts are, for quotes, commas and letters beyond ASCII."""
    declaration = declared_extracts(PROJECT)["cases"]
    empty: dict[str, str | Decimal | date | None] = dict.fromkeys(declaration.column_types)
    records = [
        {
            **empty,
            **{"municipality_code": "0730", "month": MAY, "case_id": case_id, "cost_kind": "level"},
            **{"monthly_cost_dkk": cost, "station_id": station, "counterfactual_monthly_cost_dkk": counterfactual},
        }
        for case_id, (cost, station, counterfactual) in rows.items()
    ]
    delivery = accepted("cases", MAY, records, declaration, "reported")
    archive = Archive(tmp_path_factory.mktemp("archive"))
    version, _ = archive.add(delivery)
    assert verify_versions([version], lambda *_: None) == []
    other = replace(version.manifest, content_sha256="0" * 64)
    (line,) = verify_versions([replace(version, manifest=other)], lambda *_: None)
    assert "(checksum of its content);" in line

"""The gate of a refresh: against what is published, and with a report beside what is rejected."""

import re
from datetime import date
from pathlib import Path

import pytest

from benchmarks.deliveries import as_csv, sample_rows
from fingerplan.errors import REJECTED, Refused
from fingerplan.gate import personal_data
from fingerplan.seeds import Seed, check_seeds
from fingerplan.warehouse import refresh
from fingerplan.warehouse.archive import Archive
from tests.support.deliveries import JUNE, MAY, changed, with_case_references
from tests.support.project import ROOT

APRIL = date(2026, 4, 1)


@pytest.fixture(scope="module")
def seeds() -> dict[str, Seed]:
    return check_seeds(ROOT)


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(personal_data.KEY_VARIABLE, raising=False)
    monkeypatch.delenv(personal_data.KEY_FILE_VARIABLE, raising=False)


def test_the_first_month_is_compared_with_the_one_after_it(tmp_path, seeds, monkeypatch):
    archive = Archive(tmp_path / "archive")
    file = tmp_path / "cases.csv"
    monkeypatch.setenv(personal_data.KEY_VARIABLE, "k" * 40)
    file.write_bytes(as_csv(with_case_references(sample_rows("cases", "2026-05"))))
    may, _ = refresh.archive_all(refresh.gate({"cases": file}, MAY, {}, seeds, JUNE), archive, {})
    monkeypatch.setenv(personal_data.KEY_VARIABLE, "another key of forty characters or more..")
    file.write_bytes(as_csv(with_case_references(sample_rows("cases", "2026-04"))))
    with pytest.raises(Refused, match="the pseudonyms of 2026-05 were made with another key"):
        refresh.gate({"cases": file}, APRIL, may, seeds, JUNE)


def test_a_refused_file_stays_with_its_report_and_a_later_acceptance_takes_it_away(tmp_path, seeds):
    file = tmp_path / "cases.csv"
    content = as_csv(changed("provider_kind", "owner"))
    file.write_bytes(content)
    with pytest.raises(Refused) as refusal:
        refresh.gate({"cases": file}, MAY, {}, seeds, JUNE)
    assert refusal.value.exit_code == REJECTED
    assert file.read_bytes() == content
    text, page = (tmp_path / f"cases.csv.report.{ending}" for ending in ("txt", "html"))
    assert "row 2, column provider_kind: (masked text of 5 characters) (like own)" in text.read_text()
    html = page.read_text()
    assert "row 2, column provider_kind" in html
    assert "Evaluated Expectations" in html
    assert not re.search(r"https?://|<script|<link|@import", html), "the page must not need a network"
    file.write_bytes(as_csv(sample_rows("cases", "2026-05")))
    refresh.gate({"cases": file}, MAY, {}, seeds, JUNE)
    assert not text.exists()
    assert not page.exists()


def test_months_come_one_after_the_other_and_origins_do_not_mix(tmp_path, seeds, monkeypatch):
    archive = Archive(tmp_path / "archive")
    file = tmp_path / "cases.csv"
    file.write_bytes(as_csv(sample_rows("cases", "2026-03")))
    march, _ = refresh.archive_all(refresh.gate({"cases": file}, date(2026, 3, 1), {}, seeds, JUNE), archive, {})
    file.write_bytes(as_csv(sample_rows("cases", "2026-05")))
    with pytest.raises(Refused, match="2026-04 has not been delivered yet; deliver that month first"):
        refresh.gate({"cases": file}, MAY, march, seeds, JUNE)
    monkeypatch.setenv(personal_data.KEY_VARIABLE, "k" * 40)
    file.write_bytes(as_csv(with_case_references(sample_rows("cases", "2026-04"))))
    with pytest.raises(Refused, match="holds a municipality's own cases, the archive holds the other kind"):
        refresh.gate({"cases": file}, APRIL, march, seeds, JUNE)


def write(folder: Path, kind: str, month: str, rows: list[list[str]] | None = None) -> Path:
    file = folder / f"{kind}.csv"
    file.write_bytes(as_csv(rows or sample_rows(kind, month)))
    return file


def test_key_figures_are_of_the_origin_of_the_cases_beside_them(tmp_path, seeds, monkeypatch):
    monkeypatch.setenv(personal_data.KEY_VARIABLE, "k" * 40)
    cases = write(tmp_path, "cases", "2026-05", with_case_references(sample_rows("cases", "2026-05")))
    files = {"cases": cases, "kpis": write(tmp_path, "kpis", "2026-05")}
    accepted = refresh.gate(files, MAY, {}, seeds, JUNE)
    assert [(delivery.kind, delivery.data_origin) for delivery in accepted] == [
        ("cases", "reported"),
        ("kpis", "reported"),
    ]
    files["cases"] = write(tmp_path, "cases", "2026-05")
    assert {delivery.data_origin for delivery in refresh.gate(files, MAY, {}, seeds, JUNE)} == {"sample"}


def test_one_rejected_file_rejects_them_all_and_only_it_has_a_report(tmp_path, seeds):
    kpis = sample_rows("kpis", "2026-05")
    kpis[1][2] = "many"
    files = {"cases": write(tmp_path, "cases", "2026-05"), "kpis": write(tmp_path, "kpis", "2026-05", kpis)}
    done = []
    with pytest.raises(Refused) as refusal:
        refresh.gate(files, MAY, {}, seeds, JUNE, on_progress=lambda number, total: done.append((number, total)))
    assert [line.split(":")[0] for line in refusal.value.findings] == ["kpis.csv", "kpis.csv"]
    assert refusal.value.findings[-1].endswith("1 finding in all, written beside it to .report.txt and .report.html")
    assert {path.name for path in tmp_path.iterdir()} == {*("cases.csv", "kpis.csv"), *(
        f"kpis.csv.report.{ending}" for ending in ("txt", "html")
    )}
    assert done == [(0, 2), (1, 2)]


def test_a_file_is_checked_by_its_own_month_where_none_is_given(tmp_path, seeds):
    """And not against the months that are published, since nothing is to be published."""
    archive = Archive(tmp_path / "archive")
    file = write(tmp_path, "kpis", "2026-03")
    march, _ = refresh.archive_all(refresh.gate({"kpis": file}, date(2026, 3, 1), {}, seeds, JUNE), archive, {})
    (delivery,) = refresh.gate({None: write(tmp_path, "kpis", "2026-05")}, None, march, seeds, JUNE)
    assert (delivery.kind, delivery.month) == ("kpis", MAY)


def test_what_is_archived_is_said_with_its_version(tmp_path, seeds):
    archive = Archive(tmp_path / "archive")
    accepted = refresh.gate({"kpis": write(tmp_path, "kpis", "2026-05")}, MAY, {}, seeds, JUNE)
    versions, lines = refresh.archive_all(accepted, archive, {})
    assert lines == ["kpis of 2026-05 (version 1)"]
    assert refresh.archive_all(accepted, archive, versions)[1] == ["kpis of 2026-05 (version 1, the same as before)"]

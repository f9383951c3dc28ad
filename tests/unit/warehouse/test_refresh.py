"""The gate of a refresh: against what is published, and with a report beside what is rejected."""

import re
from datetime import date

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
    assert "row 2, column provider_kind: 'owner'" in text.read_text()
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
    with pytest.raises(Refused, match="2026-04 is not there yet; deliver that month first"):
        refresh.gate({"cases": file}, MAY, march, seeds, JUNE)
    monkeypatch.setenv(personal_data.KEY_VARIABLE, "k" * 40)
    file.write_bytes(as_csv(with_case_references(sample_rows("cases", "2026-04"))))
    with pytest.raises(Refused, match="holds a municipality's own cases, the archive holds the others"):
        refresh.gate({"cases": file}, APRIL, march, seeds, JUNE)

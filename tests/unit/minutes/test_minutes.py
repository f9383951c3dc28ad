"""A document read and compared with the seeds, as the command does it."""

import pytest

from fingerplan import minutes as committee_minutes
from fingerplan.errors import Refused
from tests.support import minutes_documents as documents
from tests.support.minutes_reading import written
from tests.support.project import ROOT


def test_a_document_is_read_and_compared():
    read = committee_minutes.read(ROOT, documents.FOLDER / "minutes_2026_06_09.txt")
    assert [table.table_id for table in read.reading.tables] == [f"SAU-{number:02}" for number in range(1, 11)]
    assert read.reading.findings == []
    assert all(not comparison.new and not comparison.revised for comparison in read.comparisons)
    assert (committee_minutes.warnings(read), committee_minutes.left_by_hand(read), read.names) == ([], [], [])


def test_a_document_without_a_known_table_is_refused(tmp_path):
    with pytest.raises(Refused, match=r"^novel.txt: has no table of the minutes or the plan$"):
        committee_minutes.read(ROOT, written(tmp_path, "Det var en mørk aften i 1987.\n" * 100, "novel.txt"))


def test_new_rows_and_stations_are_left_to_be_declared_by_hand(tmp_path):
    text = documents.plan().text()
    for year in (2027, 2026, 2025, 2024):
        text = text.replace(str(year), str(year + 1))
    by_hand = committee_minutes.left_by_hand(committee_minutes.read(ROOT, written(tmp_path, text)))
    assert "FP-02-2025-2028: declare its lines and their method in seeds/plan/budget_lines.csv" in by_hand

    document = documents.plan()
    document.table("FP-06").rows.append((["Aarhus"], ["1", "2", "3", "4", "5", "6"]))
    by_hand = committee_minutes.left_by_hand(committee_minutes.read(ROOT, written(tmp_path, document.text())))
    assert by_hand == ["FP-06, row 'Aarhus': say which key figure it is in seeds/kpi/kpi_series.csv"]

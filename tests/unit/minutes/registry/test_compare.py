from pathlib import Path

import pytest

from fingerplan.minutes.registry.compare import compare, document_id_of
from fingerplan.minutes.source.document import read_document
from fingerplan.minutes.tables.printed_table import Reading
from fingerplan.minutes.tables.reader import read_tables
from tests.support.minutes_documents import minutes, next_minutes
from tests.support.minutes_reading import known, written


def reading_of(text: str, folder: Path) -> Reading:
    return read_tables(read_document(written(folder, text)), known())


def test_the_same_document_has_nothing_new(tmp_path):
    comparisons = compare(reading_of(minutes().text(), tmp_path), known())
    assert [(one.new, one.revised) for one in comparisons] == [([], [])] * 10
    assert sum(one.same for one in comparisons) == 226


def test_a_month_more_is_new_and_another_date_is_another_table(tmp_path):
    reading = reading_of(next_minutes().text(), tmp_path)
    comparisons = {one.table.table_id: one for one in compare(reading, known())}
    assert reading.findings == []
    assert {one.row_no for one in comparisons["SAU-09"].new} == {8}
    assert comparisons["SAU-09"].rows[8] == "Juni 2026"
    assert comparisons["SAU-04"].table_id == "SAU-04-2026-06-30"
    assert comparisons["SAU-04"].known is None
    assert "30. juni 2026" in comparisons["SAU-02"].title
    assert comparisons["SAU-07"].revised[0].cell.value.printed == "1.650"
    assert document_id_of(reading, known()) == "sau_minutes_2026_08_11"


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("Talents of Tomorrow\t-700", "Talents of Tomorrow\t700", "only the sign differs"),
        ("huslejetilskud\t0\t-200", "huslejetilskud\t0\t-200.000", "more than ten times"),
        ("Plejetilbud\t", "Plejetilbuddet her\t", "has the figures of 'Plejetilbud'"),
    ],
)
def test_a_misreading_is_not_a_revision(before, after, words, tmp_path):
    text = minutes().text()
    assert before in text
    reading = reading_of(text.replace(before, after, 1), tmp_path)
    compare(reading, known())
    assert any(words in finding for finding in reading.findings), reading.findings


def test_an_older_document_cannot_revise(tmp_path):
    text = minutes("12-05-2026").text().replace("\t168\t", "\t169\t", 1)
    reading = reading_of(text, tmp_path)
    compare(reading, known())
    assert any("an older document cannot revise it" in finding for finding in reading.findings), reading.findings

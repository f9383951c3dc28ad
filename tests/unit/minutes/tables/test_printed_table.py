"""The tables of a document as they were read."""

from fingerplan.minutes.source.lines import Document, Line
from fingerplan.minutes.tables.printed_table import Reading, Table
from tests.support.minutes_lines import document, spec


def table(table_id: str) -> Table:
    return Table(spec(table_id), ["2026"], [], 1, None, "", "", None)


def test_a_table_is_found_by_its_id():
    reading = Reading(document(""), [table("SAU-01"), table("SAU-06")], [], [], [])
    assert reading.table("SAU-06") is reading.tables[1]
    assert reading.table("SAU-07") is None


def test_a_finding_names_the_page_of_its_line(tmp_path):
    lines = [Line(1, ("a",), page=1), Line(2, ("b",), page=2)]
    reading = Reading(Document(tmp_path / "referat.pdf", lines, ""), [], [], [], [])
    reading.find(2, "is blank")
    reading.find(9, "stands nowhere")
    assert reading.findings == ["referat.pdf: page 2, line 2: is blank", "referat.pdf: line 9: stands nowhere"]

"""A document as lines: what its spaces tell of the tabs that it had."""

from pathlib import Path

import pytest

from fingerplan.errors import REJECTED
from fingerplan.minutes.source.lines import Document, Line, place, refuse

ROWS = [("Plejetilbud", "4,7", "12"), ("Drift", "1.350", "3"), ("Forventet resultat", "2", "448,1")] * 5


def document(rows: list[str]) -> Document:
    return Document(Path("a.txt"), [Line(at, (row,)) for at, row in enumerate(rows, 1)], "")


@pytest.mark.parametrize("stops", [4, 8])
def test_expanded_tabs_leave_their_stops(stops):
    assert document(["\t\t".join(row).expandtabs(stops) for row in ROWS]).tab_stops == stops


def test_tabs_replaced_by_a_number_of_spaces_leave_their_width():
    replaced = document(["     ".join(row) for row in ROWS])
    assert (replaced.tab_stops, replaced.tab_width) == (None, 5)


def test_a_few_gaps_say_nothing():
    few = document(["\t\t".join(row).expandtabs(8) for row in ROWS[:3]])
    assert (few.tab_stops, few.tab_width) == (None, None)


def test_the_gaps_of_delimited_lines_do_not_count():
    lines = [Line(at, ("\t\t".join(row).expandtabs(8),), delimited=True) for at, row in enumerate(ROWS)]
    assert Document(Path("a.txt"), lines, "").tab_stops is None


def test_the_text_of_a_line_is_in_single_spaces():
    assert Line(1, ("  Korrigeret   budget ", "", "189,0")).text == "Korrigeret budget 189,0"


def test_a_place_names_the_page_where_there_is_one():
    assert (place(12, None), place(120, 3)) == ("line 12", "page 3, line 120")


def test_a_refusal_is_one_line_with_the_name_of_the_file():
    refused = refuse(Path("folder/referat.pdf"), "is empty")
    assert (refused.exit_code, refused.findings) == (REJECTED, ["referat.pdf: is empty"])

"""Revisions of printed figures by later minutes: correct ones build green, and every wrong one is found."""

import pytest

from tests.support.rebuild import Rebuild

# May 2026 in SAU-09 as later minutes could revise it: the cases of one bracket, and their total with them
PART = ("SAU-09", 7, 1, 1, "164", "165")
TOTAL = ("SAU-09", 7, 7, 1, "244", "245")

RIGHT_REVISIONS = {
    "part and total": [PART, TOTAL],
    "twice": [PART, TOTAL, ("SAU-09", 7, 1, 2, "165", "164"), ("SAU-09", 7, 7, 2, "245", "244")],
    "a blank cell is filled": [("SAU-01", 1, 1, 1, None, "-4,7")],
    "a cell becomes a dash": [("SAU-01", 1, 2, 1, "-4,7", "-")],
    "a list of June explains it": [("SAU-05", 1, 4, 1, "39,3", "39,2"), ("SAU-05", 3, 4, 1, "11,3", "11,2")],
}

FOLLOWS = "assert_every_revision_follows_the_print_before_it"
ADDS_UP = "assert_sums_hold_for_the_latest_prints"
DECLARED = "cell_revisions__is_as_declared"
WRONG_REVISIONS = {
    "another earlier value": ([("SAU-09", 7, 1, 1, "163", "165"), TOTAL], FOLLOWS),
    "another earlier notation": ([("SAU-01", 1, 2, 1, "-4,70", "-4,8")], FOLLOWS),
    "an earlier value where none was": ([("SAU-01", 1, 1, 1, "-4,7", "-4,8")], FOLLOWS),
    "the earlier value of the first print": ([PART, TOTAL, ("SAU-09", 7, 1, 2, "164", "166")], FOLLOWS),
    "a gap in the numbers": ([PART, TOTAL, ("SAU-09", 7, 1, 3, "165", "166")], FOLLOWS),
    "no number 1": ([("SAU-01", 1, 2, 2, "-4,7", "-4,8")], FOLLOWS),
    "number 0": ([("SAU-01", 1, 2, 0, "-4,7", "-4,8")], FOLLOWS),
    "nothing changes": ([("SAU-01", 1, 2, 1, "-4,7", "-4,7")], FOLLOWS),
    "only the notation changes": ([("SAU-01", 1, 2, 1, "-4,7", "- 4,7")], FOLLOWS),
    "a blank becomes a dash": ([("SAU-01", 1, 1, 1, None, "-")], FOLLOWS),
    "no such cell": ([("SAU-01", 1, 5, 1, "-4,7", "-4,8")], FOLLOWS),
    "the same number twice": ([PART, PART, TOTAL], DECLARED),
    "no such table": ([("SAU-11", 1, 1, 1, "-4,7", "-4,8")], DECLARED),
    "a part without its total": ([PART], ADDS_UP),
    "a total without its part": ([TOTAL], ADDS_UP),
    "a part of a row by more than rounding": ([("SAU-04", 1, 1, 1, "685,7", "685,9")], ADDS_UP),
}


def insert_revisions(rows: list[tuple]) -> str:
    cells = [
        ["null" if cell is None else f"'{cell}'" if isinstance(cell, str) else str(cell) for cell in row]
        for row in rows
    ]
    return "insert into seeds.cell_revisions values " + ", ".join(
        f"({', '.join(row)}, 'sau_minutes_2026_06_09', 1)" for row in cells
    )


@pytest.mark.parametrize("rows", RIGHT_REVISIONS.values(), ids=RIGHT_REVISIONS)
def test_a_revision_by_later_minutes_builds_green(rebuild: Rebuild, rows):
    assert rebuild.failures(insert_revisions(rows)) == []


@pytest.mark.parametrize(("rows", "test"), WRONG_REVISIONS.values(), ids=WRONG_REVISIONS)
def test_a_wrong_revision_is_found(rebuild: Rebuild, rows, test):
    assert test in rebuild.failures(insert_revisions(rows))


def test_a_revision_of_an_unknown_document_is_found(rebuild: Rebuild):
    unknown = insert_revisions([PART, TOTAL]).replace("sau_minutes_2026_06_09", "sau_minutes_2026_07_07")
    assert DECLARED in rebuild.failures(unknown)

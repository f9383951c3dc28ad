"""The specs of the known tables: the heads that they match, and the columns in those."""

import pytest

from fingerplan.minutes.tables.table_specs import TABLE_SPECS, bracket_and_measure, columns_of, stated_unit
from tests.support import minutes_documents as documents
from tests.support.minutes_lines import spec

PRINTED = [*documents.minutes().tables(), *documents.plan().tables()]


def head(table: documents.PrintedTable) -> str:
    return "\n".join(" ".join(" ".join(row).split()) for row in table.head)


@pytest.mark.parametrize("table", PRINTED, ids=lambda table: table.table_id)
def test_a_head_matches_its_spec_and_names_its_columns(table):
    own = spec(table.table_id)
    rows = "\n" + table.rows[0][0][-1]
    match = own.pattern.match(head(table) + rows)
    assert match is not None
    columns = columns_of(match, own)
    assert columns is not None
    assert len(columns) - table.figure_columns == (1 if table.table_id == "SAU-05" else 0)


def test_every_table_has_one_spec():
    assert [own.table_id for own in TABLE_SPECS] == [f"FP-{n:02}" for n in range(1, 13)] + [
        f"SAU-{n:02}" for n in range(1, 11)
    ]


def test_a_head_goes_on_in_the_next_line_and_ends_with_one():
    pattern = spec("SAU-01").pattern
    assert pattern.match("Forslag\n(mio. kr.) 2026\n2027")
    assert not pattern.match("Forslag (mio. kr.) 2026 i alt")


def test_a_bracket_may_stand_once_over_its_two_columns():
    own = spec("SAU-09")
    match = own.pattern.match("Beløb i mio. kr. 25 pct. refusion Total\nAntal sager Udgift Antal sager Udgift")
    assert columns_of(match, own) == [
        "25 pct. refusion / Antal sager", "25 pct. refusion / Udgift", "Total / Antal sager", "Total / Udgift",
    ]  # fmt: skip


def test_two_rows_of_a_head_that_do_not_fit_have_no_columns():
    own = spec("SAU-09")
    assert columns_of(own.pattern.match("Måned 25 pct. refusion Total\nAntal Udgift Antal"), own) is None


@pytest.mark.parametrize(
    ("text", "unit"),
    [("Forslag (1.000 kr.)", "tdkk"), ("mio. kr.", "mdkk"), ("Antal personer", "persons"), ("kr", "dkk"), ("Nr", None)],
)
def test_the_unit_that_a_head_states(text, unit):
    assert stated_unit(text) == unit


def test_a_high_cost_column_is_its_bracket_and_measure():
    assert bracket_and_measure("75 procent refusion / Udgifter (mio.)") == ("75", "gross")
    assert bracket_and_measure("I alt / Sager") == ("total", "cases")

"""The heads of the known tables among the lines of a document."""

from datetime import date

import pytest

from fingerplan.minutes.tables.context import Context
from fingerplan.minutes.tables.heads import find_heads
from tests.support.minutes_lines import context

GRANTS = "Bevillingsansøgninger (mio. kr.)\t2026\t2027"
HIGH_COST = "\t25 pct. refusion\t25 pct. refusion\n\tAntal sager\tUdgift"


def found(read: Context) -> list[tuple[int, int, str]]:
    return [(head.start, head.end, head.spec.table_id) for head in find_heads(read).ours]


def test_a_head_has_its_place_its_columns_and_its_width():
    read = context("Forslag (mio. kr.)\t2026\t2027\nPlejetilbud\t1\t2")
    head = find_heads(read).ours[0]
    assert (head.start, head.end, head.columns, head.width) == (0, 1, ["2026", "2027"], 3)


def test_a_head_in_several_lines_is_as_wide_as_the_rows_below_it():
    read = context("Forslag\n(mio. kr.)\t2026\t2027\nPlejetilbud\t1\t2\nAndet\t3\t4")
    head = find_heads(read).ours[0]
    assert (head.start, head.end, head.width) == (0, 2, 3)


def test_a_head_of_text_has_no_width():
    assert find_heads(context("Forslag (mio. kr.)  2026 2027\nPlejetilbud  1 2")).ours[0].width is None


def test_the_level_of_prices_stands_in_the_head():
    head = find_heads(context("1000 kr., 26-pl\t2027\t2028\nB26 Nyt\t-1\t-1")).ours[0]
    assert (head.spec.table_id, head.price_level) == ("SAU-06", 2026)


@pytest.mark.parametrize(("label", "table_id"), [("Maj 2026", "SAU-09"), ("2026", "SAU-10")])
def test_a_high_cost_head_is_told_by_the_periods_below_it(label, table_id):
    assert found(context(f"Måned{HIGH_COST}\n{label}\t1\t2")) == [(0, 2, table_id)]


def test_the_high_cost_head_of_another_area_is_foreign():
    heads = find_heads(context(f"Børn og unge{HIGH_COST}\nMaj 2026\t1\t2"))
    assert (heads.ours, heads.foreign) == ([], {0})


@pytest.mark.parametrize(("table_id", "number"), [("SAU-03", 0), ("SAU-05", 1)])
def test_a_head_of_two_areas_is_told_by_the_title_of_the_item(table_id, number):
    area = context("").known.areas[table_id]
    read = context(f"Punkt 8{number}: Budgetopfølgning på {area}\n\n{GRANTS}\tAnlægsbevillinger\nNyt\t1\t2\t3")
    assert found(read) == [(2, 3, table_id)]


def test_a_head_that_neither_title_nor_rows_decide_is_a_finding():
    read = context(f"{GRANTS}\tAnlægsbevillinger\nNyt\t1\t2\t3")
    assert found(read) == []
    assert read.findings == [
        "referat.txt: line 1: the head of SAU-03 or SAU-05, and neither the item's title nor its rows say which"
    ]


def test_a_table_of_the_plan_is_told_by_the_station_above_it():
    known = context("").known
    head = "Overskrift\tBeskrivelse\t2024\t2025"
    assert found(context(f"# 2. {known.stations[2]}\n{head}\nNy linje\ttekst\t1\t2")) == [(1, 2, "FP-03")]
    label = known.row_labels("FP-03")[0]
    assert found(context(f"{head}\n{label}\ttekst\t1\t2")) == [(0, 1, "FP-03")]


def test_a_heading_that_the_rows_contradict_is_a_finding():
    known = context("").known
    label = known.row_labels("FP-03")[0]
    read = context(f"# 1. {known.stations[1]}\nOverskrift\tBeskrivelse\t2024\t2025\n{label}\ttekst\t1\t2")
    assert found(read) == []
    assert "the heading above says FP-02 and the rows below FP-03; a heading is missing" in read.findings[0]


def test_minutes_print_no_table_of_the_plan():
    read = context("Antal personer\t2018\t2019\nLandsplan\t1\t2")
    assert found(read) == [(0, 1, "FP-06")]
    read.document.held_on = date(2026, 6, 9)
    assert found(read) == []


def test_a_common_head_needs_a_row_of_its_table():
    assert found(context("Antal personer\t2018\t2019\nAnsatte\t1\t2")) == []


def test_columns_are_named_as_the_seeds_name_them():
    read = context("Fuldtidsledige\tOmråde\tapril 2025\tmaj-2026\nFaktiske\tHele landet\t1\t2")
    assert find_heads(read).ours[0].columns == ["April 2025", "Maj 2026"]
    read = context("Måned\t25 % refusion\t25 % refusion\n\tSager\tUdgifter\nMaj 2026\t1\t2")
    assert find_heads(read).ours[0].columns == ["25 pct. refusion / Antal sager", "25 pct. refusion / Udgift"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Forslag (mio. kr.)\t2026\t2026\nPlejetilbud\t1\t2", "SAU-01: a column occurs twice in the head: 2026, 2026"),
        ("Måned\t25 pct. refusion\t50 pct. refusion\nAntal\tUdgift\tAntal\nMaj 2026\t1\t2\t3", "do not fit together"),
    ],
)
def test_a_head_that_cannot_be_read_is_a_finding(text, words):
    read = context(text)
    assert found(read) == []
    assert words in read.findings[0]

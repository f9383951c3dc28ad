"""What a printed label stands for."""

import pytest

from fingerplan.minutes.tables.labels import Labels
from fingerplan.minutes.tables.printed_table import Row
from tests.support.minutes_lines import spec

KNOWN = ["Korrigeret budget", "Korrigeret budget inkl. bevillingsansøgning", "Buffer til nye sager 2026"]


def labels(table_id: str = "SAU-04", rows: list[Row] | None = None, known: list[str] | None = None) -> Labels:
    return Labels(spec(table_id), KNOWN if known is None else known, ["Spor et"], rows if rows is not None else [])


def row(label: str, is_known: bool = True) -> Row:
    return Row(label, [], is_known, 1)


@pytest.mark.parametrize(
    ("own", "paragraphs", "resolved"),
    [
        ("korrigeret  Budget", [], (KNOWN[0], True)),
        ("Korrigeret budgett", [], (KNOWN[0], True)),
        ("inkl. bevillingsansøgning", ["Korrigeret budget"], (KNOWN[1], True)),
        ("budget", ["Udvalget", "Korrigeret"], (KNOWN[0], True)),
        ("", ["Og så Korrigeret budget her"], (KNOWN[0], True)),
        ("", ["Andet"], ("Andet", False)),
        ("Ny række", ["Andet"], ("Ny række", False)),
    ],
)
def test_a_label_is_the_known_one_or_as_printed(own, paragraphs, resolved):
    assert labels().resolve(own, paragraphs, in_cells=False) == resolved


@pytest.mark.parametrize(
    ("own", "paragraphs", "resolved"),
    [("maj 2026", [], ("Maj 2026", True)), ("", ["Juni 2026"], ("Juni 2026", True)), ("I alt", [], ("I alt", False))],
)
def test_a_row_of_a_series_is_its_period(own, paragraphs, resolved):
    assert labels("SAU-09").resolve(own, paragraphs, in_cells=False) == resolved


def test_in_prose_a_known_label_is_found_among_the_descriptions():
    text = ["En indledning", "Korrigeret budget", "En beskrivelse med 3 årsværk"]
    assert labels("FP-02").resolve("", text, in_cells=False) == (KNOWN[0], True)


def test_in_prose_two_known_labels_say_that_a_row_was_lost():
    text = "Korrigeret budget med en beskrivelse Buffer til nye sager 2026"
    assert labels("FP-02").resolve("", [text], in_cells=False) == ("", False)


def test_in_prose_a_new_label_is_told_by_the_blank_line_behind_it():
    assert labels("FP-02").resolve("", ["Ny linje", "En beskrivelse"], in_cells=False) == ("Ny linje", False)
    assert labels("FP-02").resolve("", ["Ny linje En beskrivelse"], in_cells=False) == ("", False)


def test_a_title_of_the_plan_ends_where_its_track_begins():
    assert labels("FP-01").resolve("", ["8 Ny station Spor et", "Tekst"], in_cells=False) == ("Ny station", False)


def test_a_label_stands_for_one_row_only():
    used = labels(rows=[row(KNOWN[1])])
    assert used.begins("Korrigeret budget inkl. bevillingsansøgning 5") == KNOWN[0]
    assert labels().begins("Korrigeret budget inkl. bevillingsansøgning 5") == KNOWN[1]
    assert used.known_in("det Korrigeret budget inkl. bevillingsansøgning") == KNOWN[0]


def test_a_label_is_known_in_another_year_but_not_exact():
    assert labels().is_known("Buffer til nye sager 2027")
    assert not labels().is_exact("Buffer til nye sager 2027")
    assert labels().is_exact("buffer til nye sager, 2026")


def test_a_text_may_begin_a_known_label():
    assert labels().may_begin_known("Buffer til")
    assert not labels().may_begin_known("Anden buffer")
    assert not labels().may_begin_known("")


@pytest.mark.parametrize(
    ("label", "is_known", "rest", "taken"),
    [
        ("Korrigeret budget", True, "inkl. bevillingsansøgning", KNOWN[1]),
        ("Buffer til nye", False, "sager 2026", KNOWN[2]),
        ("En ny", False, "række", "En ny række"),
        ("En ny", False, "Række", None),
        ("Korrigeret budget", True, "Andet", None),
    ],
)
def test_a_label_goes_on_below_its_figures(label, is_known, rest, taken):
    rows = [row(label, is_known)]
    assert labels(rows=rows).take_rest(rest) == (taken is not None)
    assert rows[0].label == (taken or label)

"""The figures of a line of text."""

import pytest

from fingerplan.minutes.tables.figures import all_ways, columns_by_tabs, fit, split_line


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Forventet resultat 1.350 - 4,5*", ("Forventet resultat", ("1.350", "-", "4,5*"), "")),
        ("Ingen refusion 990.000 og derunder", ("Ingen refusion", ("990.000 og derunder",), "")),
        ("200 -475 Velfærdsteknologi", ("", ("200", "-475"), "Velfærdsteknologi")),
        ("1 Digital først 50 -425", ("1 Digital først", ("50", "-425"), "")),
        ("3 årsværk i 2 år", ("3 årsværk i 2 år", (), "")),
        ("Det var 3 årsværk i 2027", ("Det var 3 årsværk i", ("2027",), "")),
        ("Et tilbud", ("Et tilbud", (), "")),
        ("", ("", (), "")),
    ],
)
def test_a_line_is_text_and_figures(text, parts):
    assert split_line(text) == parts


@pytest.mark.parametrize(
    ("values", "wanted", "read"),
    [
        (["1", "-", "2"], 3, ["1", "-", "2"]),
        (["1", "-", "2"], 2, ["1", "- 2"]),
        (["-", "1", "-", "2"], 2, ["- 1", "- 2"]),
        (["-", "1", "-", "2"], 3, None),
        (["1"], 2, None),
        (["1", "2", "3"], 2, None),
    ],
)
def test_a_dash_is_a_cell_or_a_sign_as_the_columns_want(values, wanted, read):
    assert fit(values, wanted) == read


@pytest.mark.parametrize(
    ("text", "stops", "width", "columns"),
    [
        ("Drift\t1\t\t3".expandtabs(8), 8, None, [0, 2]),
        ("Drift    1        3", None, 4, [0, 2]),
        ("Drift   1  3", 8, None, None),
        ("1       3", 8, None, None),
        ("Drift   1", None, None, None),
    ],
)
def test_tabs_that_became_spaces_say_the_columns(text, stops, width, columns):
    assert columns_by_tabs(text, stops, width) == columns


def test_two_figures_stand_in_three_columns_in_three_ways():
    assert all_ways(2, 3) == [[0, 1], [0, 2], [1, 2]]

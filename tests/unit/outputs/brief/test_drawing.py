"""A shape lies where its figure says, and the chart says the same in words."""

from decimal import Decimal
from itertools import pairwise

import pytest

from fingerplan.outputs.brief import drawing
from tests.support.small_brief import APRIL, MAY, UNMEASURED, bridge, case_period, small_brief, station_year


def shapes(drawn, element: str, look: str) -> list[dict]:
    return [attributes for kind, attributes, _ in drawn.shapes if (kind, attributes["class"]) == (element, look)]


def texts(drawn) -> list[str]:
    return [text for kind, _, text in drawn.shapes if kind == "text"]


def test_bars_are_as_long_as_their_amounts_and_meet_at_zero():
    stations = [
        station_year(expected_to_date_measured_dkk=Decimal(-200), realised_to_date_dkk=Decimal(-100)),
        station_year(station_no=2, expected_to_date_measured_dkk=Decimal(100), realised_to_date_dkk=Decimal(50)),
        station_year(station_no=3, realised_to_date_dkk=None),
    ]
    drawn = drawing.station_bars(small_brief(station_years=stations))
    due, done = shapes(drawn, "rect", "due"), shapes(drawn, "rect", "done")
    assert [len(due), len(done)] == [2, 2], "the third is not measured"
    assert due[0]["width"] == 2 * done[0]["width"] == 2 * due[1]["width"]
    (axis,) = shapes(drawn, "line", "axis")
    assert due[0]["x"] + due[0]["width"] == due[1]["x"] == axis["x1"]
    assert "1 Digital først: forventet -200, realiseret -100, bagud, delvist målt; 2 Digital" in drawn.description
    assert {"-200", "0", "100"} <= set(texts(drawn))


def test_without_a_measured_station_there_are_no_bars():
    assert drawing.station_bars(small_brief(station_years=[station_year(**UNMEASURED)])) is None


def test_brackets_are_stacked_from_the_axis_and_the_net_is_a_mark():
    drawn = drawing.case_columns([case_period(APRIL), case_period(MAY, None)])
    columns = [shapes(drawn, "rect", f"rate{bracket}")[0] for bracket in ("25", "50", "75")]
    assert columns[0]["y"] + columns[0]["height"] == 132
    for lower, upper in pairwise(columns):
        assert upper["y"] + upper["height"] == pytest.approx(lower["y"], abs=0.2)
    assert len(shapes(drawn, "line", "net")) == 1, "the net of May is unknown"
    assert shapes(drawn, "line", "net")[0]["y1"] == 132 - (132 - 16) / 2, "half of the gross cost"
    assert drawn.description == "april 2026: brutto 60,0, netto 30,0; maj 2026: brutto 60,0, netto ukendt"


def test_a_period_without_a_bracket_has_an_empty_column_and_no_period_no_drawing():
    period = case_period(MAY)
    del period.brackets["50"]
    drawn = drawing.case_columns([period])
    assert shapes(drawn, "rect", "rate50")[0]["height"] == 0
    assert drawing.case_columns([]) is None


def test_the_waterfall_steps_from_the_first_level_to_the_last():
    drawn = drawing.waterfall(small_brief(), bridge())
    assert drawn.note == "Aksen begynder ved 40,0 mio. kr."
    assert drawn.description == (
        "april 2026 50,0, tilgang +5,0, afgang -2,0, dyrere +4,0, billigere 0,0, maj 2026 57,0"
    )
    first, last = shapes(drawn, "rect", "due")
    entry, increase = shapes(drawn, "rect", "rise")
    leaving, decrease = shapes(drawn, "rect", "fall")
    assert entry["y"] + entry["height"] == first["y"], "a step begins where the level ends"
    assert entry["y"] == leaving["y"]
    assert increase["y"] == last["y"]
    assert decrease["height"] == 1, "a step of nothing is a line"
    assert texts(drawn).count("1 sag") == 4
    assert drawing.waterfall(small_brief(), bridge(start_dkk=Decimal(1_000_000))).note == ""

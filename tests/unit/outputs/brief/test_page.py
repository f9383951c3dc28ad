"""The page shows what fits, the most important first, and escapes what it is given."""

from decimal import Decimal

import pytest

from fingerplan.outputs.brief.page import SHOWN_CHANGES, write_page
from tests.support.small_brief import UNMEASURED, change, check, plan_year, small_brief, station_year


@pytest.fixture
def page(tmp_path):
    def write(**changes) -> str:
        write_page(small_brief(**changes), tmp_path / "a.html")
        return (tmp_path / "a.html").read_text(encoding="utf-8")

    return write


def test_the_page_says_month_version_and_origin(page):
    text = page()
    assert "Realiseret til og med maj 2026. Plus er udgift" in text
    assert "Udgivet 1. juni 2026 kl. 08.30 UTC" in text
    assert text.count("SYNTETISKE TAL") == 1
    assert "<dt>Forventet til dato</dt><dd>-250 kr.</dd>" in text
    assert "kommunen bærer selv 50 % af stigningen" in text


def test_a_text_of_the_marts_is_no_markup(page):
    text = page(station_years=[station_year(station_name="<b>A & B</b>")])
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in text
    assert "<b>A" not in text


def test_the_changes_of_the_year_come_first_and_then_the_largest(page):
    found = [change(subject_id=f"s{n}", period="2027", moved_by=Decimal(900)) for n in range(SHOWN_CHANGES)]
    found += [change(subject_id="small", moved_by=Decimal(1)), change(subject_id="large", moved_by=Decimal(-9))]
    found += [change(subject_id="new", moved_by=None), change(subject_id="lines", unit="lines", moved_by=Decimal(99))]
    text = page(changes=found)
    assert f"{len(found)} tal har flyttet sig siden den forrige udgivelse; de {SHOWN_CHANGES} vigtigste" in text
    order = [text.index(f"<li>{name}, ") for name in ("new", "large", "small", "lines", "s0", "s1")]
    assert order == sorted(order)
    assert "<li>s2, " not in text


def test_reasons_are_counted_where_there_is_no_room(page):
    stations = [
        station_year(
            **UNMEASURED, station_no=number, measurement_status="not_measured", measurement_note=f"grund {number}"
        )
        for number in range(1, 6)
    ]
    text = page(station_years=stations)
    assert "<li>Station 3: grund 3.</li>" in text
    assert "grund 4" not in text
    assert "Arbejdsbogen viser alle 5." in text


def test_nothing_to_show_is_said(page):
    unmeasured = {"plan": [plan_year(**UNMEASURED)], "station_years": [station_year(**UNMEASURED)]}
    text = page(cases=[], bridges=[], changes=[], **unmeasured)
    for said in (
        "Der er ingen tal for særligt dyre sager.",
        "Der er ingen bro mellem to måneder",
        "Ingen tal har flyttet sig",
        "Der er ikke målt nogen realiseret effekt",
    ):
        assert said in text
    assert "SYNTETISKE" not in text


def test_differences_are_shown_with_their_explanation(page):
    found = check(verdict="documented", computed_value=Decimal(5), explanation="Trykfejl", description="Summen")
    text = page(checks=[found, check()])
    assert "1 af 2 afstemninger stemmer" in text
    assert "<li>Summen (SAU-01, linje 7): trykt 4,7 mod beregnet 5 mio. kr. – Trykfejl</li>" in text

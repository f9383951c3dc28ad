"""Figures, versions and sentences read as a Dane writes them."""

from decimal import Decimal

import pytest

from fingerplan.outputs.brief import wording
from tests.support.small_brief import (
    APRIL,
    MAY,
    UNMEASURED,
    case_period,
    change,
    check,
    plan_year,
    small_brief,
    station_year,
)


def test_numbers_months_and_shortened_texts():
    assert wording.month_name(MAY) == "maj 2026"
    assert (wording.month_name(APRIL, "MMM yy"), wording.month_name(None)) == ("apr 26", "–")
    assert [wording.millions(amount) for amount in (Decimal(4_650_000), Decimal(-50_000), None)] == ["4,7", "-0,1", "–"]
    assert wording.number(Decimal("15000.50"), "persons") == "15.000,5"
    assert wording.number(Decimal(2026), "year") == "2026"
    assert wording.small("Årets grænser") == "årets grænser"
    assert wording.shortened("en, to og tre", 9) == "en, to …"
    assert wording.shortened("en, to og tre", 13) == "en, to og tre"


def test_words_of_codes_are_explained_once():
    brief = small_brief()
    assert wording.progress(brief, station_year()) == "bagud, delvist målt"
    assert wording.progress(brief, station_year(measurement_status="measured")) == "bagud"
    assert wording.legend(brief, "progress_status", {"on_track"}) == ["På sporet – inden for en tiendedel."]
    assert wording.legend(brief, "bracket", {"25"}) == [], "it has no note"
    assert [wording.unit(brief, unit) for unit in ("mdkk", "lines", None)] == ["mio. kr.", "linjer", ""]


def test_the_version_is_that_of_the_publication():
    published = "Udgivet 1. juni 2026 kl. 08.30 UTC, kørsel run-2, fingerplan version 0.1.0"
    assert wording.version(small_brief()) == published
    assert wording.short_version(small_brief()) == "Udgivet 01.06.2026 08.30 UTC"
    working = small_brief(publication=None, changes=None)
    assert wording.version(working).startswith("Arbejdsfil, ikke udgivet")
    assert wording.short_version(working) == "Arbejdsfil, ikke udgivet"
    assert wording.data_month(small_brief()) == "Realiseret til og med maj 2026"
    assert wording.data_month(small_brief(plan=[plan_year(**UNMEASURED)])) == "Der er ikke målt nogen realiseret effekt"


def test_synthetic_figures_are_named_first():
    assert wording.origin_lines({"published", "sample"})[0] == wording.SYNTHETIC
    assert wording.origin_lines({"reported"}) == [wording.ORIGINS["reported"]]


def test_why_there_is_no_change_has_three_reasons():
    assert wording.no_changes(small_brief()) is None
    assert wording.no_changes(small_brief(changes=[])) == "Ingen tal har flyttet sig siden den forrige udgivelse."
    assert wording.no_changes(small_brief(changes=None)) == "Der er ingen tidligere udgivelse at sammenligne med."
    assert "Arbejdsfilen har ingen historik" in (wording.no_changes(small_brief(publication=None, changes=None)) or "")


@pytest.mark.parametrize(
    ("of", "subject", "period", "text"),
    [
        (change(), "1 Digital først", "2026", "fra -100 kr. til -125 kr."),
        (change(subject_id="gone", value_before=None), "gone", "2026", "fra – til -125 kr."),
        (
            change(subject_kind="high_cost_cases", subject_id="75", period="latest", unit="cases"),
            *("Særligt dyre sager, 75 pct. refusion", "seneste", "fra -100 til -125"),
        ),
        (
            change(subject_kind="reconciliation", subject_id="exact", unit="checks"),
            *("Afstemninger: stemmer", "2026", "fra -100 til -125"),
        ),
    ],
)
def test_a_change_says_of_what_and_from_what_to_what(of, subject, period, text):
    brief = small_brief()
    assert (wording.subject(brief, of), wording.period(of), wording.from_to(brief, of)) == (subject, period, text)


def rise(gross: int, cases: int, before: int | None = 30, now: int | None = 33) -> str:
    after = case_period(MAY, now, gross_dkk=Decimal(gross * 1_000_000), cases=cases, missing_reason="Ukendte grænser")
    return wording.rise(case_period(APRIL, before), after)


def test_a_rise_says_what_stays_with_the_municipality():
    assert rise(66, 10) == (
        "Fra april 2026 til maj 2026 steg bruttoudgiften med 6,0 mio. kr. om året, og der er 1 sag flere. "
        "Efter statsrefusion steg udgiften med 3,0 mio. kr. om året; kommunen bærer selv 50 % af stigningen."
    )
    assert rise(54, 7, now=29).endswith("2 sager færre. Efter statsrefusion faldt udgiften med 1,0 mio. kr. om året.")
    assert rise(60, 9, now=30) == (
        "Fra april 2026 til maj 2026 er bruttoudgiften uændret, og antallet af sager er uændret. "
        "Efter statsrefusion er udgiften uændret."
    )
    assert rise(66, 10, now=None).endswith("Nettoudgiften er ukendt: ukendte grænser.")
    assert "Nettoudgiften er ukendt" in rise(66, 10, before=None)


def test_a_check_is_compared_in_its_unit():
    brief = small_brief()
    assert wording.compared(brief, check(computed_value=Decimal(5))) == "trykt 4,7 mod beregnet 5 mio. kr."
    assert wording.compared(brief, check(computed_value=None)) == "trykt 4,7, kan ikke beregnes"
    years = check(printed_value=Decimal(2026), computed_value=Decimal(2027), unit="year")
    assert wording.compared(brief, years) == "trykt 2026 mod beregnet 2027"

"""Danish figures, labels and dates as they are printed."""

from datetime import date
from decimal import Decimal

import pytest

from fingerplan.minutes import danish_text


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("1.350", "1350"),
        ("- 1.350", "-1350"),
        ("–2", "-2"),
        ("0.0", "0.0"),
        ("0.125", "125"),
        ("-200*", "-200"),
        ("+3,5", "3.5"),
        ("12,5 %", "12.5"),
        ("990.000 og derunder", "990000"),
        ("-", None),
        ("", None),
    ],
)
def test_a_cell_is_read_as_its_number(printed, number):
    value = danish_text.read_value(printed)
    assert value is not None
    assert value.number == (Decimal(number) if number is not None else None)


@pytest.mark.parametrize("printed", ["12,3,4", "1.23.4", "1O,5", "?", "5 t", "2024-27", "1 2"])
def test_what_is_not_one_number_is_not_a_value(printed):
    assert danish_text.read_value(printed) is None


@pytest.mark.parametrize(("printed", "half"), [("12", "0.5"), ("1,5", "0.05"), ("0.0", "0.05"), ("-", "0.5")])
def test_rounding_takes_half_a_unit_of_the_last_digit(printed, half):
    assert danish_text.read_value(printed).half_unit == Decimal(half)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Årets forventede resultat ekskl. overførsler", "Årets forventede resultat inkl. overførsler"),
        ("Forventet mindreforbrug udfører", "Forventet merforbrug udfører"),
        ("Forventet mindreforbrug udfører", "Forventet mindreforbrug puljer"),
        ("B26 Investeringsmodel - sygedagpengemodtagere", "B26 Investeringsmodel - dagpengemodtagere"),
        ("Sæsonkorrigeret / Landsdel Østjylland", "Sæsonkorrigeret / Landsdel Vestjylland"),
        ("Sæsonkorrigeret / Randers Kommune", "Sæsonkorrigeret / Aarhus Kommune"),
    ],
)
def test_another_word_is_another_label(one, other):
    assert danish_text.likeness(one, other) == 0
    assert danish_text.likeness(one, one.replace("r", "", 1)) > 0


def test_another_number_is_another_label():
    assert danish_text.likeness("Refusion på 25 pct.", "Refusion på 50 pct.") == 0


def test_two_labels_that_are_nearly_the_printed_one_are_none():
    assert danish_text.same_label("Udgiften", ["Udgifter", "Udgifte"]) is None
    assert danish_text.same_label("Udgiften", ["Udgifter", "Indtægter"]) == "Udgifter"
    assert danish_text.same_label("udgifter:", ["Udgifter", "Udgifte"]) == "Udgifter"


@pytest.mark.parametrize(
    ("label", "period"),
    [
        ("Maj 2026", date(2026, 5, 1)),
        ("sept. 2025", date(2025, 9, 1)),
        ("2026*", date(2026, 1, 1)),
        ("Aprul 2026", None),
    ],
)
def test_a_period_is_its_first_day(label, period):
    assert danish_text.period_of(label) == period


@pytest.mark.parametrize(("label", "written"), [("maj-2026", "Maj 2026"), ("2026*", "2026")])
def test_a_period_is_written_as_the_seeds_write_it(label, written):
    assert danish_text.period_label(label) == written


@pytest.mark.parametrize(
    ("text", "kind"), [("Maj 2026\t3", "month"), ("2026 4", "year"), ("2026-27", None), ("I alt", None)]
)
def test_a_line_begins_with_a_month_or_a_year(text, kind):
    assert danish_text.kind_of_period(text) == kind


def test_a_year_is_not_a_figure():
    assert [danish_text.is_figure(text) for text in ("12,5", "2026", "-", "I alt")] == [True, False, False, False]


@pytest.mark.parametrize("text", ["31. marts 2026", "31.03 2026", "31.3.2026", "31-03-2026"])
def test_a_date_is_found_however_it_is_written(text):
    assert danish_text.dates_in(f"d. {text} kl. 15") == [date(2026, 3, 31)]


def test_a_day_that_no_month_has_is_not_a_date():
    assert danish_text.dates_in("31. april 2026") == []


def test_a_date_of_record_stands_behind_pr():
    text = "Mødet den 12. maj 2026 om budgettet pr. 31. marts 2026"
    assert danish_text.dates_of_record(text) == [date(2026, 3, 31)]


def test_a_text_is_normalised():
    assert danish_text.tidy("1\u00a0000 \u22125 \u00ad7 ind\u00adsats A\u030a\ufeff") == "1 000 -5 -7 indsats Å"


def test_joined_leaves_out_what_is_empty():
    assert danish_text.joined("", "Forventet", "", "resultat") == "Forventet resultat"


def test_a_label_without_its_years():
    assert danish_text.without_years("Buffer til nye sager 2026") == "Buffer til nye sager "

"""Numbers and months as Danish systems write them: read as they are written, or refused."""

import re
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from fingerplan.gate.values import NumberType, notation_of, read_month, read_number
from tests.support.deliveries import MAY

MONEY = NumberType(18, 2)
MEASURE = NumberType(18, 4)
MONTHS = {"januar": 1, "maj": 5, "juni": 6, "oktober": 10}


@pytest.mark.parametrize(
    ("text", "number_type", "notation", "expected"),
    [
        ("1.350", MONEY, "comma", "1350"),
        ("- 1.350", MONEY, "comma", "-1350"),
        ("-1.350,50", MONEY, "comma", "-1350.50"),
        ("1.350,00-", MONEY, "comma", "-1350"),
        ("\u22121.350", MONEY, "comma", "-1350"),
        ("1.604.757", MONEY, None, "1604757"),
        ("1.350", MONEY, None, "1350"),  # three decimals are no money, so these are thousands
        ("117500.00", MONEY, "point", "117500"),
        ("1,350.00", MONEY, "point", "1350"),
        ("1.5", MONEY, "point", "1.5"),
        ("1.5", MONEY, "comma", None),  # never 15
        ("1.5", MONEY, None, "1.5"),
        ("1.350", MEASURE, None, None),  # 1.35 or 1350
        ("1.350", MONEY, "point", None),
        ("12.34.567", MONEY, "comma", None),
        ("1 350", MONEY, "comma", None),
        ("-200*", MONEY, "comma", None),
        ("1e308", MONEY, "point", None),
        ("NaN", MONEY, "point", None),
        ("", MONEY, "comma", None),
        ("12345678901234567", MONEY, None, None),
        ("1,999", MONEY, "comma", None),
        ("0.350", MONEY, None, None),  # no thousands begin with a zero
        ("0.350", MONEY, "comma", None),
        ("0,350", MEASURE, "point", None),
        ("0.350", MEASURE, None, "0.350"),
        ("--5", MONEY, "comma", None),
    ],
)
def test_a_number_is_read_as_it_is_written_or_refused(text, number_type, notation, expected):
    number, problem = read_number(text, number_type, notation)
    assert number == (None if expected is None else Decimal(expected))
    assert bool(problem) == (expected is None)


@given(number=some.decimals(-999_999_999, 999_999_999, places=2), other=some.decimals(-999, 999, places=2))
def test_either_notation_gives_the_number_back(number, other):
    """Beside a second number with decimals, as every real file has."""
    danish = [f"{value:,f}".translate(str.maketrans(",.", ".,")) for value in (number, other)]
    for texts in ([f"{number:f}", f"{other:f}"], danish):
        notation = notation_of((text, MONEY) for text in texts)
        assert [read_number(text, MONEY, notation)[0] for text in texts] == [number, other]


@given(text=some.text(alphabet="0123456789.,- ", max_size=14))
def test_what_is_read_as_a_number_has_its_digits(text):
    for notation in ("comma", "point", None):
        number, _ = read_number(text, MONEY, notation)
        if number is not None:
            assert re.sub(r"\D", "", f"{number:f}").strip("0") == re.sub(r"\D", "", text).strip("0")


@pytest.mark.parametrize(
    "cell",
    [
        *("2026-05", "2026-05-01", "05-2026", "5/2026", "05.2026", "01.05.2026", "01-05-2026", "202605", "maj 2026"),
        *("Maj 2026", "maj-26", " 2026-05 ", "2026-05-01 00:00:00", date(2026, 5, 1), datetime(2026, 5, 1)),
    ],
)
def test_a_month_is_read(cell):
    assert read_month(cell, MONTHS) == MAY


@pytest.mark.parametrize(
    "cell",
    ["2026-13", "05-26", "2026-05-02", "26-05", "mai 2026", "", None, datetime(2026, 5, 1, 12), "1926-05", "2026"],
)
def test_anything_else_is_not_a_month(cell):
    assert read_month(cell, MONTHS) is None

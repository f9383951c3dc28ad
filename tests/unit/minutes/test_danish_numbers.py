"""Printed Danish numbers in Python, on the fixture that `tests/integration/test_printed_figures.py` tries in SQL."""

import pytest

from fingerplan.minutes.danish_text import danish_number, read_value
from tests.support.printed_figures import PrintedNumber, printed_numbers


@pytest.mark.parametrize("case", printed_numbers(), ids=lambda case: repr(case.printed))
def test_a_printed_number_is_read_as_in_the_warehouse(case: PrintedNumber):
    value = read_value(case.printed)
    if not case.is_number:
        assert value is None
        return
    assert value is not None
    assert value.number == case.number
    if case.number is not None:
        assert value.half_unit == case.half_unit


def test_a_number_is_written_with_a_comma():
    from decimal import Decimal

    assert [danish_number(Decimal(text)) for text in ("17.90", "-3", "1200")] == ["17,9", "-3", "1200"]

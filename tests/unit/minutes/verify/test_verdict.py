"""The verdict in Python, on the cases that `tests/integration/test_printed_figures.py` tries in SQL."""

from typing import cast

import pytest

from fingerplan.minutes.danish_text import Value, number_of
from fingerplan.minutes.known_figures import Documented, Role
from fingerplan.minutes.verify.verdict import Interval, Term, computed_interval, printed_interval, verdict_on
from tests.support.minutes_reading import known
from tests.support.printed_figures import VerdictCase, verdict_cases


def interval(printed: str, unit: str) -> Interval:
    word = known().number_words.get(printed)
    value = Value(printed, number_of(printed) if word is None else word)
    found = printed_interval(value, known().units[unit])
    assert found is not None
    return found


@pytest.mark.parametrize("case", verdict_cases(), ids=lambda case: case.claim)
def test_the_verdict_is_that_of_the_fixture(case: VerdictCase):
    unit = known().units[case.unit]
    terms = [Term(cast(Role, one.role), one.coefficient, interval(one.printed, one.unit)) for one in case.terms]
    computed = computed_interval(terms)
    if computed is not None:
        computed = computed.in_unit(unit)
    assert (computed and (computed.value, computed.low, computed.high)) == case.interval
    documented = Documented(*case.known) if case.known else None
    assert verdict_on(interval(case.printed, case.unit).in_unit(unit), computed, documented) == case.verdict


@pytest.mark.parametrize("printed", ["", "-"])
def test_a_blank_cell_has_no_interval(printed):
    assert printed_interval(Value(printed, None), known().units["mdkk"]) is None


def test_a_documented_figure_that_is_not_printed_has_no_computed_value():
    printed = interval("272", "persons")
    assert verdict_on(printed, None, Documented(printed.value, None)) == "documented"
    assert verdict_on(printed, None, None) == "unreconciled"

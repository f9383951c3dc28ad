"""The verdict on a printed figure: the interval that its digits stand for, compared with that of what it is made of.

The warehouse decides the same in SQL (`macros/check_verdict.sql`, `int_checks__sums` and `int_checks__intervals`). Both
are tested on `tests/fixtures/verdicts.csv`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import product
from typing import Literal

from fingerplan.minutes.danish_text import Value
from fingerplan.minutes.known_figures import Documented, Role, Unit

Verdict = Literal["exact", "rounding", "documented", "unreconciled"]

_SIX_DECIMALS = Decimal("0.000001")  # the scale of printed_value and computed_value in rpt_reconciliation


@dataclass(frozen=True)
class Interval:
    """A value, with the lowest and the highest one that its printed digits allow."""

    value: Decimal
    low: Decimal
    high: Decimal

    @classmethod
    def around(cls, value: Decimal, half: Decimal) -> "Interval":
        """Give the interval of a value that may be off by `half` to either side."""
        return cls(value, value - half, value + half)

    def in_unit(self, unit: Unit) -> "Interval":
        """Convert an interval in the base unit to another one, rounded to six decimals."""
        return Interval(*(_rounded(end / unit.factor_to_base) for end in (self.value, self.low, self.high)))


@dataclass(frozen=True)
class Term:
    """A figure that a check is computed from, in its base unit."""

    role: Role
    coefficient: Decimal
    figure: Interval


def printed_interval(value: Value, unit: Unit) -> Interval | None:
    """Give the interval of a printed figure in its base unit; None for a blank cell and for '-'.

    What is counted, and a number in words, is exact; anything else may be off by half a unit of its last digit.
    """
    if value.number is None:
        return None
    is_in_words = not re.search("[0-9]", value.printed)
    half = Decimal(0) if unit.is_exact_count or is_in_words else value.half_unit
    return Interval.around(value.number * unit.factor_to_base, half * unit.factor_to_base)


def computed_interval(terms: Sequence[Term]) -> Interval | None:
    """Compute numerators over denominators times the factor, in the base unit; None where the divisor is zero.

    Without denominators the divisor is 1, and so is the factor where there is none.
    """
    numerator, denominator, factor = _total(terms, "numerator"), _total(terms, "denominator"), _total(terms, "factor")
    if denominator.value == 0:
        return None
    corners = [
        _rounded(part * times / divisor)
        for part, times, divisor in product(_ends(numerator), _ends(factor), _ends(denominator))
        if divisor
    ]
    return Interval(_rounded(numerator.value * factor.value / denominator.value), min(corners), max(corners))


def verdict_on(printed: Interval, computed: Interval | None, documented: Documented | None) -> Verdict:
    """Compare a printed figure with what it is computed to, both in the printed unit.

    Args:
        printed: interval of the printed figure.
        computed: interval of what the other figures give; None where one of them is not printed.
        documented: the values that a discrepancy of this check is documented for; it speaks for no others.
    """
    if computed is not None:
        if computed.value == printed.value:
            return "exact"
        if computed.low <= printed.high and printed.low <= computed.high:
            return "rounding"
    found = Documented(printed.value, computed.value if computed else None)
    return "documented" if found == documented else "unreconciled"


def _total(terms: Sequence[Term], role: Role) -> Interval:
    """Add the terms of a role; 1 where there are none and it is not the numerator."""
    own = [term for term in terms if term.role == role]
    if not own and role != "numerator":
        return Interval.around(Decimal(1), Decimal(0))
    value = sum((term.coefficient * term.figure.value for term in own), Decimal(0))
    half = sum((abs(term.coefficient) * (term.figure.high - term.figure.value) for term in own), Decimal(0))
    return Interval.around(value, half)


def _ends(interval: Interval) -> tuple[Decimal, Decimal]:
    return interval.low, interval.high


def _rounded(number: Decimal) -> Decimal:
    return number.quantize(_SIX_DECIMALS, ROUND_HALF_UP)

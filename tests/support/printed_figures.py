"""The fixtures that the warehouse and `fingerplan minutes` are both tested on, so that they read and judge alike.

`printed_numbers.csv` says what number each printed text stands for, and `verdicts.csv` what becomes of a printed figure
beside those that it is computed from.
"""

import csv
import re
from dataclasses import dataclass
from decimal import Decimal

from tests.support.project import ROOT

FIXTURES = ROOT / "tests" / "fixtures"
_TERM = re.compile(r"(numerator|denominator|factor) (-?[0-9.]+) (.+) ([a-z_]+)")


@dataclass(frozen=True)
class PrintedNumber:
    """A printed text; neither a number nor blank where `is_number` is false."""

    printed: str
    number: Decimal | None
    half_unit: Decimal | None
    is_number: bool


@dataclass(frozen=True)
class PrintedTerm:
    """A printed figure that another one is computed from."""

    role: str
    coefficient: Decimal
    printed: str
    unit: str


@dataclass(frozen=True)
class VerdictCase:
    """A printed figure, what it is computed from, and the verdict; all values in its printed unit."""

    claim: str
    printed: str
    unit: str
    terms: list[PrintedTerm]
    interval: tuple[Decimal, Decimal, Decimal] | None  # computed, low and high
    known: tuple[Decimal, Decimal] | None  # what a discrepancy is documented for
    verdict: str


def printed_numbers() -> list[PrintedNumber]:
    """The rows of `printed_numbers.csv`."""
    return [
        PrintedNumber(
            row["printed"],
            None if row["number"] in ("", "no number") else Decimal(row["number"]),
            Decimal(row["half_unit"]) if row["half_unit"] else None,
            row["number"] != "no number",
        )
        for row in _rows("printed_numbers")
    ]


def verdict_cases() -> list[VerdictCase]:
    """The rows of `verdicts.csv`."""
    return [
        VerdictCase(
            row["claim"],
            row["printed"],
            row["unit"],
            [_term(text) for text in row["terms"].split(" + ")],
            (Decimal(row["computed"]), Decimal(row["low"]), Decimal(row["high"])) if row["computed"] else None,
            (Decimal(row["known_printed"]), Decimal(row["known_computed"])) if row["known_printed"] else None,
            row["verdict"],
        )
        for row in _rows("verdicts")
    ]


def _term(text: str) -> PrintedTerm:
    found = _TERM.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not a role, a coefficient, a printed figure and a unit")
    return PrintedTerm(found[1], Decimal(found[2]), found[3], found[4])


def _rows(name: str) -> list[dict[str, str]]:
    with (FIXTURES / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))

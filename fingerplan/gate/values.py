"""Read numbers and months as Danish systems write them: strictly, so that 1.5 never becomes 15."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

# text, or the typed value of a workbook or Parquet file; None is empty
Cell = str | Decimal | date | None

_COMMA = re.compile(r"-?(?P<whole>[1-9][0-9]{0,2}(?:\.[0-9]{3})+|[0-9]+)(?:,(?P<decimals>[0-9]+))?")
_POINT = re.compile(r"-?(?P<whole>[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<decimals>[0-9]+))?")
_NOTATIONS = {"comma": _COMMA, "point": _POINT}


@dataclass(frozen=True)
class NumberType:
    """A declared decimal: digits in total, and digits after the decimal mark."""

    width: int
    scale: int

    @classmethod
    def of(cls, declared: str) -> "NumberType | None":
        """Parse `decimal(18,2)`; None for any other type."""
        match = re.fullmatch(r"decimal\(([0-9]+),([0-9]+)\)", declared)
        return cls(int(match[1]), int(match[2])) if match else None

    def holds(self, number: Decimal) -> bool:
        """Whether a number fits without rounding."""
        whole, _, decimals = f"{abs(number):f}".partition(".")  # normalize() would round to 28 digits
        return len(decimals.rstrip("0")) <= self.scale and len(whole.lstrip("0")) <= self.width - self.scale


def notation_of(numbers: Iterable[tuple[str, NumberType]]) -> str | None:
    """Determine how a file writes its numbers, from those that can be read in only one way.

    Args:
        numbers: each number of the file with the type of its column.

    Returns:
        "comma" (1.350,00), "point" (1350.00), or None where no number settles it. Where a file mixes both, the more
        frequent one: the other numbers are then not readable.
    """
    votes = {"comma": 0, "point": 0}
    for text, number_type in numbers:
        readings = _readings(text, number_type)
        if len(readings) == 1:
            votes[next(iter(readings))] += 1
    if not any(votes.values()):
        return None
    return max(votes, key=votes.__getitem__)


def read_number(text: str, number_type: NumberType, notation: str | None) -> tuple[Decimal | None, str]:
    """Read a number in the notation of its file.

    Returns:
        The number and "", or None and the problem.
    """
    readings = _readings(text, number_type)
    if notation in readings:
        return readings[notation], ""
    if notation is None and readings:
        if len(set(readings.values())) == 1:
            return next(iter(readings.values())), ""
        either = " or ".join(sorted(f"{value:f}" for value in readings.values()))
        return None, f"can be read as {either}; write decimals in every number of the file"
    if readings:
        other = "decimal point" if notation == "comma" else "decimal comma"
        return None, f"is written with a {other}, the rest of the file is not; write all numbers the same way"
    scale = f"decimal({number_type.width},{number_type.scale})"
    return None, f"is not a number that fits {scale}; write digits, and a decimal comma or point"


def _readings(text: str, number_type: NumberType) -> dict[str, Decimal]:
    if len(text) > 64:
        return {}
    text = text.strip().replace("\u2212", "-")
    if re.fullmatch(r"[0-9.,]+-", text):  # some finance systems write the sign last
        text = "-" + text[:-1]
    text = re.sub(r"^- +", "-", text)
    readings = {}
    for notation, pattern in _NOTATIONS.items():
        match = pattern.fullmatch(text)
        if match is None:
            continue
        whole = re.sub(r"[.,]", "", match["whole"])
        number = Decimal(f"{'-' if text[0] == '-' else ''}{whole}.{match['decimals'] or '0'}")
        if len(match["decimals"] or "") <= number_type.scale and number_type.holds(number):
            readings[notation] = number
    return readings


def read_typed_number(value: Decimal, number_type: NumberType) -> tuple[Decimal | None, str]:
    """Check the number of a workbook or Parquet cell; returns the same as `read_number`."""
    if not value.is_finite():
        return None, "is not a number"
    if not number_type.holds(value):
        return None, f"does not fit decimal({number_type.width},{number_type.scale}); check decimals and unit"
    return value, ""


def read_month(cell: Cell, month_numbers: dict[str, int]) -> date | None:
    """Read a month: 2026-05, 2026-05-01, 05-2026, 01.05.2026, 202605, maj 2026, maj-26; None for anything else.

    Args:
        cell: the text or date of the cell.
        month_numbers: the number of each Danish month by its lower-case name.
    """
    if isinstance(cell, datetime):
        cell = cell.date() if cell.time() == datetime.min.time() else None
    if isinstance(cell, date):
        return cell if cell.day == 1 else None
    text = "" if cell is None else str(cell).strip().lower()
    for pattern in (
        r"(?P<year>20[0-9]{2})-(?P<month>[0-9]{2})(?:-01(?:[ t]00:00:00(?:\.0+)?)?)?",
        r"(?P<month>[0-9]{1,2})[-./](?P<year>20[0-9]{2})",
        r"0?1[-./](?P<month>[0-9]{1,2})[-./](?P<year>20[0-9]{2})",
        r"(?P<year>20[0-9]{2})(?P<month>[0-9]{2})",
    ):
        match = re.fullmatch(pattern, text)
        if match and 1 <= int(match["month"]) <= 12:
            return date(int(match["year"]), int(match["month"]), 1)
    named = re.fullmatch(r"(?P<name>[a-zæøå]{3,9})\.?[- ](?:20)?(?P<year>[0-9]{2})", text)
    if named:
        numbers = [no for name, no in month_numbers.items() if named["name"] in (name, name[:3])]
        if numbers:
            return date(2000 + int(named["year"]), numbers[0], 1)
    return None

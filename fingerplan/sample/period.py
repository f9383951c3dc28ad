"""The months that the sample covers."""

from collections.abc import Iterator
from datetime import date

from fingerplan.clock import month_after

FIRST, LAST = date(2024, 1, 1), date(2026, 5, 1)


def months(first: date, last: date) -> Iterator[date]:
    """Yield the first day of every month from `first` through `last`."""
    month = first
    while month <= last:
        yield month
        month = month_after(month)


def distance(first: date, last: date) -> int:
    """Count the months from one month to another."""
    return (last.year - first.year) * 12 + last.month - first.month

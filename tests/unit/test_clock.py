"""Months are first days, and time is UTC."""

from datetime import UTC, date, datetime

import pytest

from fingerplan.clock import month_after, month_before, now, today


@pytest.mark.parametrize(
    ("month", "after"), [("2026-01-01", "2026-02-01"), ("2026-11-01", "2026-12-01"), ("2026-12-01", "2027-01-01")]
)
def test_the_month_after_and_the_month_before(month, after):
    assert month_after(date.fromisoformat(month)) == date.fromisoformat(after)
    assert month_before(date.fromisoformat(after)) == date.fromisoformat(month)


def test_now_is_utc_to_the_second():
    said = datetime.strptime(now(), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert abs((datetime.now(UTC) - said).total_seconds()) < 5
    assert today() in (said.date(), datetime.now(UTC).date())

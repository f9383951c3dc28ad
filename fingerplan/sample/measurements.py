"""The rows of the postings and of the key figures."""

import random
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from fingerplan.sample.period import FIRST, LAST, distance, months


def posting_rows(chance: random.Random) -> Iterator[list[str]]:
    """Yield what was posted on the cost lines; the team of station 6 costs more than planned."""
    training = {date(2024, 3, 1): 84_500, date(2024, 5, 1): 61_200, date(2024, 9, 1): 47_900}
    for month in months(FIRST, LAST):
        if month in training:
            yield [month.isoformat(), "fp2024-1-2", f"{training[month]}.00"]
        if month.month in (4, 10):
            yield [month.isoformat(), "fp2024-1-3", f"{chance.randrange(190, 265) * 100}.00"]
        if month.month in (1, 7):
            yield [month.isoformat(), "fp2024-2-1", "100000.00"]
        if month >= date(2024, 6, 1):
            yield [month.isoformat(), "fp2024-3-1", f"{chance.randrange(395, 425) * 100}.00"]
        yield [month.isoformat(), "fp2024-6-1", f"{chance.randrange(930, 1010) * 100}.00"]
        yield [month.isoformat(), "fp2024-7-1", f"{chance.randrange(1290, 1430) * 100}.00"]


def kpi_rows(chance: random.Random) -> Iterator[list[str]]:
    """Yield the key figures of the case, finance and HR systems."""
    recruitments = {date(2024, 9, 1), date(2024, 12, 1), date(2025, 2, 1), date(2025, 5, 1), date(2025, 6, 1)}
    recruitments |= {date(2025, 9, 1), date(2025, 11, 1), date(2026, 3, 1)}
    persons = 311
    for number, month in enumerate(months(FIRST, LAST)):
        since_june = max(distance(date(2024, 5, 1), month), 0)
        virtual = min(48 + 9 * since_june, 232) + chance.randrange(-6, 7) if since_june else 0
        persons += chance.choice([0, 1, 1, 2]) if month < date(2025, 3, 1) else chance.choice([-2, -1, 0, 1])
        sick_days = (
            Decimal("13.5") - Decimal(min(number, 18)) * Decimal("0.06") + Decimal(chance.randrange(-8, 9)) / 100
        )
        positions = {2024: "0.5", 2025: "1.0" if month.month < 7 else "1.5", 2026: "2.0" if month.month < 3 else "2.5"}
        values = {
            "virtual_visits": str(virtual),
            "physical_visits": str(675 - virtual + chance.randrange(-15, 16)),
            "positions_reduced": "0.0" if month < date(2024, 3, 1) else positions[month.year],
            "recruitments_avoided": str(int(month in recruitments)),
            "sick_days_per_employee": f"{sick_days:.2f}",
            "lost_earnings_persons": str(persons),
        }
        for kpi_id, value in values.items():
            yield [month.isoformat(), kpi_id, value]

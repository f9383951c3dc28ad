"""Deliveries that only tests need: a changed cell, other case ids, and April as the previous month."""

import re
from datetime import date
from decimal import Decimal

from benchmarks.deliveries import Rows, sample_rows
from fingerplan.gate.delivery import LastMonth
from fingerplan.gate.extracts import AMOUNTS

MAY = date(2026, 5, 1)
PSEUDONYM = re.compile(r"case-[a-p]{32}")
JUNE = date(2026, 6, 3)  # a day on which May is delivered


def changed(column: str, value: str, row: int = 1, kind: str = "cases") -> Rows:
    """The rows of May with another value in one cell."""
    rows = sample_rows(kind, "2026-05")
    rows[row][rows[0].index(column)] = value
    return rows


def with_case_references(rows: Rows, case_id: str = "00.01.00-S00-{}-25") -> Rows:
    """Cases with ids such as a case system has; the number takes the place of the braces."""
    return [rows[0], *([*row[:2], case_id.format(row[2][-4:]), *row[3:]] for row in rows[1:])]


def april_cases() -> LastMonth:
    """The sample's cases of April, as the month that May is compared with."""
    header, *rows = sample_rows("cases", "2026-04")
    case_id, amount = header.index("case_id"), header.index(AMOUNTS["cases"])
    return LastMonth(
        month=date(2026, 4, 1),
        rows=len(rows),
        control_sum=sum((Decimal(row[amount]) for row in rows), Decimal(0)),
        case_ids=frozenset(row[case_id] for row in rows),
        key_id=None,
        has_total_row=False,
    )

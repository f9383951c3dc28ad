"""What a delivery is compared with: the month before, as it counts in the published warehouse."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class LastMonth:
    """The month before: rows, sum of the amounts, case ids (none for other kinds), and how its file was made."""

    month: date
    rows: int
    control_sum: Decimal
    case_ids: frozenset[str]
    key_id: str | None
    has_total_row: bool

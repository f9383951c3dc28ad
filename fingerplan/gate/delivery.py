"""What the gate says of a delivered file: its findings, and an accepted or a rejected delivery."""

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from fingerplan.gate import personal_data
from fingerplan.gate.extracts import AMOUNTS
from fingerplan.seeds import Declaration

GATE_VERSION = "2"
MOST_FINDINGS_SHOWN = 20

# text, decimals and dates as declared, None for an empty cell
Value = str | Decimal | date | None
Record = dict[str, Value]
NumberedRecord = tuple[int, Record]  # the row in the file, and its values by column


@dataclass(frozen=True)
class Finding:
    """One problem of a delivered file; row, column and value are None where it concerns the whole file."""

    row: int | None
    column: str | None
    value: str | None
    problem: str

    def line(self, file: str) -> str:
        """Write the finding as one line: file, row, column, value, what is wrong and what to do."""
        place = [f"row {self.row}"] if self.row is not None else []
        place += [f"column {self.column}"] if self.column else []
        said = f"{self.value} {self.problem}" if self.value is not None else self.problem
        return printable(": ".join(part for part in (file, ", ".join(place), said) if part))


@dataclass(frozen=True)
class LastMonth:
    """The published month that a delivery is compared with: its content, and how its file was produced."""

    month: date
    rows: int
    control_sum: Decimal
    case_ids: frozenset[str]  # empty for postings and key figures
    key_id: str | None
    has_total_row: bool


@dataclass(frozen=True, kw_only=True)
class AcceptedDelivery:
    """A delivered file that passed the gate: its content, and what the archive records about it."""

    path: Path
    kind: str
    month: date
    file_sha256: str
    data_origin: str
    records: list[NumberedRecord]
    declaration: Declaration
    key_id: str | None = None  # None where the ids were delivered as pseudonyms
    has_total_row: bool = False
    expectations: int = 0
    data_docs: str = ""

    @property
    def name(self) -> str:
        """The file's name, safe for a terminal and a log."""
        return printable_name(self.path)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.records)

    @property
    def control_sum(self) -> Decimal:
        """Sum of the amounts; of key figures the sum of the values, whatever their units."""
        return total(self.records, AMOUNTS[self.kind])

    def canonical(self) -> str:
        """The content as comma-separated text in one form, sorted by key: equal content gives equal text."""
        columns = list(self.declaration.column_types)
        key = self.declaration.primary_keys[0]
        records = sorted(self.records, key=lambda numbered: [str(numbered[1][column]) for column in key])
        rows = ([*(_canonical_value(record[column]) for column in columns), self.data_origin] for _, record in records)
        return canonical_text([[*columns, "data_origin"]]) + canonical_text(rows)

    @property
    def content_sha256(self) -> str:
        """Checksum of the content, the same whatever the layout of the file."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()


@dataclass(frozen=True)
class RejectedDelivery:
    """A delivered file that did not pass the gate.

    `data_docs` is empty, and `data_origin` None, where the file was rejected before its rows were read.
    """

    path: Path
    findings: list[Finding] = field(default_factory=list)
    data_docs: str = ""
    data_origin: str | None = None

    @property
    def name(self) -> str:
        """The file's name, safe for a terminal and a log."""
        return printable_name(self.path)

    def lines(self) -> list[str]:
        """Every finding as a line."""
        return [finding.line(self.name) for finding in self.findings]

    def summary(self) -> list[str]:
        """One line for each kind of finding: its first row, and in how many more rows it occurs."""
        kinds: dict[tuple[str | None, str], list[Finding]] = {}
        for finding in self.findings:
            kinds.setdefault((finding.column, finding.problem), []).append(finding)
        lines = []
        for alike in list(kinds.values())[:MOST_FINDINGS_SHOWN]:
            more = f" (and in {len(alike) - 1} more rows)" if len(alike) > 1 else ""
            lines.append(alike[0].line(self.name) + more)
        if len(kinds) > MOST_FINDINGS_SHOWN:
            lines.append(f"{self.name}: {len(kinds) - MOST_FINDINGS_SHOWN} more kinds of findings")
        return lines


def canonical_text(rows: Iterable[Sequence[str | None]]) -> str:
    """Write rows as the text that a content's checksum is computed from, the names of the columns being its first row.

    Args:
        rows: cells as text: decimals with every declared digit, dates as 2026-05-01, empty cells empty or None.
    """
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def total(records: list[NumberedRecord], column: str) -> Decimal:
    """Sum a column of decimals; empty cells count as nothing."""
    amounts = (record[column] for _, record in records)
    return sum((amount for amount in amounts if isinstance(amount, Decimal)), Decimal(0))


def printable(text: str) -> str:
    """Reduce a text to one line of at most 900 characters, none of which can move a cursor."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text[:900])


def printable_name(path: Path) -> str:
    """Name a file in a message, whatever it is called; a CPR number in its name is masked."""
    return printable(personal_data.shown_name(path.name))


def _canonical_value(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value

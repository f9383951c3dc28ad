"""Find what adds up and still cannot be right: a missing total, another unit, counts with decimals, falling limits."""

import re
from itertools import pairwise
from statistics import median

from fingerplan.minutes.danish_text import danish_number
from fingerplan.minutes.known_figures import Known
from fingerplan.minutes.tables.printed_table import Reading, Row, Table
from fingerplan.minutes.tables.table_specs import stated_unit
from fingerplan.minutes.verify.totals import find_row, is_total_of_all

_TOTAL = re.compile(r"(?:i alt|ialt|total|sum|samlet)\b.*", re.I)
_BRACKET = re.compile(r"([0-9]{2}) ?(?:pct|%)")
_OTHER_MAGNITUDE = 30  # a unit mistaken for the next one is wrong by a factor of 1,000 (or 100: percent)


def check_plausibility(table: Table, reading: Reading, known: Known) -> None:
    """Check a table on its own and beside the series so far; what is wrong is added to the findings of the reading."""
    _check_units(table, reading, known)
    _check_totals_are_there(table, reading, known)
    _check_counts(table, reading, known)
    if table.table_id == "SAU-08":
        _check_limits_rise(table, reading)


def _check_units(table: Table, reading: Reading, known: Known) -> None:
    """Compare the unit that the head states, and the size of the figures, with the series so far."""
    bases = known.of_form(table.table_id)
    unit = bases[0].main_unit
    documented = stated_unit(bases[0].stated_unit)
    if table.stated_unit not in (None, unit, documented):
        reading.find(
            table.line,
            f"{table.table_id}: the head says {table.stated_unit} where the series is in {unit}; correct the head, or"
            " enter the table by hand",
        )
        return
    for one in sorted({cell.unit for row in table.rows for cell in row.cells}):
        before = [cell.number for base in bases for cell in base.cells.values() if cell.unit == one]
        now = [cell.value.number for row in table.rows for cell in row.cells if cell.unit == one]
        if not any(before) or not any(now):
            continue
        usual, found = (median(abs(number) for number in numbers if number) for numbers in (before, now))
        if not 1 / _OTHER_MAGNITUDE <= found / usual <= _OTHER_MAGNITUDE:
            reading.find(
                table.line,
                f"{table.table_id}: the figures in {one} are about {danish_number(found)} and were about"
                f" {danish_number(usual)} so far: the unit of the head does not fit them; correct the head or the"
                " figures",
            )


def _check_totals_are_there(table: Table, reading: Reading, known: Known) -> None:
    """A table that has always ended in its total and now does not may be cut, or its last row may be another's."""
    for rule in known.rules:
        base = known.tables[rule.table_id]
        if rule.table_id != table.table_id or not is_total_of_all(rule, base):
            continue
        total = find_row(table, base.rows[rule.position])
        if total is None:
            reading.find(
                table.line,
                f"{table.table_id}: its total {base.rows[rule.position]!r} is not there, so nothing proves its rows;"
                " correct the extraction",
            )
            continue
        for at, column in enumerate(table.columns):
            parts = [row.cells[at].value.number for row in table.rows if row is not total]
            if total.cells[at].value.number is None and any(part is not None for part in parts):
                reading.find(
                    total.line,
                    f"{table.table_id}, row {total.label!r}, column {column!r}: blank, and its parts are not; correct"
                    " the extraction",
                )


def _check_counts(table: Table, reading: Reading, known: Known) -> None:
    """Counts have no decimals, and a total in a table that never had one is not one of its rows."""
    for row in table.rows:
        for column, cell in zip(table.columns, row.cells, strict=True):
            number = cell.value.number
            is_count = known.units[cell.unit].is_exact_count
            if is_count and number is not None and number != number.to_integral_value():
                reading.find(
                    cell.line,
                    f"{table.table_id}, row {row.label!r}, column {column!r}: {cell.value.printed!r} {cell.unit} have"
                    " no decimals; correct the extraction",
                )
        if not row.is_known and _TOTAL.fullmatch(row.label.strip()):
            reading.find(
                row.line,
                f"{table.table_id}, row {row.label!r}: a total, which this table has never had; take the line out, or"
                " declare the total in seeds/checks",
            )


def _check_limits_rise(table: Table, reading: Reading) -> None:
    """A refund limit below a lower one is misread."""
    limits = [(int(bracket[1]), row) for row in table.rows if (bracket := _BRACKET.search(row.label))]
    for (_, lower), (_, higher) in pairwise(sorted(limits, key=lambda limit: limit[0])):
        _check_limit(lower, higher, reading)


def _check_limit(lower: Row, higher: Row, reading: Reading) -> None:
    for one, other in zip(lower.cells, higher.cells, strict=True):
        below, above = one.value.number, other.value.number
        if below is not None and above is not None and above <= below:
            reading.find(
                other.line,
                f"SAU-08, row {higher.label!r}: {other.value.printed!r} is not above {one.value.printed!r} of"
                f" {lower.label!r}; correct the extraction",
            )

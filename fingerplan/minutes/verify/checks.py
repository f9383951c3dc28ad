"""Hold what was read against itself and the series so far: totals, tables against each other, units, magnitudes.

The rules are those of the seed `table_rules`, carried over by label: a row keeps its rule when it stands elsewhere.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from statistics import median

from fingerplan.minutes.danish_text import key, period_of, without_years
from fingerplan.minutes.registry.known_figures import Known, KnownTable, Rule, main_unit
from fingerplan.minutes.tables.printed_table import Cell, Reading, Row, Table
from fingerplan.minutes.tables.table_specs import bracket_and_measure, stated_unit

# kroner of an amount's unit; figures of other units are compared as they are
IN_KRONER = {"dkk": 1, "tdkk": 1_000, "mdkk": 1_000_000}
_EXACT_UNITS = {"cases", "persons"}  # counted, not rounded
_YEAR_IS_MONTH = "Året"
_TOTAL = re.compile(r"(?:i alt|ialt|total|sum|samlet)\b.*", re.I)
_OTHER_MAGNITUDE = 30  # a unit mistaken for the next one is wrong by a factor of 1,000 (or 100: percent)


@dataclass(frozen=True)
class Check:
    """A printed figure against what the others give, both in the printed unit."""

    check_id: str
    name: str
    table_id: str
    row_label: str
    column_label: str
    printed: str
    printed_value: Decimal
    computed: Decimal
    tolerance: Decimal
    verdict: str  # exact, rounding, documented or unreconciled
    line: int
    table_ids: frozenset[str]  # every table that it goes over


def check_reading(reading: Reading, known: Known) -> list[Check]:
    """Check every table; what does not hold is added to the findings of the reading.

    Returns:
        Every check of a printed total, and of tables against each other, with its verdict.
    """
    for table in reading.tables:
        _settle_blanks(table, reading, known)
    for table in reading.tables:
        _check_units(table, reading, known)
        _check_totals_are_there(table, reading, known)
        _check_cells(table, reading)
    readable = not reading.findings  # what cannot be read has its finding; that it adds up to nothing is none
    checks = [check for rule in known.rules for check in _apply(rule, reading, known)]
    if readable:
        checks += _years_against_months(reading, known)
    told: set[tuple[str, int]] = set()
    for check in checks:
        if check.verdict != "unreconciled" or (check.name, check.line) in told:
            continue
        if check.name.startswith(_YEAR_IS_MONTH):  # one line for the row, not for each of its cells
            told.add((check.name, check.line))
        reading.find(
            check.line,
            f"{check.table_id}, row {check.row_label!r}, column {check.column_label!r}: printed {check.printed},"
            f" computed {_plain(check.computed)}: {check.name}; correct the extraction, or document it in"
            " known_discrepancies",
        )
    return checks


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}".replace(".", ",")


# --- totals ----------------------------------------------------------------------------------------------------------


def _apply(rule: Rule, reading: Reading, known: Known) -> Iterator[Check]:
    table = reading.table(rule.table_id)
    if table is None:
        return
    base = known.tables[rule.table_id]
    others = {term_table for term_table, _, _ in rule.terms}
    if rule.axis == "row":
        if table.form.rows != "labels":
            return  # years against months: see below
        yield from _apply_to_rows(rule, table, base, reading, known)
    elif others == {rule.table_id}:
        yield from _apply_to_columns(rule, table, base, known)


def rule_terms(
    rule: Rule, table: Table, base: KnownTable, reading: Reading, known: Known
) -> tuple[Row, list[tuple[Table, Row, Decimal]]] | None:
    """Find the rows that a rule means in this document: the printed total, and its terms with their coefficients.

    None where the document does not print what the rule needs.
    """
    total = find_row(table, base.rows[rule.position])
    if total is None:
        return None
    terms: list[tuple[Table, Row, Decimal]] = []
    for table_id, position, coefficient in rule.terms:
        other = reading.table(table_id)
        row = find_row(other, known.tables[table_id].rows[position]) if other else None
        if row is not None:
            terms.append((other, row, coefficient))
        elif rule.kind != "sum" or any(c != 1 for _, _, c in rule.terms):
            return None
    if rule.kind == "sum":
        terms += [(table, row, Decimal(1)) for row in _new_terms(rule, table, base, total, [t[1] for t in terms])]
    return (total, terms) if terms else None


def _is_total_of_all(rule: Rule, base: KnownTable) -> bool:
    """Whether a rule's row is the sum of all other rows of its table."""
    terms = {position for table_id, position, _ in rule.terms if table_id == rule.table_id}
    return rule.kind == "sum" and rule.axis == "row" and terms == set(base.rows) - {rule.position}


def _check_totals_are_there(table: Table, reading: Reading, known: Known) -> None:
    """A table that has always ended in its total and now does not may be cut, or its last row may be another's."""
    for rule in known.rules:
        base = known.tables[rule.table_id]
        if rule.table_id != table.table_id or not _is_total_of_all(rule, base):
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


def _check_cells(table: Table, reading: Reading) -> None:
    """Counts have no decimals, refund limits rise, and a total where the table never had one is no row of it."""
    for row in table.rows:
        for column, cell in zip(table.columns, row.cells, strict=True):
            number = cell.value.number
            if cell.unit in _EXACT_UNITS and number is not None and number != number.to_integral_value():
                reading.find(
                    cell.line,
                    f"{table.table_id}, row {row.label!r}, column {column!r}: {cell.value.printed!r} {cell.unit} have"
                    " no decimals; correct the extraction",
                )
        if not row.is_known and _TOTAL.fullmatch(row.label.strip()):
            reading.find(
                row.line,
                f"{table.table_id}, row {row.label!r}: a total, which this table has never had; take the line out, or"
                " have it declared as a rule",
            )
    if table.table_id == "SAU-08":
        limits = [row for row in table.rows if re.search(r"[0-9]{2} ?(?:pct|%)", row.label)]
        for lower, higher in pairwise(sorted(limits, key=lambda row: re.search("[0-9]{2}", row.label)[0])):
            for one, other in zip(lower.cells, higher.cells, strict=True):
                below, above = one.value.number, other.value.number
                if below is not None and above is not None and above <= below:
                    reading.find(
                        other.line,
                        f"SAU-08, row {higher.label!r}: {other.value.printed!r} is not above {one.value.printed!r} of"
                        f" {lower.label!r}; correct the extraction",
                    )


def _apply_to_rows(rule: Rule, table: Table, base: KnownTable, reading: Reading, known: Known) -> Iterator[Check]:
    found = rule_terms(rule, table, base, reading, known)
    if found is None:
        return
    total, terms = found
    for at, column in enumerate(table.columns):
        cells = [
            (row.cells[other.columns.index(column)], coefficient)
            for other, row, coefficient in terms
            if column in other.columns
        ]
        check = _check(rule, f"{rule.rule_id}/{column}", table, total, column, total.cells[at], cells, known)
        if check is not None:
            yield check


def _new_terms(rule: Rule, table: Table, base: KnownTable, total: Row, terms: list[Row]) -> list[Row]:
    """Rows that the rule does not know and that belong to its sum: they stand among its terms.

    A total over all rows takes every new row; a subtotal those between its first term and itself.
    """
    if any(coefficient != 1 for _, _, coefficient in rule.terms) or not terms:
        return []
    new = [row for row in table.rows if not row.is_known and row is not total and row not in terms]
    if _is_total_of_all(rule, base):
        return new
    places = [table.rows.index(row) for row in terms]
    return [row for row in new if min(places) < table.rows.index(row) < table.rows.index(total)]


def _apply_to_columns(rule: Rule, table: Table, base: KnownTable, known: Known) -> Iterator[Check]:
    columns = {key(label): at for at, label in enumerate(table.columns)}
    total = columns.get(key(base.columns[rule.position]))
    terms = [(columns.get(key(base.columns[position])), coefficient) for _, position, coefficient in rule.terms]
    if total is None or any(at is None for at, _ in terms):
        return
    for row in table.rows:
        cells = [(row.cells[at], coefficient) for at, coefficient in terms]
        check = _check(
            rule, f"{rule.rule_id}/{row.label}", table, row, table.columns[total], row.cells[total], cells, known
        )
        if check is not None:
            yield check


def _check(rule, check_id, table, row, column, printed: Cell, cells, known: Known) -> Check | None:
    """Compare a printed cell with the sum of others; None where one of them has no figure."""
    if printed.value.number is None:
        return None
    numbers = [(cell, coefficient) for cell, coefficient in cells if cell.value.number is not None]
    if not numbers or (rule.kind != "sum" and len(numbers) < len(cells)):
        return None
    factor = Decimal(IN_KRONER.get(printed.unit, 1))
    computed = sum(
        coefficient * cell.value.number * IN_KRONER.get(cell.unit, 1) / factor for cell, coefficient in numbers
    )
    tolerance = _half(printed) + sum(
        abs(coefficient) * _half(cell) * IN_KRONER.get(cell.unit, 1) / factor for cell, coefficient in numbers
    )
    verdict = _verdict(check_id, printed.value.number, computed, tolerance, known)
    return Check(
        check_id,
        rule.name,
        table.table_id,
        row.label,
        column,
        printed.value.printed,
        printed.value.number,
        computed,
        tolerance,
        verdict,
        printed.line,
        frozenset([table.table_id, *(table_id for table_id, _, _ in rule.terms)]),
    )


def _half(cell: Cell) -> Decimal:
    return Decimal(0) if cell.unit in _EXACT_UNITS else cell.value.half_unit


def _verdict(check_id: str, printed: Decimal, computed: Decimal, tolerance: Decimal, known: Known) -> str:
    if printed == computed:
        return "exact"
    if abs(printed - computed) <= tolerance:
        return "rounding"
    return "documented" if known.documented.get(check_id) == (printed, computed) else "unreconciled"


def _years_against_months(reading: Reading, known: Known) -> Iterator[Check]:
    """A year of the yearly table is its December; the latest year is one of its months, and the last one if none."""
    yearly, monthly = reading.table("SAU-10"), reading.table("SAU-09")
    rule = next((rule for rule in known.rules if rule.table_id == "SAU-10" and rule.axis == "row"), None)
    if yearly is None or monthly is None or rule is None or not yearly.rows or not monthly.rows:
        return
    months = {period_of(row.label): row for row in monthly.rows}
    last = max(months)
    columns = {bracket_and_measure(label): at for at, label in enumerate(monthly.columns)}
    for row in yearly.rows:
        year = period_of(row.label).year
        of_year = [months[month] for month in sorted(months, reverse=True) if month.year == year]
        month = months.get(date(year, 12, 1))
        if year == last.year:  # the yearly table may be a month behind the other
            same = (other for other in of_year if _numbers(other) == _numbers(row))
            month = next(same, months[last])
        if month is None:
            continue
        for at, column in enumerate(yearly.columns):
            other = columns.get(bracket_and_measure(column))
            if other is None:
                continue
            check = _check(
                replace(rule, name=f"{_YEAR_IS_MONTH} {row.label} er {month.label}"),
                f"year_is_last_month/{row.label}/{column}",
                yearly,
                row,
                column,
                row.cells[at],
                [(month.cells[other], Decimal(1))],
                known,
            )
            if check is not None:
                yield check


def _numbers(row: Row) -> list[Decimal | None]:
    return [cell.value.number for cell in row.cells]


def find_row(table: Table, label: str) -> Row | None:
    """Find a row by its label; a label that names another year is the same line of another year's statement."""
    exact = next((row for row in table.rows if key(row.label) == key(label)), None)
    if exact is not None or table.form.rows != "labels":
        return exact
    bare = key(without_years(label))
    return next((row for row in table.rows if key(without_years(row.label)) == bare), None)


# --- blanks ----------------------------------------------------------------------------------------------------------


def _settle_blanks(table: Table, reading: Reading, known: Known) -> None:
    """Place the figures of rows with missing cells where the table's totals leave one way only."""
    for row in table.rows:
        every = list(range(len(table.columns)))
        if row.is_doubtful and not _proven(row, every, table, reading, known):
            reading.find(
                row.line,
                f"{table.table_id}, row {row.label!r}: one of its figures may be the number of a page, and no total"
                " says; take page numbers out of the text",
            )
        if not row.open_blanks:
            continue
        filled = [cell for cell in row.cells if cell.value.printed]
        blank = next((cell for cell in row.cells if not cell.value.printed), None)
        if blank is None:
            continue
        holding = []
        for way in row.open_blanks:
            row.cells = [blank] * len(table.columns)
            for place, cell in zip(way, filled, strict=True):
                row.cells[place] = cell
            if way == row.aligned or _proven(row, way, table, reading, known):
                holding.append(list(row.cells))
        if len(holding) == 1:
            row.cells = holding[0]
            continue
        reading.find(
            row.line,
            f"{table.table_id}, row {row.label!r}: {len(filled)} figures for {len(table.columns)} columns, and no total"
            " says where the blank ones stand; write '-' into them",
        )


def _proven(row: Row, way: list[int], table: Table, reading: Reading, known: Known) -> bool:
    """Whether a total goes over each of the row's figures, and holds."""
    proven: set[str] = set()
    for rule in known.rules:
        if rule.kind != "sum" or rule.table_id != table.table_id or rule.axis != "row":
            continue
        base = known.tables[rule.table_id]
        total = find_row(table, base.rows[rule.position])
        labels = {key(base.rows[position]) for _, position, _ in rule.terms} | {key(base.rows[rule.position])}
        if total is None or (row.is_known and key(row.label) not in labels):
            continue
        for check in _apply_to_rows(rule, table, base, reading, known):
            if check.verdict == "unreconciled":
                return False
            proven.add(check.column_label)
    return all(table.columns[place] in proven for place in way)


# --- units -----------------------------------------------------------------------------------------------------------


def _check_units(table: Table, reading: Reading, known: Known) -> None:
    """Compare the unit that the head states, and the size of the figures, with the series so far."""
    bases = known.of_form(table.table_id)
    unit = main_unit(bases[0])
    documented = stated_unit(bases[0].stated_unit)
    if table.stated_unit not in (None, unit, documented):
        reading.find(
            table.line,
            f"{table.table_id}: the head says {table.stated_unit} where the series is in {unit}; correct the head, or"
            " enter the table by hand",
        )
        return
    for one in sorted({cell.unit for row in table.rows for cell in row.cells}):
        so_far = [
            abs(cell.number) for base in bases for cell in base.cells.values() if cell.unit == one and cell.number
        ]
        cells = [cell for row in table.rows for cell in row.cells if cell.unit == one and cell.value.number]
        if not so_far or not cells:
            continue
        now = median(abs(cell.value.number) for cell in cells)
        if not 1 / _OTHER_MAGNITUDE <= now / median(so_far) <= _OTHER_MAGNITUDE:
            reading.find(
                table.line,
                f"{table.table_id}: the figures in {one} are about {_plain(now)} and were about"
                f" {_plain(median(so_far))} so far: the unit of the head does not fit them; correct the head or the"
                " figures",
            )

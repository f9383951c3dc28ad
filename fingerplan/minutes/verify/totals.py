"""Check printed totals against their parts, and tables against each other.

The rules are the checks of whole rows and columns in the seed `checks`, found again by label: a row keeps its rule when
it moves to another place.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from fingerplan.minutes.danish_text import key, period_of, without_years
from fingerplan.minutes.known_figures import Known, KnownTable, Rule
from fingerplan.minutes.tables.printed_table import Cell, Reading, Row, Table
from fingerplan.minutes.tables.table_specs import bracket_and_measure
from fingerplan.minutes.verify.verdict import Term, Verdict, computed_interval, printed_interval, verdict_on

YEAR_IS_MONTH = "Året"


@dataclass(frozen=True)
class Check:
    """A printed figure and what the others give for it, both in the printed unit."""

    check_id: str
    name: str
    table_id: str
    row_label: str
    column_label: str
    printed: str
    printed_value: Decimal
    computed: Decimal
    verdict: Verdict
    line: int
    table_ids: frozenset[str]  # every table that it covers


class RowTerm(NamedTuple):
    """A row of a document that a rule is computed from."""

    table: Table
    row: Row
    coefficient: Decimal


class CellTerm(NamedTuple):
    """A cell of a document that a check is computed from."""

    cell: Cell
    coefficient: Decimal


@dataclass(frozen=True)
class Place:
    """The cell that a check is of."""

    table: Table
    row: Row
    column: int

    @property
    def cell(self) -> Cell:
        """The cell itself."""
        return self.row.cells[self.column]


def checks_of(rule: Rule, reading: Reading, known: Known) -> Iterator[Check]:
    """Apply a rule to every cell that it covers; a rule of years and months is `checks_of_years`."""
    table = reading.table(rule.table_id)
    if table is None:
        return
    if rule.axis == "row":
        if table.form.rows == "labels":
            yield from checks_of_row(rule, table, reading, known)
    elif all(term.table_id == rule.table_id for term in rule.terms):
        yield from _checks_of_column(rule, table, known)


def checks_of_row(rule: Rule, table: Table, reading: Reading, known: Known) -> Iterator[Check]:
    """Apply a rule of a row to every column of a table."""
    found = rule_terms(rule, table, known.tables[rule.table_id], reading, known)
    if found is None:
        return
    total, terms = found
    for at, column in enumerate(table.columns):
        cells = [
            CellTerm(row.cells[other.columns.index(column)], coefficient)
            for other, row, coefficient in terms
            if column in other.columns
        ]
        check = _check(rule, f"{rule.rule_id}/{column}", Place(table, total, at), cells, known)
        if check is not None:
            yield check


def rule_terms(
    rule: Rule, table: Table, base: KnownTable, reading: Reading, known: Known
) -> tuple[Row, list[RowTerm]] | None:
    """Find the rows that a rule means in this document: the printed total and the rows that it is computed from.

    None where the document does not print what the rule needs.
    """
    total = find_row(table, base.rows[rule.position])
    if total is None:
        return None
    terms: list[RowTerm] = []
    for table_id, position, coefficient in rule.terms:
        other = reading.table(table_id)
        row = find_row(other, known.tables[table_id].rows[position]) if other else None
        if other is not None and row is not None:
            terms.append(RowTerm(other, row, coefficient))
        elif rule.kind != "sum" or any(term.coefficient != 1 for term in rule.terms):
            return None
    if rule.kind == "sum":
        new = _new_rows_of(rule, table, base, total, [term.row for term in terms])
        terms += [RowTerm(table, row, Decimal(1)) for row in new]
    return (total, terms) if terms else None


def _new_rows_of(rule: Rule, table: Table, base: KnownTable, total: Row, terms: list[Row]) -> list[Row]:
    """Find the rows that the rule does not know and that belong to its sum, because they stand among its terms.

    A total of all rows takes every new row; a subtotal takes those between its first term and itself.
    """
    if any(term.coefficient != 1 for term in rule.terms) or not terms:
        return []
    new = [row for row in table.rows if not row.is_known and row is not total and row not in terms]
    if is_total_of_all(rule, base):
        return new
    first = min(table.rows.index(row) for row in terms)
    return [row for row in new if first < table.rows.index(row) < table.rows.index(total)]


def is_total_of_all(rule: Rule, base: KnownTable) -> bool:
    """Whether a rule's row is the sum of all other rows of its table."""
    terms = {term.position for term in rule.terms if term.table_id == rule.table_id}
    return rule.kind == "sum" and rule.axis == "row" and terms == set(base.rows) - {rule.position}


def _checks_of_column(rule: Rule, table: Table, known: Known) -> Iterator[Check]:
    base = known.tables[rule.table_id]
    columns = {key(label): at for at, label in enumerate(table.columns)}
    total = columns.get(key(base.columns[rule.position]))
    terms = [(columns.get(key(base.columns[term.position])), term.coefficient) for term in rule.terms]
    if total is None:
        return
    for row in table.rows:
        cells = [CellTerm(row.cells[at], coefficient) for at, coefficient in terms if at is not None]
        if len(cells) < len(terms):
            return
        check = _check(rule, f"{rule.rule_id}/{row.label}", Place(table, row, total), cells, known)
        if check is not None:
            yield check


def checks_of_years(reading: Reading, known: Known) -> Iterator[Check]:
    """Compare the yearly table with the monthly one: a year is its December, the latest year one of its months.

    Where the latest year is none of its months, it is compared with the last month.
    """
    yearly, monthly = reading.table("SAU-10"), reading.table("SAU-09")
    rule = next((rule for rule in known.rules if rule.table_id == "SAU-10" and rule.axis == "row"), None)
    if yearly is None or monthly is None or rule is None or not yearly.rows or not monthly.rows:
        return
    columns = {bracket_and_measure(label): at for at, label in enumerate(monthly.columns)}
    for row in yearly.rows:
        month = _month_of_year(row, monthly)
        if month is None:
            continue
        named = replace(rule, name=f"{YEAR_IS_MONTH} {row.label} er {month.label}")
        for at, column in enumerate(yearly.columns):
            other = columns.get(bracket_and_measure(column))
            if other is None:
                continue
            cells = [CellTerm(month.cells[other], Decimal(1))]
            check_id = f"year_is_last_month/{row.label}/{column}"
            check = _check(named, check_id, Place(yearly, row, at), cells, known)
            if check is not None:
                yield check


def _month_of_year(row: Row, monthly: Table) -> Row | None:
    """Find the month that a row of the yearly table repeats."""
    months = {month: other for other in monthly.rows if (month := period_of(other.label))}
    period = period_of(row.label)
    if period is None or not months:
        return None
    last = max(months)
    if period.year != last.year:
        return months.get(date(period.year, 12, 1))
    for month in sorted(months, reverse=True):  # the yearly table may be a month behind the monthly one
        if month.year == period.year and _numbers(months[month]) == _numbers(row):
            return months[month]
    return months[last]


def _numbers(row: Row) -> list[Decimal | None]:
    return [cell.value.number for cell in row.cells]


def find_row(table: Table, label: str) -> Row | None:
    """Find a row by its label; a label that names another year is the same line of another year's statement."""
    exact = next((row for row in table.rows if key(row.label) == key(label)), None)
    if exact is not None or table.form.rows != "labels":
        return exact
    bare = key(without_years(label))
    return next((row for row in table.rows if key(without_years(row.label)) == bare), None)


def _check(rule: Rule, check_id: str, place: Place, cells: Sequence[CellTerm], known: Known) -> Check | None:
    """Compare a printed cell with what others give; None where there is nothing to compare it with.

    A cell without a figure among the parts of a sum is no amount; any other check needs all of its cells.
    """
    cell = place.cell
    unit = known.units[cell.unit]
    printed = printed_interval(cell.value, unit)
    terms = [
        Term("numerator", coefficient, figure)
        for other, coefficient in cells
        if (figure := printed_interval(other.value, known.units[other.unit]))
    ]
    if printed is None or not terms or (rule.kind != "sum" and len(terms) < len(cells)):
        return None
    computed = computed_interval(terms)
    if computed is None:
        return None
    printed, computed = printed.in_unit(unit), computed.in_unit(unit)
    return Check(
        check_id,
        rule.name,
        place.table.table_id,
        place.row.label,
        place.table.columns[place.column],
        cell.value.printed,
        printed.value,
        computed.value,
        verdict_on(printed, computed, known.documented.get(check_id)),
        cell.line,
        frozenset([place.table.table_id, *(term.table_id for term in rule.terms)]),
    )

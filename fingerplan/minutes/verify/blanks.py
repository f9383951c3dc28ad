"""Decide where the figures of a row stand that has fewer of them than its table has columns."""

from fingerplan.minutes.danish_text import key
from fingerplan.minutes.known_figures import Known
from fingerplan.minutes.tables.printed_table import Cell, Reading, Row, Table
from fingerplan.minutes.verify.totals import checks_of_row, find_row


def settle_blanks(table: Table, reading: Reading, known: Known) -> None:
    """Place the figures of rows with missing cells where the totals of the table leave only one way.

    What no total decides is added to the findings of the reading.
    """
    for row in table.rows:
        if row.is_doubtful and not _is_proven(row, list(range(len(table.columns))), table, reading, known):
            reading.find(
                row.line,
                f"{table.table_id}, row {row.label!r}: one of its figures may be a page number, and no total decides;"
                " take page numbers out of the text",
            )
        blank = next((cell for cell in row.cells if not cell.value.printed), None)
        if row.open_blanks and blank is not None:
            _settle(row, blank, table, reading, known)


def _settle(row: Row, blank: Cell, table: Table, reading: Reading, known: Known) -> None:
    """Try every way in which the figures of a row can stand, and keep the only one that its totals allow."""
    filled = [cell for cell in row.cells if cell.value.printed]
    possible: list[list[Cell]] = []
    for way in row.open_blanks:
        row.cells = [blank] * len(table.columns)
        for place, cell in zip(way, filled, strict=True):
            row.cells[place] = cell
        if way == row.aligned or _is_proven(row, way, table, reading, known):
            possible.append(list(row.cells))
    if len(possible) == 1:
        row.cells = possible[0]
        return
    reading.find(
        row.line,
        f"{table.table_id}, row {row.label!r}: {len(filled)} figures for {len(table.columns)} columns, and no total"
        " decides which cells are blank; write '-' into them",
    )


def _is_proven(row: Row, way: list[int], table: Table, reading: Reading, known: Known) -> bool:
    """Whether each of the row's figures is part of a total, and every such total reconciles."""
    proven: set[str] = set()
    for rule in known.rules:
        if rule.kind != "sum" or rule.table_id != table.table_id or rule.axis != "row":
            continue
        base = known.tables[rule.table_id]
        total = find_row(table, base.rows[rule.position])
        labels = {key(base.rows[position]) for position in (rule.position, *(term.position for term in rule.terms))}
        if total is None or (row.is_known and key(row.label) not in labels):
            continue
        for check in checks_of_row(rule, table, reading, known):
            if check.verdict == "unreconciled":
                return False
            proven.add(check.column_label)
    return all(table.columns[place] in proven for place in way)

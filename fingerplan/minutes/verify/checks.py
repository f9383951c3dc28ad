"""Check a document that was read: blank cells, units, totals, and tables against each other."""

from fingerplan.minutes.danish_text import danish_number
from fingerplan.minutes.known_figures import Known
from fingerplan.minutes.tables.printed_table import Reading
from fingerplan.minutes.verify.blanks import settle_blanks
from fingerplan.minutes.verify.plausibility import check_plausibility
from fingerplan.minutes.verify.totals import YEAR_IS_MONTH, Check, checks_of, checks_of_years


def check_reading(reading: Reading, known: Known) -> list[Check]:
    """Check every table; what does not reconcile is added to the findings of the reading.

    Returns:
        Every check of a printed total, and of tables against each other, with its verdict.
    """
    for table in reading.tables:
        settle_blanks(table, reading, known)
    for table in reading.tables:
        check_plausibility(table, reading, known)
    is_readable = not reading.findings  # what cannot be read has its finding already, and cannot add up
    checks = [check for rule in known.rules for check in checks_of(rule, reading, known)]
    if is_readable:
        checks += checks_of_years(reading, known)
    _report_unreconciled(checks, reading)
    return checks


def _report_unreconciled(checks: list[Check], reading: Reading) -> None:
    reported: set[tuple[str, int]] = set()
    for check in checks:
        if check.verdict != "unreconciled" or (check.name, check.line) in reported:
            continue
        if check.name.startswith(YEAR_IS_MONTH):  # one line for the row, not for each of its cells
            reported.add((check.name, check.line))
        reading.find(
            check.line,
            f"{check.table_id}, row {check.row_label!r}, column {check.column_label!r}: printed {check.printed},"
            f" computed {danish_number(check.computed)}: {check.name}; correct the extraction, or document it in"
            " known_discrepancies",
        )

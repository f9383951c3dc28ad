"""Take a delivered file through the gate: what it is, what its cells hold, and whether the whole is plausible."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from fingerplan.gate import personal_data
from fingerplan.gate.deferred_import import import_later, left_out
from fingerplan.gate.delivery import AcceptedDelivery, Finding, LastMonth, RejectedDelivery, printable_name
from fingerplan.gate.extracts import AMOUNTS
from fingerplan.gate.read_file import Table, Unreadable, read_bytes, read_table
from fingerplan.gate.records import RecordReader, as_text, is_empty, shown_code
from fingerplan.gate.values import Cell
from fingerplan.seeds import Declaration, Seed

if TYPE_CHECKING:
    from fingerplan.gate.rules import Unmet


@dataclass(frozen=True)
class Terms:
    """What the files of one delivery are checked against.

    Args:
        extracts: the declaration of each kind of extract.
        seeds: the checked seeds, for codes and bounds.
        month: the month that the files must hold; None takes each file's own.
        today: no month after this day's is accepted.
        last_month_of: returns the published month that a (kind, month) is compared with, or None where there is none.
        misplaced: returns the findings of a (kind, month, origin) that does not fit what is published; only called
            where the month is given.
    """

    extracts: dict[str, Declaration]
    seeds: dict[str, Seed]
    month: date | None
    today: date
    last_month_of: Callable[[str, date], LastMonth | None]
    misplaced: Callable[[str, date, str], list[Finding]]


def check_file(
    path: Path, terms: Terms, kind: str | None, data_origin: str = "reported"
) -> AcceptedDelivery | RejectedDelivery:
    """Check one file.

    Args:
        path: the delivered file; it is read and never changed.
        terms: what it is checked against.
        kind: cases, postings or kpis; None takes the one whose columns the file has.
        data_origin: the origin of postings and key figures; that of cases follows from their ids.

    Raises:
        Refused: exit code 3, where the pseudonym key cannot be used or a bound is missing.
    """
    headers = {known: list(declaration.column_types) for known, declaration in terms.extracts.items()}
    try:
        content = read_bytes(path)
        table = read_table(content, headers)
    except Unreadable as unreadable:
        return RejectedDelivery(path, [Finding(None, None, None, str(unreadable))])
    found = max(headers, key=lambda known: (len(set(headers[known]) & set(table.header)), known == kind))
    misfits = list(_header_findings(table.header, headers[found], found))
    if kind not in (None, found):
        misfits.insert(0, Finding(1, None, None, f"these are the columns of {found}, not of {kind}"))
    personal = list(_cpr_findings(table, headers[found], AMOUNTS[found]))
    if misfits:
        return RejectedDelivery(path, misfits + personal)
    reader = RecordReader(found, terms.extracts[found], table, terms.seeds)
    reader.read(personal)
    return _check_records(path, hashlib.sha256(content).hexdigest(), reader, terms, data_origin)


def _check_records(
    path: Path, file_sha256: str, reader: RecordReader, terms: Terms, data_origin: str
) -> AcceptedDelivery | RejectedDelivery:
    # late: the import takes over a second, and half as long again with these, for what is not used here
    import_later("scipy.stats", "altair")
    with left_out("sqlalchemy"):
        from fingerplan.gate import rules

    kind, this_month = reader.kind, terms.today.replace(day=1)
    months = [month for _, record in reader.records if isinstance(month := record["month"], date)]
    month = terms.month or (max(set(months), key=months.count) if months else this_month)
    origin = reader.data_origin if kind == "cases" else data_origin
    last_month = terms.last_month_of(kind, month)
    result, unmet = rules.validate(
        reader.records,
        rules.Expected(kind, reader.declaration, reader.codes, reader.bounds, month, this_month, last_month),
    )
    findings = [*reader.findings, *_unlike_last_month(reader, last_month), *_unmet_findings(reader, unmet)]
    findings.sort(key=lambda finding: (finding.row is None, finding.row or 0))
    if terms.month:  # first, since other findings follow from these
        findings = [*terms.misplaced(kind, month, origin), *findings]
    name, verdict = printable_name(path), "refused" if findings else "accepted"
    heading = f"{name}: {kind} of {month:%Y-%m}, {verdict}"
    page = rules.data_docs(result, heading, [finding.line(name) for finding in findings])
    if findings:
        return RejectedDelivery(path, findings, page, origin)
    return AcceptedDelivery(
        path=path,
        kind=kind,
        month=month,
        file_sha256=file_sha256,
        data_origin=origin,
        records=reader.records,
        declaration=reader.declaration,
        key_id=reader.key_id,
        has_total_row=reader.has_total_row,
        expectations=len(result.results),
        data_docs=page,
    )


def _header_findings(header: list[str], expected: list[str], kind: str) -> Iterator[Finding]:
    listed = f"the columns of {kind} are {', '.join(expected)}"
    for column in expected:
        if column not in header:
            yield Finding(1, column, None, f"is missing; {listed}")
        elif header.count(column) > 1:
            yield Finding(1, column, None, "appears more than once; deliver it once")
    for position, column in enumerate(header, 1):
        if column not in expected:
            heading = shown_code(column, expected, None)
            yield Finding(1, f"number {position}", heading, f"is not a column of the extract; {listed}")


def _cpr_findings(table: Table, declared: Iterable[str], amount: str) -> Iterator[Finding]:
    """Find every cell with something in the form of a CPR number, headings and total row included.

    A total can have that form too: the reader compares it with the sum of the rows.
    """
    cells: list[tuple[int, int, Cell]] = [(1, position, heading) for position, heading in enumerate(table.header)]
    cells += [(row, position, cell) for row, found in table.rows for position, cell in enumerate(found)]
    if table.total_row:
        row, found = table.total_row
        at = table.header.index(amount) if amount in table.header else None
        cells += [(row, position, cell) for position, cell in enumerate(found) if position != at]
    for row, position, cell in cells:
        if cell is not None and personal_data.holds_cpr_number(as_text(cell)):
            heading = table.header[position] if position < len(table.header) else ""
            column = heading if heading in declared else f"number {position + 1}"
            yield Finding(row, column, personal_data.CPR_MASKED, personal_data.MUST_NOT_BE_DELIVERED)


def _unlike_last_month(reader: RecordReader, last: LastMonth | None) -> Iterator[Finding]:
    """Find signs that a file was not produced as last month's was, which no single row shows."""
    if last is None:
        return
    if last.has_total_row and reader.table.is_text and not reader.has_total_row:
        problem = f"has no total row at its end, as {last.month:%Y-%m} had, so it may be cut short; deliver it whole"
        yield Finding(None, None, None, problem)
    if reader.kind == "cases" and last.key_id != reader.key_id:
        how = "without our key" if last.key_id is None else "with another key"
        problem = f"the pseudonyms of {last.month:%Y-%m} were made {how}; use the same, or every case would be new"
        yield Finding(None, "case_id", None, problem)


def _unmet_findings(reader: RecordReader, unmet: "list[Unmet]") -> Iterator[Finding]:
    for broken in unmet:
        if not broken.rows:
            yield Finding(None, broken.column, None, broken.problem)
        for row in broken.rows:
            if (row, broken.column) in reader.reported:
                continue  # a cell that could not be read has its finding already
            cell = reader.raw.get((row, broken.column or ""))
            value = None if is_empty(cell) or broken.column is None else reader.shown(broken.column, cell)
            yield Finding(row, broken.column, value, broken.problem)

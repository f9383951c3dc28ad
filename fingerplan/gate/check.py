"""Check one delivered file: what it is, whether every cell reads, and whether it holds what it must."""

import csv
import difflib
import hashlib
import io
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from fingerplan.errors import REJECTED, Refused
from fingerplan.gate import personal_data
from fingerplan.gate import read_file as files
from fingerplan.gate.deferred_import import import_later
from fingerplan.gate.last_month import LastMonth
from fingerplan.gate.values import Cell, NumberType, notation_of, read_month, read_number, read_typed_number
from fingerplan.seeds import Declaration, Seed

GATE_VERSION = "1"
# The declarations of the sample are those of the extracts that it stands in for.
DECLARED_BY = {"cases": "sample_cases_2026", "postings": "sample_postings", "kpis": "sample_kpis"}
AMOUNTS = {"cases": "monthly_cost_dkk", "postings": "amount_dkk", "kpis": "value"}
MOST_FINDINGS_SHOWN = 20


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a delivered file; row, column and value are None where the whole file is meant."""

    row: int | None
    column: str | None
    value: str | None
    problem: str

    def line(self, file: str) -> str:
        """Write it as one line: file, row, column, value, what is wrong and what to do."""
        place = [f"row {self.row}"] if self.row is not None else []
        place += [f"column {self.column}"] if self.column else []
        said = f"{self.value} {self.problem}" if self.value is not None else self.problem
        return printable(": ".join(part for part in (file, ", ".join(place), said) if part))


@dataclass
class Delivery:
    """A delivered file that was read, with what is wrong with it.

    `records` are the rows by column: text, dates and decimals as declared, None for empty; empty where the file could
    not be read at all.
    """

    path: Path
    kind: str | None = None
    month: date | None = None
    file_sha256: str = ""
    data_origin: str = "reported"
    key_id: str | None = None
    is_text: bool = False
    has_total_row: bool = False
    expectations: int = 0
    records: list[tuple[int, dict[str, object]]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    data_docs: str | None = None
    declaration: Declaration | None = None

    @property
    def name(self) -> str:
        """The file's name, fit for a terminal and a log, whatever the file was called."""
        name = self.path.name
        return personal_data.masked(name) if personal_data.holds_cpr_number(name) else printable(name)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.records)

    @property
    def control_sum(self) -> Decimal:
        """Sum of the amounts, or of the values of any unit."""
        return sum((record[AMOUNTS[self.kind]] for _, record in self.records), Decimal(0))

    def lines(self) -> list[str]:
        """Every finding as a line."""
        return [finding.line(self.name) for finding in self.findings]

    def summary(self) -> list[str]:
        """One line for each kind of finding, with its first row and how many more rows it is in."""
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

    def canonical(self) -> str:
        """The content as comma-separated text in one form, sorted by key: equal content gives equal text."""
        columns = list(self.declaration.column_types)
        key = self.declaration.primary_keys[0]
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([*columns, "data_origin"])
        for _, record in sorted(self.records, key=lambda numbered: [str(numbered[1][column]) for column in key]):
            writer.writerow([*(_written(record[column]) for column in columns), self.data_origin])
        return stream.getvalue()

    @property
    def content_sha256(self) -> str:
        """Checksum of the content, the same however the file writes it."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()


def printable(text: str) -> str:
    """Write a text so that it is one line of reasonable length and cannot move a cursor."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text[:900])


def _written(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def check_file(
    path: Path,
    seeds: dict[str, Seed],
    kind: str | None,
    month: date | None,
    last_month_of: Callable[[str, date], LastMonth | None],
    today: date,
) -> Delivery:
    """Gate one file.

    Args:
        path: the delivered file; it is read and never changed.
        seeds: the checked seeds, for declarations, codes and bounds.
        kind: cases, postings or kpis; None takes the one whose columns the file has.
        month: the month that the file must hold; None takes the file's own.
        last_month_of: gives the month before a (kind, month), or None where there is none.
        today: no month after this one's is accepted.

    Returns:
        The delivery; it passed where it has no findings.

    Raises:
        Refused: exit code 3, where the key of the pseudonyms cannot be used.
    """
    delivery = Delivery(path)
    declarations = {kind: seeds[seed].declaration for kind, seed in DECLARED_BY.items()}
    headers = {kind: list(declaration.column_types) for kind, declaration in declarations.items()}
    try:
        content = files.read_bytes(path)
        delivery.file_sha256 = hashlib.sha256(content).hexdigest()
        table = files.read_table(content, headers)
    except files.Unreadable as unreadable:
        delivery.findings.append(Finding(None, None, None, str(unreadable)))
        return delivery
    delivery.is_text = table.is_text
    delivery.kind = max(headers, key=lambda known: (len(set(headers[known]) & set(table.header)), known == kind))
    if kind not in (None, delivery.kind):
        delivery.findings.append(Finding(1, None, None, f"these are the columns of {delivery.kind}, not of {kind}"))
    delivery.declaration = declarations[delivery.kind]
    delivery.findings += _header_findings(table.header, headers[delivery.kind], delivery.kind)
    personal = list(_cpr_findings(table))
    if delivery.findings:
        delivery.findings += personal
        return delivery
    reader = _Reader(delivery, table, seeds, personal)
    reader.read()
    _hold_against_expectations(delivery, reader, month, last_month_of, today)
    return delivery


def _header_findings(header: list[str], expected: list[str], kind: str) -> Iterator[Finding]:
    listed = f"the columns of {kind} are {', '.join(expected)}"
    for column in expected:
        if column not in header:
            yield Finding(1, column, None, f"is missing; {listed}")
        elif header.count(column) > 1:
            yield Finding(1, column, None, "stands more than once; deliver it once")
    for column in header:
        if column not in expected:
            yield Finding(1, None, _shown(column, expected), f"is no column of the extract; {listed}")


def _cpr_findings(table: files.Table) -> Iterator[Finding]:
    rows = [(1, list(table.header)), *table.rows]
    for row, cells in rows + ([table.total_row] if table.total_row else []):
        for position, cell in enumerate(cells):
            if cell is not None and personal_data.holds_cpr_number(_as_text(cell)):
                column = table.header[position] if position < len(table.header) else f"number {position + 1}"
                if personal_data.holds_cpr_number(column):
                    column = f"number {position + 1}"
                yield Finding(
                    row,
                    column,
                    personal_data.masked(_as_text(cell)),
                    "must not be delivered; remove it at the source and delete this file",
                )


def _as_text(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return f"{cell:f}" if cell.is_finite() and abs(cell.adjusted()) < 40 else str(cell)
    return str(cell)


def _shown(value: object, codes: list[str]) -> str:
    """Show a wrong code where it resembles a right one; anything else could be a name, and is masked."""
    text = str(value)
    near = difflib.get_close_matches(text[:60], codes, n=1, cutoff=0.6)
    return repr(printable(text)) if near and len(text) <= 60 else personal_data.masked(text)


class _Reader:
    """Turns the cells of a table into records, and notes each cell that does not read."""

    def __init__(self, delivery: Delivery, table: files.Table, seeds: dict[str, Seed], personal: list[Finding]):
        self.delivery = delivery
        self.table = table
        self.seeds = seeds
        self.declaration = delivery.declaration
        self.month_numbers = {
            record["month_name"].lower(): int(record["month_no"]) for _, record in seeds["danish_months"].records
        }
        self.codes = {
            **{
                column: sorted({record[field] for _, record in seeds[target].records})
                for column, (target, field) in self.declaration.references.items()
            },
            **self.declaration.accepted,
        }
        self.numbers = {
            column: number_type
            for column, declared in self.declaration.column_types.items()
            if (number_type := NumberType.of(declared))
        }
        delivery.findings += personal
        self.reported = {(finding.row, finding.column) for finding in personal}
        self.raw: dict[tuple[int, str], Cell] = {}
        self.notation: str | None = None
        self.key = personal_data.read_key() if delivery.kind == "cases" else None

    def note(self, row: int, column: str, value: str | None, problem: str) -> None:
        self.delivery.findings.append(Finding(row, column, value, problem))
        self.reported.add((row, column))

    def read(self) -> None:
        self.notation = notation_of(
            (cell, self.numbers[column])
            for _, cells in self.table.rows
            for column, cell in zip(self.table.header, cells, strict=False)
            if isinstance(cell, str) and cell.strip() and column in self.numbers
        )
        for row, cells in self.table.rows:
            if len(cells) != len(self.table.header):
                self.note(
                    row,
                    None,
                    None,
                    f"{len(cells)} fields where the header has {len(self.table.header)}; check separators and quotes",
                )
                continue
            self.delivery.records.append((row, self._record(row, dict(zip(self.table.header, cells, strict=True)))))
        if self.delivery.kind == "cases":
            self._make_pseudonyms()
        self._check_total_row()
        if not self.table.ends_with_line_end and not self._last_row_is_whole():
            self.delivery.findings.append(
                Finding(None, None, None, "does not end with a line end, so it may be cut short; deliver it whole")
            )

    def _record(self, row: int, cells: dict[str, Cell]) -> dict[str, object]:
        record: dict[str, object] = {}
        for column, declared in self.declaration.column_types.items():
            cell = cells[column]
            self.raw[row, column] = cell
            empty = cell is None or (isinstance(cell, str) and not cell.strip())
            if empty or (row, column) in self.reported:
                record[column] = None
            elif column in self.numbers:
                record[column] = self._number(row, column, cell)
            elif declared == "date":
                record[column] = self._month(row, column, cell)
            else:
                record[column] = self._text(row, column, cell)
        return record

    def _number(self, row: int, column: str, cell: Cell) -> Decimal | None:
        if isinstance(cell, str):
            number, problem = read_number(cell, self.numbers[column], self.notation)
        elif isinstance(cell, Decimal):
            number, problem = read_typed_number(cell, self.numbers[column])
        else:
            number, problem = None, "is a date where a number belongs; set the column to numbers"
        if number is None:
            self.note(row, column, personal_data.masked(_as_text(cell)), problem)
            return None
        return number.quantize(Decimal(1).scaleb(-self.numbers[column].scale)) + 0  # + 0: no minus zero

    def _month(self, row: int, column: str, cell: Cell) -> date | None:
        month = read_month(cell if isinstance(cell, str | date) else _as_text(cell), self.month_numbers)
        if month is None:
            self.note(row, column, personal_data.masked(_as_text(cell)), "is no month; write it as 2026-05")
        return month

    def _text(self, row: int, column: str, cell: Cell) -> str | None:
        text = unicodedata.normalize("NFC", _as_text(cell)).replace("\u00a0", " ").strip()
        if isinstance(cell, Decimal) and "." in text:
            text = text.rstrip("0").rstrip(".")
        if column == "municipality_code" and len(text) == 3 and text.isdecimal():
            text = "0" + text  # a spreadsheet takes the zero away
        if column in self.codes:
            if text not in self.codes[column]:
                codes = self.codes[column]
                shown = ", ".join(codes) if len(codes) <= 8 else f"the {len(codes)} known ones"
                self.note(row, column, _shown(text, codes), f"is none of {shown}; correct it or add it to the seed")
                return None
        elif not text.isprintable():
            self.note(row, column, personal_data.masked(text), "holds control characters; the file is damaged")
            return None
        return text

    def _make_pseudonyms(self) -> None:
        ids = [(row, record, record["case_id"]) for row, record in self.delivery.records if record["case_id"]]
        samples = sum(bool(personal_data.SAMPLE_ID.fullmatch(case_id)) for _, _, case_id in ids)
        if ids and samples == len(ids):
            self.delivery.data_origin = "sample"
        elif samples:
            problem = "mixes synthetic cases (sample-...) with others; deliver one or the other"
            self.delivery.findings.append(Finding(None, "case_id", None, problem))
        if self.key is not None and self.delivery.data_origin == "reported":
            self.delivery.key_id = personal_data.key_id(self.key)
            for row, record, case_id in ids:
                if case_id[0] in "=+-@":
                    shown = f"(an id of {len(case_id)} characters)"
                    self.note(row, "case_id", shown, "begins as a formula; deliver the case's id")
                    record["case_id"] = None
                else:
                    record["case_id"] = personal_data.pseudonym(self.key, record["municipality_code"] or "", case_id)
            return
        for row, record, case_id in ids:
            reason = personal_data.looks_raw(case_id)
            if reason:
                self.note(
                    row,
                    "case_id",
                    f"(an id of {len(case_id)} characters)",
                    f"{reason}, not a pseudonym; set {personal_data.KEY_FILE_VARIABLE} so that one is made of it",
                )
                record["case_id"] = None

    def _check_total_row(self) -> None:
        if self.table.total_row is None:
            return
        row, cells = self.table.total_row
        column = AMOUNTS[self.delivery.kind]
        stated = dict(zip(self.table.header, cells, strict=False)).get(column)
        if stated is None or (isinstance(stated, str) and not stated.strip()):
            self.note(row, column, None, "the total row has no total here; write the sum of the column, or no such row")
            return
        total = self._number(row, column, stated)
        amounts = [record[column] for _, record in self.delivery.records]
        if total is None or any(amount is None for amount in amounts):
            return
        self.delivery.has_total_row = True
        if total != sum(amounts):
            problem = f"is not the sum of the rows, {sum(amounts):f}; deliver the file again"
            self.note(row, column, f"{total:f}", problem)

    def _last_row_is_whole(self) -> bool:
        """Whether nothing can be missing from the last cell, though the line end is."""
        if self.table.total_row or not self.table.rows:
            return self.table.total_row is not None and not self.delivery.findings
        column = self.table.header[-1]
        texts = [cells[-1].strip() for _, cells in self.table.rows if cells and isinstance(cells[-1], str)]
        if column in self.codes:
            return True
        if column in self.numbers:
            mark = "," if self.notation == "comma" else "."
            decimals = {len(text.partition(mark)[2]) for text in texts if text}
            return (
                len(decimals) == 1
                and decimals != {0}
                and len(texts) > 1
                # a minus that some systems write last may have been cut away, where there can be one
                and _bounds(self.delivery.kind, self)[column][0] >= 0
                and bool(texts[-1] or column not in self.declaration.required)
            )
        return False


def _hold_against_expectations(
    delivery: Delivery,
    reader: _Reader,
    month: date | None,
    last_month_of: Callable[[str, date], LastMonth | None],
    today: date,
) -> None:
    # late: the import takes over a second, and half as long again with these two, for one expectation that is not used
    import_later("scipy.stats", "altair")
    from fingerplan.gate import rules as expectations

    months = [record["month"] for _, record in delivery.records if record["month"]]
    delivery.month = month or (max(set(months), key=months.count) if months else today.replace(day=1))
    last_month = last_month_of(delivery.kind, delivery.month)
    delivery.findings += _unlike_last_month(delivery, last_month)
    bounds = _bounds(delivery.kind, reader)
    result, unmet = expectations.validate(
        delivery.records,
        expectations.Expected(
            kind=delivery.kind,
            declaration=delivery.declaration,
            codes=reader.codes,
            bounds=bounds,
            month=delivery.month,
            newest_month=today.replace(day=1),
            amount=AMOUNTS[delivery.kind],
            last_month=last_month,
        ),
    )
    delivery.expectations = len(result.results)
    for broken in unmet:
        if not broken.rows:
            delivery.findings.append(Finding(None, broken.column, None, broken.problem))
        for row in broken.rows:
            if (row, broken.column) in reader.reported:
                continue  # a cell that did not read is reported once, as that
            value = None
            if broken.column in delivery.declaration.column_types:
                cell = reader.raw[row, broken.column]
                is_empty = cell is None or not _as_text(cell).strip()
                value = None if is_empty else personal_data.masked(_as_text(cell))
            delivery.findings.append(Finding(row, broken.column, value, broken.problem))
    delivery.findings.sort(key=lambda finding: (finding.row is None, finding.row or 0))
    verdict = "refused" if delivery.findings else "accepted"
    heading = f"{delivery.name}: {delivery.kind} of {delivery.month:%Y-%m}, {verdict}"
    delivery.data_docs = expectations.data_docs(result, heading, delivery.lines())


def _bounds(kind: str, reader: _Reader) -> dict[str, tuple[Decimal, Decimal]]:
    """Read the bounds of a kind; without one of them the gate would let everything through, so that stops it."""
    seed = reader.seeds["delivery_bounds"]
    bounds = {
        record["measure"]: (Decimal(record["lowest"]), Decimal(record["highest"]))
        for _, record in seed.records
        if record["kind"] == kind
    }
    needed = [*reader.numbers, "rows_against_last_month"]
    needed += ["sum_against_last_month", "known_from_last_month"] if kind == "cases" else []
    missing = [measure for measure in needed if measure not in bounds]
    if missing:
        raise Refused(REJECTED, [f"{seed.file}: no row for {kind}, {', '.join(missing)}; put the bounds back"])
    return bounds


def _unlike_last_month(delivery: Delivery, last: LastMonth | None) -> Iterator[Finding]:
    """What tells that a file was made in another way than the one before, and that no single row shows."""
    if last is None:
        return
    if last.has_total_row and delivery.is_text and not delivery.has_total_row:
        problem = f"has no total row at its end, as {last.month:%Y-%m} had, so it may be cut short; deliver it whole"
        yield Finding(None, None, None, problem)
    if delivery.kind == "cases" and last.key_id != delivery.key_id:
        how = "without a key of ours" if last.key_id is None else "with another key"
        problem = f"the pseudonyms of {last.month:%Y-%m} were made {how}; use the same, or every case would be new"
        yield Finding(None, "case_id", None, problem)

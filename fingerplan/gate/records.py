"""Read the cells of a delivered table into records of the declared types; a cell that fails becomes a finding."""

import difflib
import unicodedata
from datetime import date
from decimal import Decimal

from fingerplan.errors import REJECTED, Refused
from fingerplan.gate import personal_data
from fingerplan.gate.delivery import Finding, NumberedRecord, Record, total
from fingerplan.gate.extracts import AMOUNTS
from fingerplan.gate.read_file import Table
from fingerplan.gate.values import Cell, NumberType, notation_of, read_month, read_number, read_typed_number
from fingerplan.seeds import Declaration, Seed

# what may be written beside a number
AMOUNT_WORDS = personal_data.words_of(["kr dkk t tkr mio mia pct e nan inf null n/a ref"])

Bounds = dict[str, tuple[Decimal, Decimal]]


def as_text(cell: Cell) -> str:
    """Write a cell as text; a decimal without an exponent, unless it has more than 40 digits."""
    if isinstance(cell, Decimal):
        return f"{cell:f}" if cell.is_finite() and abs(cell.adjusted()) < 40 else str(cell)
    return str(cell)


def is_empty(cell: Cell) -> bool:
    """Whether a cell holds nothing but spaces."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def shown_code(value: str, codes: list[str], words: frozenset[str] | None) -> str:
    """Show a wrong code or heading, or the known one that it resembles where its own text is masked."""
    shown = personal_data.shown(value, words)
    near = difflib.get_close_matches(value[:60], codes, n=1, cutoff=0.6) if shown.startswith("(masked text") else []
    return f"{shown} (like {near[0]})" if near else shown


def listed_codes(codes: list[str]) -> str:
    """List up to eight codes in a message; only count more than that."""
    return ", ".join(codes) if len(codes) <= 8 else f"the {len(codes)} known ones"


class RecordReader:
    """Reads the rows of one table; the attributes are complete after `read`.

    `raw` holds every cell as delivered, by row and column; `reported` the cells that already have a finding.
    """

    def __init__(self, kind: str, declaration: Declaration, table: Table, seeds: dict[str, Seed]):
        """Look up the codes, bounds and month names that the cells are checked by.

        Raises:
            Refused: exit code 3, where the pseudonym key cannot be used or a bound is missing.
        """
        self.kind = kind
        self.declaration = declaration
        self.table = table
        self.month_numbers = {
            record["month_name"].lower(): int(record["month_no"]) for _, record in seeds["danish_months"].records
        }
        self.month_words = {word for name in self.month_numbers for word in (name, name[:3])}
        self.codes = {
            **{
                column: sorted({record[field] for _, record in seeds[target].records})
                for column, (target, field) in declaration.references.items()
            },
            **declaration.accepted,
        }
        self.words = {column: personal_data.words_of(codes) for column, codes in self.codes.items()}
        self.numbers = {
            column: number_type
            for column, declared in declaration.column_types.items()
            if (number_type := NumberType.of(declared))
        }
        self.key = personal_data.read_key() if kind == "cases" else None
        self.bounds = _bounds(kind, list(self.numbers), seeds["delivery_bounds"])
        self.notation = notation_of(
            (cell, self.numbers[column])
            for _, cells in table.rows
            for column, cell in zip(table.header, cells, strict=False)
            if isinstance(cell, str) and cell.strip() and column in self.numbers
        )
        self.records: list[NumberedRecord] = []
        self.findings: list[Finding] = []
        self.reported: set[tuple[int | None, str | None]] = set()
        self.raw: dict[tuple[int, str], Cell] = {}
        self.data_origin = "reported"
        self.key_id: str | None = None
        self.has_total_row = False

    def read(self, personal: list[Finding]) -> None:
        """Read every row.

        Args:
            personal: the findings of CPR numbers, whose cells are not read.
        """
        self.findings += personal
        self.reported.update((finding.row, finding.column) for finding in personal)
        width = len(self.table.header)
        for row, cells in self.table.rows:
            if len(cells) != width:
                problem = f"{len(cells)} fields where the header has {width}; check separators and quotes"
                self._note(row, None, None, problem)
                continue
            self.records.append((row, self._record(row, dict(zip(self.table.header, cells, strict=True)))))
        if self.kind == "cases":
            self._make_pseudonyms()
        self._check_total_row()
        if not self.table.ends_with_line_end and not self._last_row_is_whole():
            self._note(None, None, None, "does not end with a line end, so it may be cut short; deliver it whole")

    def shown(self, column: str, cell: Cell) -> str:
        """Show a cell in a message: codes, amounts and months, unless they could tell of a person; nothing else."""
        text = as_text(cell)
        words = self.words.get(column)
        if column in self.numbers:
            words = AMOUNT_WORDS
        elif self.declaration.column_types.get(column) == "date":
            # the name of a month alone can be the name of a person
            words = frozenset(self.month_words if any(map(str.isdigit, text)) else ())
        return personal_data.shown(text, words)

    def _note(self, row: int | None, column: str | None, value: str | None, problem: str) -> None:
        self.findings.append(Finding(row, column, value, problem))
        self.reported.add((row, column))

    def _record(self, row: int, cells: dict[str, Cell]) -> Record:
        record: Record = {}
        for column, declared in self.declaration.column_types.items():
            cell = cells[column]
            self.raw[row, column] = cell
            if is_empty(cell) or (row, column) in self.reported:
                record[column] = None
            elif column in self.numbers:
                record[column] = self._unless_a_person(row, column, cell, self._number(row, column, cell))
            elif declared == "date":
                record[column] = self._month(row, column, cell)
            else:
                record[column] = self._text(row, column, cell)
        return record

    def _unless_a_person(self, row: int, column: str, cell: Cell, number: Decimal | None) -> Decimal | None:
        """Refuse an amount out of its bounds whose digits are those of a CPR number, with the last two as decimals."""
        lowest, highest = self.bounds[column]
        is_plausible = number is None or lowest <= number <= highest
        if is_plausible or self.shown(column, cell) != personal_data.CPR_MASKED:
            return number
        self._note(row, column, personal_data.CPR_MASKED, personal_data.MUST_NOT_BE_DELIVERED)
        return None

    def _number(self, row: int, column: str, cell: Cell) -> Decimal | None:
        number: Decimal | None
        if isinstance(cell, str):
            number, problem = read_number(cell, self.numbers[column], self.notation)
        elif isinstance(cell, Decimal):
            number, problem = read_typed_number(cell, self.numbers[column])
        else:
            number, problem = None, "is a date where a number belongs; set the column to numbers"
        if number is None:
            self._note(row, column, self.shown(column, cell), problem)
            return None
        return number.quantize(Decimal(1).scaleb(-self.numbers[column].scale)) + 0  # + 0: no minus zero

    def _month(self, row: int, column: str, cell: Cell) -> date | None:
        month = read_month(cell if isinstance(cell, str | date) else as_text(cell), self.month_numbers)
        if month is None:
            self._note(row, column, self.shown(column, cell), "is not a month; use YYYY-MM")
        return month

    def _text(self, row: int, column: str, cell: Cell) -> str | None:
        text = unicodedata.normalize("NFC", as_text(cell)).replace("\u00a0", " ").strip()
        if isinstance(cell, Decimal) and "." in text:
            text = text.rstrip("0").rstrip(".")
        if column == "municipality_code" and len(text) == 3 and text.isdecimal():
            text = "0" + text  # spreadsheets drop the zero
        if column in self.codes:
            codes = self.codes[column]
            if text not in codes:
                problem = f"is not one of {listed_codes(codes)}; correct it or add it to the seed"
                self._note(row, column, shown_code(text, codes, self.words[column]), problem)
                return None
        elif not text.isprintable():
            self._note(row, column, self.shown(column, text), "holds control characters; the file is damaged")
            return None
        return text

    def _make_pseudonyms(self) -> None:
        """Tell synthetic cases from real ones; hash the ids of real ones where there is a key, else reject raw ids."""
        ids = [(row, record, str(record["case_id"])) for row, record in self.records if record["case_id"]]
        samples = sum(bool(personal_data.SAMPLE_ID.fullmatch(case_id)) for _, _, case_id in ids)
        if samples == len(ids):
            self.data_origin = "sample" if ids else "reported"
            return
        if samples:
            problem = "mixes synthetic cases (sample-...) with others; deliver one or the other"
            self.findings.append(Finding(None, "case_id", None, problem))
            return
        if self.key is None:
            problem = (
                "cases need pseudonyms made with the municipality's key, also where the source has made some;"
                f" set {personal_data.KEY_FILE_VARIABLE}"
            )
            self._note(None, "case_id", None, problem)
            return
        self.key_id = personal_data.key_id(self.key)
        for row, record, case_id in ids:
            if case_id[0] in "=+-@":
                self._refuse_id(row, record, case_id, "starts like a formula; deliver the case's id")
            else:
                municipality = str(record["municipality_code"] or "")
                record["case_id"] = personal_data.pseudonym(self.key, municipality, case_id)

    def _refuse_id(self, row: int, record: Record, case_id: str, problem: str) -> None:
        self._note(row, "case_id", f"(an id of {len(case_id)} characters)", problem)
        record["case_id"] = None

    def _check_total_row(self) -> None:
        if self.table.total_row is None:
            return
        row, cells = self.table.total_row
        column = AMOUNTS[self.kind]
        stated = dict(zip(self.table.header, cells, strict=False)).get(column)
        if is_empty(stated):
            problem = "the total row has no total here; write the sum of the column, or remove the row"
            self._note(row, column, None, problem)
            return
        stated_total = self._number(row, column, stated)
        if stated_total is None or any(record[column] is None for _, record in self.records):
            return
        self.has_total_row = True
        computed = total(self.records, column)
        if stated_total != computed:
            problem = f"is not the sum of the rows, {computed:f}; deliver the file again"
            self._note(row, column, self.shown(column, stated), problem)

    def _last_row_is_whole(self) -> bool:
        """Whether the last cell is complete although the line end is missing."""
        if self.table.total_row or not self.table.rows:
            return self.table.total_row is not None and not self.findings
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
                # a negative number may have lost its minus, which some systems write last
                and self.bounds[column][0] >= 0
                and bool(texts[-1] or column not in self.declaration.required)
            )
        return False


def _bounds(kind: str, numbers: list[str], seed: Seed) -> Bounds:
    """Read the bounds of a kind; a missing one would let everything through, so it stops the gate."""
    bounds = {
        record["measure"]: (Decimal(record["lowest"]), Decimal(record["highest"]))
        for _, record in seed.records
        if record["kind"] == kind
    }
    needed = [*numbers, "rows_against_last_month"]
    needed += ["sum_against_last_month", "known_from_last_month"] if kind == "cases" else []
    missing = [measure for measure in needed if measure not in bounds]
    if missing:
        raise Refused(REJECTED, [f"{seed.file}: no row for {kind}, {', '.join(missing)}; put the bounds back"])
    return bounds

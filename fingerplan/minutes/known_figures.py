"""What the seeds know of the printed tables: their cells, checks, discrepancies and stations."""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple, cast

from fingerplan.errors import REJECTED, Refused
from fingerplan.minutes.danish_text import key, read_value
from fingerplan.seeds import Seed

Role = Literal["numerator", "denominator", "factor"]
Axis = Literal["row", "column"]

CELL_SEEDS = ("plan_table_cells", "minutes_table_cells")
_LINE = re.compile(r"([^.]+)\.([rc])([0-9]+)")  # a whole row or column: FP-01.r8, SAU-02.c3


@dataclass(frozen=True)
class KnownCell:
    """A cell as the seeds have it now: the latest print, where a later document revised it."""

    printed: str
    unit: str
    document_id: str
    first_document_id: str
    earlier_numbers: tuple[Decimal | None, ...] = ()

    @property
    def number(self) -> Decimal | None:
        """The number it stands for; None for a blank cell and for '-'."""
        value = read_value(self.printed)
        return value.number if value else None


@dataclass
class KnownTable:
    """A table of the seeds."""

    table_id: str
    form_id: str
    title: str
    document_id: str
    as_of: date | None
    price_level: int | None
    stated_unit: str
    rows: dict[int, str] = field(default_factory=dict)
    columns: dict[int, str] = field(default_factory=dict)
    cells: dict[tuple[int, int], KnownCell] = field(default_factory=dict)

    @property
    def first_rows(self) -> int:
        """How many rows the first document prints; later ones add theirs below."""
        return max(row for (row, _), cell in self.cells.items() if cell.first_document_id == self.document_id)

    @property
    def first_columns(self) -> int:
        """How many columns the first document prints."""
        return max(column for (_, column), cell in self.cells.items() if cell.first_document_id == self.document_id)

    def row_no(self, label: str) -> int | None:
        """Number of the row of a label."""
        return next((number for number, known in self.rows.items() if key(known) == key(label)), None)

    def column_no(self, label: str) -> int | None:
        """Number of the column of a label."""
        return next((number for number, known in self.columns.items() if key(known) == key(label)), None)

    @property
    def main_unit(self) -> str:
        """The unit of most of its cells that are amounts, or of most cells where none is an amount."""
        units = [cell.unit for cell in self.cells.values()]
        amounts = [unit for unit in units if re.fullmatch(r"[tm]?dkk", unit)]
        return max(set(amounts or units), key=(amounts or units).count)


@dataclass(frozen=True)
class Unit:
    """A unit of printed figures."""

    factor_to_base: Decimal  # 1.000 kr. are 1,000 of the base unit
    is_exact_count: bool  # counted, not rounded


class Documented(NamedTuple):
    """The two values that a documented discrepancy is about, in the printed unit."""

    printed: Decimal
    computed: Decimal | None  # None where a figure needed is not printed


class RuleTerm(NamedTuple):
    """A row or column that a rule is computed from."""

    table_id: str
    position: int
    coefficient: Decimal


@dataclass(frozen=True)
class Rule:
    """A check of a whole row or column: it must be the sum of others, or the same as one of another table."""

    rule_id: str
    kind: str
    name: str
    table_id: str
    axis: Axis
    position: int
    terms: tuple[RuleTerm, ...]


@dataclass(frozen=True)
class TextFigure:
    """A figure of running text, and the words that it stands between."""

    figure_id: str
    table_id: str
    row_label: str
    printed: str
    unit: str
    words_before: str
    words_after: str
    occurrence: int | None  # which one of several places with the same words; None where there is only one


class ClaimTerm(NamedTuple):
    """A figure that a claim is computed from: a text figure, or a cell as FP-01.r1.c1."""

    role: Role
    figure_id: str
    coefficient: Decimal


@dataclass(frozen=True)
class Claim:
    """A check of one figure, which the tables or other sentences give too."""

    check_id: str
    description: str
    figure_id: str
    terms: tuple[ClaimTerm, ...]


@dataclass
class Known:
    """Everything that a document is compared with."""

    tables: dict[str, KnownTable]
    rules: list[Rule]
    claims: list[Claim]
    documented: dict[str, Documented]  # by check
    areas: dict[str, str]
    stations: dict[int, str]
    tracks: list[tuple[int, str]]
    station_names: list[tuple[str, int]]  # of the map: name and track
    text_figures: dict[str, TextFigure]
    number_words: dict[str, Decimal]
    units: dict[str, Unit]
    documents: dict[str, dict[str, str]]
    thresholds: dict[tuple[int, str], Decimal]
    kpi_tables: set[str]  # whose rows are key figures

    def of_form(self, form_id: str) -> list[KnownTable]:
        """The tables printed in a form, the first one first."""
        return [table for table in self.tables.values() if table.form_id == form_id]

    def row_labels(self, form_id: str) -> list[str]:
        """Every label that a row of the form has had."""
        return list(dict.fromkeys(label for table in self.of_form(form_id) for label in table.rows.values()))


Rows = list[dict[str, str]]


def load(seeds: dict[str, Seed]) -> Known:
    """Take what is known from checked seeds.

    Raises:
        Refused: with exit code 3, where a check is of a row or column that no printed table has.
    """

    def rows(name: str) -> Rows:
        return [record for _, record in seeds[name].records]

    tables = _tables(rows("printed_tables"))
    for name in CELL_SEEDS:
        _add_cells(tables, rows(name))
    _revise_cells(tables, rows("cell_revisions"))
    rules, claims = _checks(rows("checks"), rows("check_terms"))
    _check_lines(rules, tables)
    return Known(
        tables=tables,
        rules=rules,
        claims=claims,
        documented={
            row["check_id"]: Documented(Decimal(row["printed_value"]), _number(row["computed_value"]))
            for row in rows("known_discrepancies")
        },
        areas={row["table_id"]: row["area"] for row in rows("budget_tables")},
        stations={int(row["station_no"]): row["station_name"] for row in rows("stations") if row["station_no"]},
        tracks=[(int(row["track_no"]), row["track_name"]) for row in rows("tracks")],
        station_names=[(row["station_name"], int(row["track_no"])) for row in rows("stations")],
        text_figures={row["figure_id"]: _text_figure(row) for row in rows("text_figures")},
        number_words={row["number_word"]: Decimal(row["value"]) for row in rows("number_words")},
        units={
            row["unit"]: Unit(Decimal(row["factor_to_base"]), row["is_exact_count"] == "1") for row in rows("units")
        },
        documents={row["document_id"]: row for row in rows("source_documents")},
        thresholds={
            (int(row["year"]), row["bracket"]): Decimal(row["threshold_dkk"]) for row in rows("refund_thresholds")
        },
        kpi_tables={row["table_id"] for row in rows("kpi_series")},
    )


def _tables(rows: Rows) -> dict[str, KnownTable]:
    return {
        row["table_id"]: KnownTable(
            row["table_id"],
            row["form_id"],
            row["table_title"],
            row["document_id"],
            date.fromisoformat(row["as_of_date"]) if row["as_of_date"] else None,
            int(row["price_level_year"]) if row["price_level_year"] else None,
            row["unit_as_printed"],
        )
        for row in rows
        if row["is_table"] == "1"
    }


def _add_cells(tables: dict[str, KnownTable], rows: Rows) -> None:
    for row in rows:
        table = tables[row["table_id"]]
        row_no, column_no = int(row["row_no"]), int(row["column_no"])
        table.rows[row_no] = row["row_label"]
        table.columns[column_no] = row["column_label"]
        table.cells[row_no, column_no] = KnownCell(
            row["value_as_printed"], row["unit"], row["document_id"], row["document_id"]
        )


def _revise_cells(tables: dict[str, KnownTable], rows: Rows) -> None:
    for row in sorted(rows, key=lambda row: int(row["revision_no"])):
        cells = tables[row["table_id"]].cells
        place = (int(row["row_no"]), int(row["column_no"]))
        before = cells[place]
        cells[place] = KnownCell(
            row["revised_value_as_printed"],
            before.unit,
            row["document_id"],
            before.first_document_id,
            (*before.earlier_numbers, before.number),
        )


def _checks(checks: Rows, check_terms: Rows) -> tuple[list[Rule], list[Claim]]:
    """Split the checks into those of a whole row or column and those of one figure."""
    terms: dict[str, Rows] = {}
    for row in check_terms:
        terms.setdefault(row["check_id"], []).append(row)
    rules = [_rule(row, terms.get(row["check_id"], [])) for row in checks if _LINE.fullmatch(row["figure_id"])]
    claims = [_claim(row, terms.get(row["check_id"], [])) for row in checks if not _LINE.fullmatch(row["figure_id"])]
    return rules, claims


def _rule(check: dict[str, str], terms: Rows) -> Rule:
    table_id, axis, position = _line(check["check_id"], check["figure_id"])
    lines = [(_line(term["check_id"], term["figure_id"]), Decimal(term["coefficient"])) for term in terms]
    if any(of_term[1] != axis for of_term, _ in lines):
        raise _not_a_line(check["check_id"], "mixes rows and columns")
    return Rule(
        check["check_id"],
        check["check_kind"],
        check["description"],
        table_id,
        axis,
        position,
        tuple(RuleTerm(of_table, at, coefficient) for (of_table, _, at), coefficient in lines),
    )


def _claim(check: dict[str, str], terms: Rows) -> Claim:
    return Claim(
        check["check_id"],
        check["description"],
        check["figure_id"],
        tuple(
            ClaimTerm(cast(Role, term["role"]), term["figure_id"], Decimal(term["coefficient"]))  # as declared
            for term in terms
        ),
    )


def _line(check_id: str, figure_id: str) -> tuple[str, Axis, int]:
    line = _LINE.fullmatch(figure_id)
    if line is None:
        raise _not_a_line(check_id, f"{figure_id!r} is not a row or column, and its check is of one")
    return line[1], "row" if line[2] == "r" else "column", int(line[3])


def _check_lines(rules: list[Rule], tables: dict[str, KnownTable]) -> None:
    for rule in rules:
        for table_id, position in ((rule.table_id, rule.position), *((t.table_id, t.position) for t in rule.terms)):
            table = tables.get(table_id)
            if table is None or position not in (table.rows if rule.axis == "row" else table.columns):
                what = f"{line_id(table_id, rule.axis, position)!r} is not a {rule.axis} of a printed table"
                raise _not_a_line(rule.rule_id, what)


def _not_a_line(check_id: str, what: str) -> Refused:
    return Refused(REJECTED, [f"seeds/checks: {check_id}: {what}; correct checks.csv or check_terms.csv"])


def line_id(table_id: str, axis: Axis, position: int) -> str:
    """Name a row or column as the seeds `checks` and `check_terms` do: FP-01.r8, SAU-02.c3."""
    return f"{table_id}.{axis[0]}{position}"


def _text_figure(row: dict[str, str]) -> TextFigure:
    return TextFigure(
        row["figure_id"],
        row["table_id"],
        row["row_label"],
        row["value_as_printed"],
        row["unit"],
        row["words_before"],
        row["words_after"],
        int(row["occurrence"]) if row["occurrence"] else None,
    )


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None

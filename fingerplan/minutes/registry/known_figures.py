"""What the seeds know of the printed tables: their cells, rules, discrepancies and stations."""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from fingerplan.minutes.danish_text import key, read_value
from fingerplan.seeds import Seed

CELL_SEEDS = ("plan_table_cells", "minutes_table_cells")


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
        """Rows that the first document prints; later ones have added theirs behind them."""
        return max(row for (row, _), cell in self.cells.items() if cell.first_document_id == self.document_id)

    @property
    def first_columns(self) -> int:
        """Columns that the first document prints."""
        return max(column for (_, column), cell in self.cells.items() if cell.first_document_id == self.document_id)

    def row_no(self, label: str) -> int | None:
        """Number of the row of a label."""
        return next((number for number, known in self.rows.items() if key(known) == key(label)), None)

    def column_no(self, label: str) -> int | None:
        """Number of the column of a label."""
        return next((number for number, known in self.columns.items() if key(known) == key(label)), None)


@dataclass(frozen=True)
class Rule:
    """A printed row or column that must be the sum of others, or the same as one of another table."""

    rule_id: str
    kind: str
    name: str
    table_id: str
    axis: str
    position: int
    terms: tuple[tuple[str, int, Decimal], ...]  # table, position, coefficient


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


@dataclass(frozen=True)
class Claim:
    """What a figure of running text must be by the tables."""

    check_id: str
    description: str
    figure_id: str
    terms: tuple[tuple[str, str, Decimal], ...]  # role, figure, coefficient


@dataclass
class Known:
    """Everything that a document is held against."""

    tables: dict[str, KnownTable]
    rules: list[Rule]
    documented: dict[str, tuple[Decimal, Decimal | None]]  # check: printed and computed value
    areas: dict[str, str]
    stations: dict[int, str]
    tracks: list[tuple[int, str]]
    station_names: list[tuple[str, int]]  # of the map: name and track
    text_figures: dict[str, TextFigure]
    claims: list[Claim]
    number_words: dict[str, Decimal]
    units: dict[str, Decimal]  # how many of the base unit
    exact_units: set[str]  # counted, not rounded
    documents: dict[str, dict[str, str]]
    thresholds: dict[tuple[int, str], Decimal]
    kpi_tables: set[str]  # whose rows are key figures

    def of_form(self, form_id: str) -> list[KnownTable]:
        """The tables printed in a form, the first one first."""
        return [table for table in self.tables.values() if table.form_id == form_id]

    def row_labels(self, form_id: str) -> list[str]:
        """Every label that a row of the form has had."""
        return list(dict.fromkeys(label for table in self.of_form(form_id) for label in table.rows.values()))


def load(seeds: dict[str, Seed]) -> Known:
    """Take what is known from checked seeds."""

    def rows(name: str) -> list[dict[str, str]]:
        return [record for _, record in seeds[name].records]

    tables = {
        row["table_id"]: KnownTable(
            row["table_id"],
            row["form_id"],
            row["table_title"],
            row["document_id"],
            date.fromisoformat(row["as_of_date"]) if row["as_of_date"] else None,
            int(row["price_level_year"]) if row["price_level_year"] else None,
            row["unit_as_printed"],
        )
        for row in rows("printed_tables")
        if row["is_table"] == "1"
    }
    for name in CELL_SEEDS:
        for row in rows(name):
            table = tables[row["table_id"]]
            place = (int(row["row_no"]), int(row["column_no"]))
            table.rows[place[0]] = row["row_label"]
            table.columns[place[1]] = row["column_label"]
            table.cells[place] = KnownCell(row["value_as_printed"], row["unit"], row["document_id"], row["document_id"])
    for row in sorted(rows("cell_revisions"), key=lambda row: int(row["revision_no"])):
        table = tables[row["table_id"]]
        place = (int(row["row_no"]), int(row["column_no"]))
        before = table.cells[place]
        table.cells[place] = KnownCell(
            row["revised_value_as_printed"],
            before.unit,
            row["document_id"],
            before.first_document_id,
            (*before.earlier_numbers, before.number),
        )
    terms: dict[str, list[dict[str, str]]] = {}
    for row in rows("text_claim_terms"):
        terms.setdefault(row["check_id"], []).append(row)
    rules: dict[str, list[dict[str, str]]] = {}
    for row in rows("table_rules"):
        rules.setdefault(row["rule_id"], []).append(row)
    return Known(
        tables,
        [_rule(group) for group in rules.values()],
        {
            row["check_id"]: (
                Decimal(row["printed_value"]),
                Decimal(row["computed_value"]) if row["computed_value"] else None,
            )
            for row in rows("known_discrepancies")
        },
        {row["table_id"]: row["area"] for row in rows("budget_tables")},
        {int(row["station_no"]): row["station_name"] for row in rows("stations") if row["station_no"]},
        [(int(row["track_no"]), row["track_name"]) for row in rows("tracks")],
        [(row["station_name"], int(row["track_no"])) for row in rows("stations")],
        {
            row["figure_id"]: TextFigure(
                row["figure_id"],
                row["table_id"],
                row["row_label"],
                row["value_as_printed"],
                row["unit"],
                row["words_before"],
                row["words_after"],
                int(row["occurrence"]) if row["occurrence"] else None,
            )
            for row in rows("text_figures")
        },
        [
            Claim(
                row["check_id"],
                row["description"],
                row["figure_id"],
                tuple(
                    (term["role"], term["figure_id"], Decimal(term["coefficient"]))
                    for term in terms.get(row["check_id"], [])
                ),
            )
            for row in rows("text_claims")
        ],
        {row["number_word"]: Decimal(row["value"]) for row in rows("number_words")},
        {row["unit"]: Decimal(row["factor_to_base"]) for row in rows("units")},
        {row["unit"] for row in rows("units") if row["is_exact_count"] == "1"},
        {row["document_id"]: row for row in rows("source_documents")},
        {(int(row["year"]), row["bracket"]): Decimal(row["threshold_dkk"]) for row in rows("refund_thresholds")},
        {row["table_id"] for row in rows("kpi_series")},
    )


def _rule(rows: list[dict[str, str]]) -> Rule:
    first = rows[0]
    return Rule(
        first["rule_id"],
        first["check_kind"],
        first["rule_name"],
        first["table_id"],
        first["axis"],
        int(first["position"]),
        tuple((row["term_table_id"], int(row["term_position"]), Decimal(row["coefficient"])) for row in rows),
    )


def main_unit(table: KnownTable) -> str:
    """The unit of most of a table's cells that are amounts, or of all of them where none is."""
    units = [cell.unit for cell in table.cells.values()]
    amounts = [unit for unit in units if re.fullmatch(r"[tm]?dkk", unit)]
    return max(set(amounts or units), key=(amounts or units).count)

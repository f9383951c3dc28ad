"""Write what a document prints for the first time into the seeds, with its provenance.

A cell that the seeds have keeps its line: another value becomes a line of `cell_revisions` beside it.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from fingerplan.minutes.danish_text import MONTHS, key, period_of
from fingerplan.minutes.known_figures import Known, KnownTable, Rule, line_id
from fingerplan.minutes.registry.compare import Comparison, document_id_of
from fingerplan.minutes.registry.seed_files import SeedFile, SeedFiles, change_seeds, update_controls
from fingerplan.minutes.tables.printed_table import Reading
from fingerplan.minutes.verify.totals import rule_terms

# what is referred to stands before what refers to it
SEEDS = (
    "source_documents", "printed_tables", "checks", "check_terms", "refund_thresholds", "plan_table_cells",
    "minutes_table_cells", "cell_revisions",
)  # fmt: skip


def write(root: Path, reading: Reading, comparisons: list[Comparison], known: Known) -> list[Path]:
    """Write new figures and revisions into the seeds below `root`, all or none.

    Returns:
        The files that changed, relative to the root.

    Raises:
        Refused: with exit code 3, where the seeds would not be as declared; nothing is written then.
        OSError: where the disk does not take them.
    """
    if not any(comparison.new or comparison.revised for comparison in comparisons):
        return []
    return change_seeds(root, SEEDS, lambda files: _Writer(files, reading, comparisons, known).write())


class _Writer:
    def __init__(self, files: SeedFiles, reading: Reading, comparisons: list[Comparison], known: Known):
        self.files = files
        self.reading = reading
        self.changed = [comparison for comparison in comparisons if comparison.new or comparison.revised]
        self.ids = {comparison.table.table_id: comparison.table_id for comparison in comparisons}
        self.known = known
        self.document_id = document_id_of(reading, known)

    def write(self) -> None:
        self._document()
        for comparison in self.changed:
            if comparison.known is None:
                self._new_table(comparison)
            self._cells(comparison)
            self._revisions(comparison)
            update_controls(self.files, comparison.table_id)

    def _document(self) -> None:
        document = self.reading.document
        if self.document_id in self.known.documents:
            return
        held = document.held_on
        title = (
            f"Referat, Social- og arbejdsmarkedsudvalget den {held.day}. {MONTHS[held.month - 1]} {held.year}"
            if held
            else document.title
        )
        self.files["source_documents"].add(
            document_id=self.document_id,
            document_title=title,
            publisher="Randers Kommune",
            document_date=held,
            file_name=document.path.name,
            sha256=document.sha256,
            line_count=document.line_count,
        )

    # --- tables ------------------------------------------------------------------------------------------------------

    def _new_table(self, comparison: Comparison) -> None:
        """Add a known form of another date or period: a table of its own, with the rules of the first one."""
        table = comparison.table
        base = self.known.of_form(table.table_id)[0]
        first = next(row for row in self.files["printed_tables"].rows if row["table_id"] == base.table_id)
        self.files["printed_tables"].add(
            table_id=comparison.table_id,
            form_id=table.table_id,
            document_id=self.document_id,
            table_title=comparison.title,
            as_of_date=table.as_of,
            is_table=1,
            unit_as_printed=first["unit_as_printed"],
            row_count=0,
            column_count=0,
            numeric_cells=0,
            control_total=0,
            position_total=0,
            price_level_year=table.price_level,
            header_line=table.line,
        )
        for rule in self.known.rules:
            if rule.table_id == base.table_id:
                self._copy_rule(rule, base, comparison)

    def _copy_rule(self, rule: Rule, base: KnownTable, comparison: Comparison) -> None:
        find = self._rows_of_rule if rule.axis == "row" else self._columns_of_rule
        found = find(rule, base, comparison)
        if found is None:
            return
        position, terms = found
        check_id = f"{rule.rule_id}{comparison.table_id.removeprefix(base.table_id)}"
        self.files["checks"].add(
            check_id=check_id,
            check_kind=rule.kind,
            description=rule.name,
            figure_id=line_id(comparison.table_id, rule.axis, position),
        )
        for table_id, at, coefficient in terms:
            self.files["check_terms"].add(
                check_id=check_id,
                role="numerator",
                figure_id=line_id(table_id, rule.axis, at),
                coefficient=coefficient,
            )

    def _rows_of_rule(self, rule: Rule, base: KnownTable, comparison: Comparison) -> "_Places | None":
        """Number the rows that a rule means in the new table; None where it does not print them."""
        found = rule_terms(rule, comparison.table, base, self.reading, self.known)
        if found is None:
            return None
        total, terms = found
        places = [
            (self.ids[other.table_id], other.rows.index(row) + 1, coefficient) for other, row, coefficient in terms
        ]
        return comparison.table.rows.index(total) + 1, places

    def _columns_of_rule(self, rule: Rule, base: KnownTable, comparison: Comparison) -> "_Places | None":
        columns = {key(label): at for at, label in enumerate(comparison.table.columns, 1)}
        position = columns.get(key(base.columns[rule.position]))
        places = [
            (comparison.table_id, at, term.coefficient)
            for term in rule.terms
            if (at := columns.get(key(base.columns[term.position])))
        ]
        return (position, places) if position and len(places) == len(rule.terms) else None

    # --- cells -------------------------------------------------------------------------------------------------------

    def _cells(self, comparison: Comparison) -> None:
        is_of_plan = comparison.table.table_id.startswith("FP-")
        file = self.files["plan_table_cells" if is_of_plan else "minutes_table_cells"]
        new = {(difference.row_no, difference.column_no): difference for difference in comparison.new}
        there = set(comparison.known.cells) if comparison.known else set()
        unit_of_blank = _units(comparison)
        for row_no, row_label in sorted(comparison.rows.items()):
            for column_no, column_label in sorted(comparison.columns.items()):
                if (row_no, column_no) in there:
                    continue
                # a cell that neither document prints: its row is in the one, its column in the other
                difference = new.get((row_no, column_no))
                cell = difference.cell if difference else None
                file.add(
                    table_id=comparison.table_id,
                    row_no=row_no,
                    column_no=column_no,
                    row_label=row_label,
                    column_label=column_label,
                    value_as_printed=cell.value.printed if cell else "",
                    unit=cell.unit if cell else unit_of_blank(row_no, column_no),
                    document_id=self.document_id,
                    source_line=cell.line if cell else comparison.table.line,
                )
        file.sort_cells(comparison.table_id)
        if comparison.table.table_id == "SAU-08":
            self._thresholds(comparison)

    def _thresholds(self, comparison: Comparison) -> None:
        """Add the limits of a new year, from which its refund is computed."""
        for difference in comparison.new:
            bracket = re.search(r"\b(25|50|75) ?(?:pct|%)", difference.row_label)
            year = period_of(difference.column_label)
            if bracket and year and (year.year, bracket[1]) not in self.known.thresholds:
                self.files["refund_thresholds"].add(
                    year=year.year,
                    bracket=bracket[1],
                    threshold_dkk=difference.cell.value.number,
                    refund_rate_share=Decimal(bracket[1]).scaleb(-2),
                    document_id=self.document_id,
                    place="SAU-08",
                )

    def _revisions(self, comparison: Comparison) -> None:
        file = self.files["cell_revisions"]
        for difference in comparison.revised:
            file.add(
                table_id=comparison.table_id,
                row_no=difference.row_no,
                column_no=difference.column_no,
                revision_no=_revisions_of(file, comparison.table_id, difference.row_no, difference.column_no) + 1,
                earlier_value_as_printed=difference.earlier,
                revised_value_as_printed=difference.cell.value.printed,
                document_id=self.document_id,
                source_line=difference.cell.line,
            )


_Places = tuple[int, list[tuple[str, int, Decimal]]]  # position of the total; table, position and coefficient of a term


def _revisions_of(file: SeedFile, table_id: str, row_no: int, column_no: int) -> int:
    place = (table_id, str(row_no), str(column_no))
    return sum((row["table_id"], row["row_no"], row["column_no"]) == place for row in file.rows)


def _units(comparison: Comparison) -> Callable[[int, int], str]:
    """Give the unit of a blank cell by its place, from the other cells of its row or column."""
    by_row: dict[int, set[str]] = {}
    by_column: dict[int, set[str]] = {}
    cells = [(d.row_no, d.column_no, d.cell.unit) for d in comparison.new]
    if comparison.known:
        cells += [(row, column, cell.unit) for (row, column), cell in comparison.known.cells.items()]
    for row, column, unit in cells:
        by_row.setdefault(row, set()).add(unit)
        by_column.setdefault(column, set()).add(unit)

    def unit_of_blank(row_no: int, column_no: int) -> str:
        units = by_row.get(row_no, set())
        return next(iter(units if len(units) == 1 else by_column[column_no]))

    return unit_of_blank

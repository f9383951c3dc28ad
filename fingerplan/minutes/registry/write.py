"""Write what a document prints anew into the seeds, with its provenance.

A cell that the seeds have keeps its line: another value becomes a line of `cell_revisions` beside it. All files are
made and checked in a copy first, and put in place only when every seed is as declared.
"""

import csv
import errno
import io
import re
import shutil
import tempfile
from decimal import Decimal
from pathlib import Path

from fingerplan import atomic_files
from fingerplan.minutes.danish_text import MONTHS, key, period_of, read_value
from fingerplan.minutes.registry.compare import Comparison, document_id_of
from fingerplan.minutes.registry.known_figures import Known, Rule
from fingerplan.minutes.tables.printed_table import Reading
from fingerplan.minutes.verify.checks import rule_terms
from fingerplan.seeds import check_seeds


class _File:
    """A seed file as rows; what is not changed is written as it was read."""

    def __init__(self, root: Path, name: str):
        self.path = next(root.glob(f"seeds/*/{name}.csv"))
        with self.path.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            self.columns = list(reader.fieldnames or [])
            self.rows = list(reader)

    def add(self, **values: object) -> None:
        """Add a row behind the last one of its table, or at the end."""
        row = {column: "" if values.get(column) is None else str(values[column]) for column in self.columns}
        at = len(self.rows)
        if "table_id" in row:
            same = [at for at, other in enumerate(self.rows) if other["table_id"] == row["table_id"]]
            at = same[-1] + 1 if same else at
        self.rows.insert(at, row)

    def save(self) -> None:
        """Write the rows as the seeds are written."""
        text = io.StringIO()
        writer = csv.DictWriter(text, self.columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        atomic_files.write_text(self.path, text.getvalue())


def write(root: Path, reading: Reading, comparisons: list[Comparison], known: Known) -> list[Path]:
    """Write new figures and revisions into the seeds below `root`.

    Returns:
        The files that changed, below the root.

    Raises:
        Refused: with exit code 3, where the seeds would not be as declared; nothing is written then.
        OSError: where the disk does not take them.
    """
    changed = [comparison for comparison in comparisons if comparison.new or comparison.revised]
    if not changed:
        return []
    # beside the seeds, so that a file is put in place by a rename, and not among them, where a build would find it
    with tempfile.TemporaryDirectory(dir=root, prefix=".minutes-") as folder:
        copy = Path(folder)
        try:
            shutil.copytree(root / "seeds", copy / "seeds")
        except shutil.Error as error:  # one message a file
            raise OSError(errno.EIO, error.args[0][0][2], str(root / "seeds")) from None
        shutil.copy(root / "dbt_project.yml", copy)
        writer = _Writer(copy, reading, changed, comparisons, known)
        writer.write()
        check_seeds(copy)
        paths = [file.path.relative_to(copy) for file in writer.files.values()]
        files = [path for path in paths if (copy / path).read_bytes() != (root / path).read_bytes()]
        _replace_all(files, copy, root)
    return files


def _replace_all(files: list[Path], copy: Path, root: Path) -> None:
    """Put the files in place, and the old ones back where one of them fails.

    Where even that is cut short, what is referred to stands before what refers to it, so the command can run again.
    """
    before = {file: (root / file).read_bytes() for file in files}
    try:
        for file in files:
            atomic_files.replace(copy / file, root / file)
    except BaseException:
        for file, content in before.items():
            (root / file).write_bytes(content)
        raise


class _Writer:
    def __init__(self, root: Path, reading: Reading, changed: list[Comparison], all_: list[Comparison], known: Known):
        names = (
            "source_documents", "printed_tables", "table_rules", "refund_thresholds", "plan_table_cells",
            "minutes_table_cells", "cell_revisions",
        )  # fmt: skip
        self.files = {name: _File(root, name) for name in names}
        self.reading = reading
        self.changed = changed
        self.ids = {comparison.table.table_id: comparison.table_id for comparison in all_}
        self.known = known
        self.document_id = document_id_of(reading, known)

    def write(self) -> None:
        self._document()
        for comparison in self.changed:
            if comparison.known is None:
                self._new_table(comparison)
            self._cells(comparison)
            self._revisions(comparison)
            self._controls(comparison)
        for file in self.files.values():
            file.save()

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
        """Another date or period of a known form: a table of its own, with the rules of the first one."""
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
                self._copy_rule(rule, comparison)

    def _copy_rule(self, rule: Rule, comparison: Comparison) -> None:
        table = comparison.table
        base = self.known.tables[rule.table_id]
        suffix = comparison.table_id.removeprefix(base.table_id)
        if rule.axis == "row":
            found = rule_terms(rule, table, base, self.reading, self.known)
            if found is None:
                return
            total, terms = found
            position = table.rows.index(total) + 1
            places = [(self.ids[other.table_id], other.rows.index(row) + 1, c) for other, row, c in terms]
        else:
            columns = {key(label): at for at, label in enumerate(table.columns, 1)}
            position = columns.get(key(base.columns[rule.position]))
            places = [(comparison.table_id, columns.get(key(base.columns[at])), c) for _, at, c in rule.terms]
            if position is None or any(at is None for _, at, _ in places):
                return
        for term_table_id, term_position, coefficient in places:
            self.files["table_rules"].add(
                rule_id=f"{rule.rule_id}{suffix}",
                check_kind=rule.kind,
                rule_name=rule.name,
                table_id=comparison.table_id,
                axis=rule.axis,
                position=position,
                term_table_id=term_table_id,
                term_position=term_position,
                coefficient=coefficient,
            )

    # --- cells -------------------------------------------------------------------------------------------------------

    def _cells(self, comparison: Comparison) -> None:
        plan = comparison.table.table_id.startswith("FP-")
        file = self.files["plan_table_cells" if plan else "minutes_table_cells"]
        rows, columns = comparison.rows, comparison.columns
        new = {(d.row_no, d.column_no): d for d in comparison.new}
        there = set(comparison.known.cells) if comparison.known else set()
        units = _units(comparison)
        for row_no, row_label in sorted(rows.items()):
            for column_no, column_label in sorted(columns.items()):
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
                    unit=cell.unit if cell else units(row_no, column_no),
                    document_id=self.document_id,
                    source_line=cell.line if cell else comparison.table.line,
                )
        own = [row for row in file.rows if row["table_id"] == comparison.table_id]
        ordered = iter(sorted(own, key=lambda row: (int(row["row_no"]), int(row["column_no"]))))
        file.rows = [next(ordered) if row["table_id"] == comparison.table_id else row for row in file.rows]
        if comparison.table.table_id == "SAU-08":
            self._thresholds(comparison)

    def _thresholds(self, comparison: Comparison) -> None:
        """The limits of a new year: from them its refund is computed."""
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
        for difference in comparison.revised:
            file = self.files["cell_revisions"]
            place = (comparison.table_id, str(difference.row_no), str(difference.column_no))
            before = [row for row in file.rows if (row["table_id"], row["row_no"], row["column_no"]) == place]
            file.add(
                table_id=comparison.table_id,
                row_no=difference.row_no,
                column_no=difference.column_no,
                revision_no=len(before) + 1,
                earlier_value_as_printed=difference.earlier,
                revised_value_as_printed=difference.cell.value.printed,
                document_id=self.document_id,
                source_line=difference.cell.line,
            )

    def _controls(self, comparison: Comparison) -> None:
        """Count the table again: its batch controls are of every cell as first printed."""
        cells = [
            (int(row["row_no"]), int(row["column_no"]), value.number)
            for name in ("plan_table_cells", "minutes_table_cells")
            for row in self.files[name].rows
            if row["table_id"] == comparison.table_id and (value := read_value(row["value_as_printed"]))
        ]
        numbers = [(row, column, number) for row, column, number in cells if number is not None]
        record = next(
            row for row in self.files["printed_tables"].rows if row["table_id"] == comparison.table_id
        )  # fmt: skip
        record |= {
            "row_count": str(max(row for row, _, _ in cells)),
            "column_count": str(max(column for _, column, _ in cells)),
            "numeric_cells": str(len(numbers)),
            "control_total": str(sum(number for _, _, number in numbers)),
            "position_total": str(sum(number * (100 * row + column) for row, column, number in numbers)),
        }


def _units(comparison: Comparison):
    """Give the unit of a blank cell from the others of its row or column."""
    by_row: dict[int, set[str]] = {}
    by_column: dict[int, set[str]] = {}
    cells = [(d.row_no, d.column_no, d.cell.unit) for d in comparison.new]
    if comparison.known:
        cells += [(row, column, cell.unit) for (row, column), cell in comparison.known.cells.items()]
    for row, column, unit in cells:
        by_row.setdefault(row, set()).add(unit)
        by_column.setdefault(column, set()).add(unit)

    def unit(row: int, column: int) -> str:
        units = by_row.get(row, set())
        return next(iter(units if len(units) == 1 else by_column[column]))

    return unit

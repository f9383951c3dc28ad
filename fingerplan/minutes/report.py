"""Report what was found in a document: to a person as tables, to a program as JSON."""

import json
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from fingerplan.minutes.danish_text import danish_number
from fingerplan.minutes.registry.compare import Comparison, Difference
from fingerplan.minutes.source.lines import place
from fingerplan.minutes.tables.plan_map import MapName
from fingerplan.minutes.tables.printed_table import Reading
from fingerplan.minutes.verify.sentences import Statement
from fingerplan.minutes.verify.totals import Check


def show(
    console: Console,
    reading: Reading,
    checks: list[Check],
    comparisons: list[Comparison],
    statements: list[Statement],
    names: list[MapName],
) -> None:
    """Print the tables (or the names of the map), how they differ from the seeds, the sentences, and unknown tables."""
    if names:
        _show_names(console, names)
        return
    _show_tables(console, reading, checks, comparisons)
    _show_differences(console, comparisons)
    _show_statements(console, statements)
    for line in reading.repeated:
        console.print(Text(f"Repeated with the same figures: {line}"))
    for unknown in reading.unknown:
        at = place(unknown.line, unknown.page)
        console.print(Text(f"Not a known table: {at}, {unknown.rows} rows: {unknown.head}"), soft_wrap=True)


def _show_tables(
    console: Console, reading: Reading, checks: list[Check], comparisons: list[Comparison]
) -> None:
    shown = _table(f"Tables in {reading.document.path.name}", ("Table", "Title"), ("Rows", "Figures"))
    for name in ("Where", "Unit", "Reconciles"):
        shown.add_column(name, no_wrap=True)
    for comparison in comparisons:
        table = comparison.table
        own = [check for check in checks if table.table_id in check.table_ids]
        _add_row(
            shown,
            comparison.table_id,
            re.sub(r" \(punkt [0-9]+\)$", "", comparison.title),
            f"{len(table.rows)} x {len(table.columns)}",
            str(sum(cell.value.number is not None for row in table.rows for cell in row.cells)),
            ", ".join(filter(None, [place(table.line, table.page), table.punkt])),
            " / ".join(dict.fromkeys(cell.unit for row in table.rows for cell in row.cells)),
            _reconciles(own),
        )
    if comparisons:
        console.print(shown)


def _show_names(console: Console, names: list[MapName]) -> None:
    shown = _table("Names on the plan's map (it prints no figures)", ("Track", "Name", "In the seeds"), ("Line",))
    for name in names:
        indent = "" if name.kind == "track" else "  "
        is_known = "yes" if name.is_known else "no: enter it by hand"
        _add_row(shown, str(name.track_no), indent + name.name, is_known, str(name.line))
    console.print(shown)


def _reconciles(checks: list[Check]) -> str:
    if not checks:
        return "no total printed"
    counts = Counter[str](check.verdict for check in checks)
    words = [f"{counts[verdict]} {verdict}" for verdict in ("exact", "rounding", "documented") if counts[verdict]]
    if counts["unreconciled"]:
        words.append(f"{counts['unreconciled']} do not reconcile")
    return ", ".join(words)


def _show_differences(console: Console, comparisons: list[Comparison]) -> None:
    new = sum(len(comparison.new) for comparison in comparisons)
    revised = sum(len(comparison.revised) for comparison in comparisons)
    same = sum(comparison.same for comparison in comparisons)
    superseded = sum(comparison.superseded for comparison in comparisons)
    counts = f"{new} cells new, {revised} revised, {same} the same"
    older = f", {superseded} revised by a later document" if superseded else ""
    console.print(f"Compared with the seeds: {counts}{older}", highlight=False)
    if revised:
        shown = _table("Revised", ("Table", "Row", "Column"), ("Before", "Now", "Line"))
        for comparison in comparisons:
            for difference in comparison.revised:
                _add_row(
                    shown,
                    comparison.table_id,
                    difference.row_label,
                    difference.column_label,
                    difference.earlier or "blank",
                    difference.cell.value.printed or "blank",
                    str(difference.cell.line),
                )
        console.print(shown)
    if new:
        shown = _table("New", ("Table", "Row", "Figures, from the first new column"), ("Line",))
        for comparison in comparisons:
            rows: dict[str, list[Difference]] = {}
            for difference in comparison.new:
                rows.setdefault(difference.row_label, []).append(difference)
            for label, differences in rows.items():
                figures = "   ".join(difference.cell.value.printed or "blank" for difference in differences)
                _add_row(shown, comparison.table_id, label, figures, str(differences[0].cell.line))
        console.print(shown)


def _table(title: str, columns: tuple[str, ...], numbers: tuple[str, ...]) -> Table:
    table = Table(title=Text(title, "table.title"), title_justify="left")
    table.add_column(columns[0], no_wrap=True)
    for name in columns[1:]:
        table.add_column(name)
    for name in numbers:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _add_row(table: Table, *cells: str) -> None:
    """Add what a document prints: brackets in it are not markup."""
    table.add_row(*map(Text, cells))


def _show_statements(console: Console, statements: list[Statement]) -> None:
    checked = [statement for statement in statements if statement.verdict]
    if not statements:
        return
    counts = Counter[str](statement.verdict for statement in checked if statement.verdict)
    held = [verdict for verdict in ("exact", "rounding", "documented") if counts[verdict]]
    words = ", ".join(f"{counts[verdict]} {verdict}" for verdict in held)
    differs = f", {counts['unreconciled']} differ" if counts["unreconciled"] else ""
    console.print(
        f"Sentences: {len(statements)} figures read, {len(checked)} given by the tables: {words or 'none'}{differs}",
        highlight=False,
    )


def sentence_warnings(statements: list[Statement]) -> list[str]:
    """Say where a sentence and the tables disagree: one of them is misprinted, and the tables count."""
    return [
        f"line {statement.line}: the text says {statement.value.printed} ({statement.figure.row_label}), and the tables"
        f" give {danish_number(round(check.computed, 2))}: {check.claim.description}"
        for statement in statements
        for check in statement.checks
        if check.verdict == "unreconciled"
    ]


def write_json(reading: Reading, out: Path) -> int:
    """Write one object per figure, in printed order; returns how many.

    `value` is in the printed unit; blank cells and dashes are not figures.
    """
    figures = [
        {
            "table_id": table.table_id,
            "row_no": row_no,
            "column_no": column_no,
            "row_label": row.label,
            "column_label": column,
            "value_as_printed": cell.value.printed,
            "value": _json_number(cell.value.number),
            "unit": cell.unit,
            "source_line": cell.line,
            "page": cell.page,
            "punkt": table.punkt or None,
        }
        for table in reading.tables
        for row_no, row in enumerate(table.rows, 1)
        for column_no, (column, cell) in enumerate(zip(table.columns, row.cells, strict=True), 1)
        if cell.value.number is not None
    ]
    lines = ",\n".join(json.dumps(figure, ensure_ascii=False) for figure in figures)
    out.write_text(f"[\n{lines}\n]\n" if figures else "[]\n", encoding="utf-8")
    return len(figures)


def _json_number(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)

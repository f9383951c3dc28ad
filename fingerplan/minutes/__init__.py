"""Read the tables of committee minutes and of the plan, compare them with the seeds, and write what is new."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from fingerplan.minutes import report
from fingerplan.minutes.known_figures import Known, load
from fingerplan.minutes.registry import write as seeds
from fingerplan.minutes.registry.compare import Comparison, compare
from fingerplan.minutes.report import write_json
from fingerplan.minutes.source.document import read_document
from fingerplan.minutes.source.lines import refuse
from fingerplan.minutes.tables.plan_map import MapName, read_map
from fingerplan.minutes.tables.printed_table import Reading
from fingerplan.minutes.tables.reader import read_tables
from fingerplan.minutes.verify.checks import check_reading
from fingerplan.minutes.verify.sentences import Statement, read_statements
from fingerplan.minutes.verify.totals import Check
from fingerplan.seeds import check_seeds

__all__ = ["Minutes", "left_by_hand", "read", "show", "warnings", "write", "write_json"]


@dataclass
class Minutes:
    """A document as it was read: its tables, checks, sentences and names, and how it compares with the seeds."""

    reading: Reading
    checks: list[Check]
    comparisons: list[Comparison]
    statements: list[Statement]
    names: list[MapName]  # of the plan's map, which has no tables
    known: Known


def read(root: Path, file: Path, on_progress: Callable[[int, int], None] = lambda done, total: None) -> Minutes:
    """Read a document and check it against itself and the seeds below `root`.

    Whatever cannot be read or does not hold is in the findings of the reading.

    Raises:
        Refused: with exit code 3 and one line, where the file is neither minutes nor a plan.
    """
    known = load(check_seeds(root))
    document = read_document(file, on_progress)
    reading = read_tables(document, known)
    names = [] if reading.tables else read_map(document, known)
    if not reading.tables and not names and not reading.findings:
        raise refuse(file, "has no table of the minutes or the plan")
    checks = check_reading(reading, known)
    comparisons = compare(reading, known)
    return Minutes(reading, checks, comparisons, read_statements(reading, known), names, known)


def show(console: Console, minutes: Minutes) -> None:
    """Print what was found."""
    report.show(console, minutes.reading, minutes.checks, minutes.comparisons, minutes.statements, minutes.names)


def warnings(minutes: Minutes) -> list[str]:
    """Say where the sentences and the tables disagree."""
    return report.sentence_warnings(minutes.statements)


def write(root: Path, minutes: Minutes) -> list[Path]:
    """Write what is new into the seeds below `root`; returns the files that changed.

    Raises:
        Refused: with exit code 3, where the seeds would not be as declared; nothing is written then.
    """
    return seeds.write(root, minutes.reading, minutes.comparisons, minutes.known)


def left_by_hand(minutes: Minutes) -> list[str]:
    """Say what new figures need that no document states: how an effect is measured, which key figure a row is."""
    lines = []
    for comparison in minutes.comparisons:
        table_id = comparison.table.table_id
        if comparison.known is None and comparison.table.form.station is not None:
            lines.append(f"{comparison.table_id}: declare its lines and their method in seeds/plan/budget_lines.csv")
        if comparison.known and table_id in minutes.known.kpi_tables:
            new = {difference.row_no: difference.row_label for difference in comparison.new}
            lines += [
                f"{table_id}, row {label!r}: say which key figure it is in seeds/kpi/kpi_series.csv"
                for row_no, label in new.items()
                if row_no not in comparison.known.rows
            ]
    return lines

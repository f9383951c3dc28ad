"""Change seed files: all of them are written and checked in a copy, and put in place as one step when all are valid."""

import csv
import errno
import io
import shutil
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path

from fingerplan import atomic_files, seed_changes
from fingerplan.minutes.danish_text import read_value
from fingerplan.minutes.known_figures import CELL_SEEDS
from fingerplan.seeds import check_seeds

Record = dict[str, str]


class SeedFile:
    """A seed file as rows; a row that is not changed is written as it was read."""

    def __init__(self, path: Path):
        """Read a seed.

        Raises:
            OSError: where it cannot be read.
        """
        self.path = path
        with self.path.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            self.columns = list(reader.fieldnames or [])
            self.rows: list[Record] = list(reader)

    def add(self, **values: object) -> None:
        """Add a row below the last one of its table, or at the end."""
        row = {column: "" if values.get(column) is None else str(values[column]) for column in self.columns}
        at = len(self.rows)
        if "table_id" in row:
            same = [at for at, other in enumerate(self.rows) if other["table_id"] == row["table_id"]]
            at = same[-1] + 1 if same else at
        self.rows.insert(at, row)

    def sort_cells(self, table_id: str) -> None:
        """Put the cells of a table in printed order, in the places that they take in the file."""
        own = [row for row in self.rows if row["table_id"] == table_id]
        ordered = iter(sorted(own, key=lambda row: (int(row["row_no"]), int(row["column_no"]))))
        self.rows = [next(ordered) if row["table_id"] == table_id else row for row in self.rows]

    def save(self) -> None:
        """Write the rows as the seeds are written."""
        text = io.StringIO()
        writer = csv.DictWriter(text, self.columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        atomic_files.write_text(self.path, text.getvalue())


SeedFiles = dict[str, SeedFile]


def change_seeds(root: Path, names: Iterable[str], change: Callable[[SeedFiles], None]) -> list[Path]:
    """Change the named seeds below `root`, all or none. Call it within `seed_changes.writing`.

    Returns:
        The files that changed, relative to the root.

    Raises:
        Refused: with exit code 3, by `change` or where the seeds would not be as declared; nothing is written then.
        OSError: where the disk does not take them.
    """
    with seed_changes.staged(root) as copy:
        try:
            shutil.copytree(root / "seeds", copy / "seeds")
        except shutil.Error as error:  # one message a file
            raise OSError(errno.EIO, error.args[0][0][2], str(root / "seeds")) from None
        shutil.copy(root / "dbt_project.yml", copy)
        files = [SeedFile(next(copy.glob(f"seeds/*/{name}.csv"))) for name in names]
        before = {file.path: file.path.read_bytes() for file in files}
        change({file.path.stem: file for file in files})
        for file in files:
            file.save()
        check_seeds(copy)
        changed = {path.relative_to(copy): old for path, old in before.items() if path.read_bytes() != old}
        if changed:
            seed_changes.commit(root, changed)
    return list(changed)


def update_controls(files: SeedFiles, table_id: str) -> None:
    """Count a table again: the batch controls of `printed_tables` are of every cell as first printed."""
    cells = [
        (int(row["row_no"]), int(row["column_no"]), value.number)
        for name in CELL_SEEDS
        for row in files[name].rows
        if row["table_id"] == table_id and (value := read_value(row["value_as_printed"]))
    ]
    numbers = [(row, column, number) for row, column, number in cells if number is not None]
    record = next(row for row in files["printed_tables"].rows if row["table_id"] == table_id)
    record |= {
        "row_count": str(max(row for row, _, _ in cells)),
        "column_count": str(max(column for _, column, _ in cells)),
        "numeric_cells": str(len(numbers)),
        "control_total": str(sum((number for _, _, number in numbers), Decimal(0))),
        "position_total": str(sum((number * (100 * row + column) for row, column, number in numbers), Decimal(0))),
    }

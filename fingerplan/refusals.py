"""What stops a command: its lines, its exit code, and who may run it at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import typer
from typer.core import TyperGroup

from fingerplan.errors import BUILD_FAILED, INTERRUPTED, LOCKED, Refused
from fingerplan.gate.personal_data import mask_cpr_numbers
from fingerplan.paths import Warehouse
from fingerplan.steps import NOTHING_PUBLISHED, Steps, open_output
from fingerplan.warehouse.history import Run
from fingerplan.warehouse.publish import run_of

_UsageError: Any = typer.BadParameter.__base__  # Typer does not export it


class Commands(TyperGroup):
    """The commands of the command line."""

    def main(self, *arguments: Any, **options: Any) -> Any:  # as Typer types it
        """Parse and run a command, whoever runs it and whatever becomes of its output."""
        open_output()
        _name_a_home()
        return super().main(*arguments, **options)

    def invoke(self, ctx: Any) -> Any:
        """Run a command; what it refuses about its arguments names no person, whatever was given."""
        try:
            return super().invoke(ctx)
        except _UsageError as error:
            error.message = mask_cpr_numbers(error.message)
            raise


def _name_a_home() -> None:
    """Give an account that is in no list of accounts a home: Great Expectations and dbt do not start without one."""
    try:
        Path.home()
    except RuntimeError:
        os.environ["HOME"] = os.sep  # as containers do


def lines_of(error: BaseException) -> list[str]:
    """Write what stopped a command as lines without a traceback."""
    if isinstance(error, Refused):
        return error.findings
    if isinstance(error, OSError):  # a full disk, a folder without permissions
        return [f"{error.filename or 'a file'}: {error.strerror or error}"]
    if isinstance(error, MemoryError):
        return ["out of memory; close other programs and run again"]
    if isinstance(error, KeyboardInterrupt):
        return ["interrupted"]
    first_line = next(iter(str(error).splitlines()), "")
    return [first_line if isinstance(error, duckdb.Error) else f"{type(error).__name__}: {first_line}"]


@contextmanager
def one_line(steps: Steps, exit_code: int) -> Iterator[None]:
    """Turn what stops a command that publishes nothing into one line an error."""
    try:
        yield
    except (Refused, OSError, duckdb.Error, MemoryError, KeyboardInterrupt) as error:
        for line in lines_of(error):
            steps.error(line)
        if isinstance(error, KeyboardInterrupt):
            exit_code = INTERRUPTED
        elif isinstance(error, Refused) and error.exit_code == LOCKED:
            exit_code = LOCKED
        raise typer.Exit(exit_code) from None


@contextmanager
def run_recorded(steps: Steps, warehouse: Warehouse, command: str) -> Iterator[Run]:
    """Run a command under the lock, and say what the history had lost."""
    run = None
    try:
        with refusals(steps), run_of(warehouse, command) as run:
            yield run
    finally:
        for line in run.warnings if run else []:
            steps.warn(line)


@contextmanager
def refusals(steps: Steps, outcome: str = NOTHING_PUBLISHED) -> Iterator[None]:
    """Turn what stops a command into one line an error, and one that says what stays as it was."""
    try:
        yield
    except (Refused, OSError, MemoryError, KeyboardInterrupt) as error:
        exit_code = error.exit_code if isinstance(error, Refused) else BUILD_FAILED
        steps.refuse(lines_of(error), exit_code, outcome)
        raise typer.Exit(exit_code) from None

"""The command line: parses, calls and says what happened."""

import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from fingerplan import headline, seed_gate
from fingerplan.brief import write_brief
from fingerplan.errors import BUILD_FAILED, Refused
from fingerplan.paths import PROJECT, Warehouse
from fingerplan.publishing import build_and_publish
from fingerplan.sample import write_sample

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def main() -> None:
    """The warehouse of Fingerplanen: expected against realised effect, station by station."""


@app.command()
def build() -> None:
    """Check the seeds, build and test the warehouse, publish it and print the headline."""
    console = _console()
    warehouse = Warehouse.from_environment()
    warnings: list[str] = []
    with _refusals():
        with _step(console, "Checking seeds") as said:
            said.append(f"{seed_gate.check_seeds(PROJECT)} rows")
        with _step(console, "Building and testing") as said, _progress(console) as on_progress:
            counts = build_and_publish(warehouse, on_progress, warnings.append)
            tests = counts.get("test", 0) + counts.get("unit_test", 0)
            said.append(f"{counts.get('seed', 0)} seeds, {counts.get('model', 0)} models, {tests} tests passed")
    for warning in warnings:
        typer.echo(f"Warning: {warning}", err=True)
    console.print(f"Published {warehouse.published}", highlight=False, soft_wrap=True)
    headline.show(console, headline.read(warehouse.published))


@app.command()
def sample() -> None:
    """Write the synthetic extracts again, the same bytes each time."""
    for file in write_sample(PROJECT):
        typer.echo(file.relative_to(PROJECT))


@app.command()
def brief(out: Annotated[Path, typer.Option("--out", help="File to write, .html or .xlsx.")]) -> None:
    """Write the meeting brief from the published warehouse."""
    published = Warehouse.from_environment().published
    if not published.is_file():
        raise typer.BadParameter(f"{published} is not there; run fingerplan build first")
    try:
        write_brief(headline.read(published), out)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    except OSError as error:
        raise typer.BadParameter(f"{out}: {error.strerror or error}") from None
    typer.echo(f"Wrote {out}")


def _console() -> Console:
    # in a pipe rich would fold the table at 80 columns, in the middle of the station names
    return Console() if sys.stdout.isatty() else Console(width=130)


@contextmanager
def _step(console: Console, what: str):
    started = time.monotonic()
    said: list[str] = []
    yield said
    console.print(f"{what}: {', '.join(said)} ({time.monotonic() - started:.1f} s)", highlight=False)


@contextmanager
def _progress(console: Console):
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Building", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


@contextmanager
def _refusals():
    try:
        yield
    except (Refused, OSError) as error:
        if isinstance(error, OSError):  # a full disk, a folder without rights
            error = Refused(BUILD_FAILED, [f"{error.filename or 'the warehouse'}: {error.strerror or error}"])
        for finding in error.findings:
            typer.echo(finding, err=True)
        typer.echo("Nothing was published; the published warehouse is as it was.", err=True)
        raise typer.Exit(error.exit_code) from None

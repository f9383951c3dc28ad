"""Whatever stops a command is a line and an exit code, and names no person."""


import duckdb
import pytest
import typer
from typer.testing import CliRunner

from fingerplan import cli
from fingerplan.errors import BUILD_FAILED, INTERRUPTED, LOCKED, REJECTED, Refused
from fingerplan.paths import Warehouse
from fingerplan.refusals import one_line, refusals, run_recorded
from fingerplan.steps import Steps


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (Refused(REJECTED, ["one", "two"]), "one\ntwo"),
        (OSError(28, "No space left on device", "/a"), "/a: No space left on device"),
        (OSError("disk full"), "a file: disk full"),
        (duckdb.IOException("IO Error: no\nLINE 1"), "IO Error: no"),
        (MemoryError(), "out of memory; close other programs and run again"),
    ],
)
def test_what_stops_a_command_is_a_line_without_a_traceback(capsys, error, line):
    with pytest.raises(typer.Exit) as stopped, one_line(Steps(), 3):
        raise error
    assert stopped.value.exit_code == 3
    assert capsys.readouterr().err == f"{line}\n"


@pytest.mark.parametrize(("error", "code"), [(Refused(LOCKED, ["in use"]), LOCKED), (KeyboardInterrupt(), INTERRUPTED)])
def test_a_lock_and_an_interruption_keep_their_own_code(error, code):
    with pytest.raises(typer.Exit) as stopped, one_line(Steps(), 3):
        raise error
    assert stopped.value.exit_code == code


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (Refused(REJECTED, ["one"]), REJECTED, "one"),
        (OSError(28, "No space left on device", "/a"), BUILD_FAILED, "/a: No space left on device"),
        (KeyboardInterrupt(), BUILD_FAILED, "interrupted"),
        (MemoryError(), BUILD_FAILED, "out of memory; close other programs and run again"),
    ],
)
def test_what_stops_a_publication_says_that_nothing_was_published(capsys, error, code, line):
    with pytest.raises(typer.Exit) as stopped, refusals(Steps()):
        raise error
    assert stopped.value.exit_code == code
    first, last = capsys.readouterr().err.splitlines()
    assert (first, last) == (line, "Nothing was published; the published warehouse is as it was.")


@pytest.mark.parametrize(
    "arguments",
    [
        ("refresh", "--month", "2026-05", "--cases", "/nowhere/Sager 010190-7391.csv"),
        ("refresh", "--month", "010190-7391", "--cases", __file__),
        ("check", "/nowhere/0101907391.csv"),
        ("0101907391",),
        ("check", "--0101907391"),
    ],
    ids=["a file", "a month", "an argument", "a command", "an option"],
)
def test_a_usage_error_repeats_no_persons_number(arguments, monkeypatch, tmp_path):
    """The number is made up."""
    monkeypatch.setenv("FINGERPLAN_WAREHOUSE", str(tmp_path / "plan.duckdb"))
    outcome = CliRunner().invoke(cli.app, arguments)
    assert outcome.exit_code == 2
    assert "(masked)" in outcome.output
    assert "7391" not in outcome.output


def test_the_warnings_of_a_run_are_said_also_where_it_is_refused(tmp_path, capsys):
    warehouse = Warehouse(tmp_path / "plan.duckdb")
    with pytest.raises(typer.Exit), run_recorded(Steps(), warehouse, "verify") as run:
        run.warnings.append("a file of the history could not be read")
        raise Refused(BUILD_FAILED, ["damaged"])
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "damaged"
    assert said[-1] == "Warning: a file of the history could not be read"

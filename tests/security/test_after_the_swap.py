"""After the swap nothing changes the exit code, and no command ends with a traceback, whoever reads what it prints."""

import io
import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from fingerplan import cli
from fingerplan.errors import BUILD_FAILED, INTERRUPTED, REJECTED, Refused
from fingerplan.minutes import report
from fingerplan.minutes.registry.compare import compare
from fingerplan.minutes.tables.plan_map import MapName
from fingerplan.minutes.tables.reader import read_tables
from fingerplan.outputs import changes, headline
from fingerplan.paths import Warehouse
from fingerplan.steps import Steps
from fingerplan.warehouse.status import Status, show_status
from tests.support.minutes_lines import document
from tests.support.minutes_reading import known
from tests.support.project import ROOT, copy_project
from tests.support.small_brief import change
from tests.support.small_warehouse import small_warehouse

MINUTES = ROOT / "tests" / "fixtures" / "minutes" / "minutes_2026_06_09.txt"
# what Rich would read as a style, an end of nothing, an emoji, a link
MARKUP = ["[/bold]", "[red]Rød[/red]", "Digital [først]", ":red_heart:", "[link=x]y[/link]", "[@click=f]"]
# with a stand-in for dbt; the first argument is run before, as what becomes of the account
RUN = """
import sys
from tests.support.small_warehouse import stand_in_for_dbt
from fingerplan.warehouse import dbt_job
dbt_job.build = stand_in_for_dbt()
exec(sys.argv[1])
from fingerplan.cli import app
app(sys.argv[2:], prog_name="fingerplan")
"""
WITHOUT_ACCOUNT = """
import getpass, os, pwd
def absent(*_):
    raise KeyError("no such account")
pwd.getpwuid = pwd.getpwnam = getpass.getuser = absent
"""


@pytest.fixture(scope="module")
def copied(tmp_path_factory) -> Path:
    project = copy_project(tmp_path_factory.mktemp("project"))
    shutil.copy(MINUTES, project / "referat.txt")  # the gate writes its report beside it
    return project


def start(project: Path, folder: Path, arguments: list[str], before: str = "", **streams) -> subprocess.Popen[str]:
    environment = {
        **{name: os.environ[name] for name in os.environ if not name.startswith(("FINGERPLAN_", "PYTHON", "HOME"))},
        "PYTHONPATH": f"{project}{os.pathsep}{ROOT}",
        "FINGERPLAN_WAREHOUSE": str(folder / "fingerplan.duckdb"),
        "FINGERPLAN_SITE": str(folder / "site"),
    }
    return subprocess.Popen(
        [sys.executable, "-c", RUN, before, *arguments], cwd=project, env=environment, text=True, **streams
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    said = "".join(text or "" for text in process.communicate(timeout=120))
    return process.returncode, said


# --- text that others have written --------------------------------------------------------------------------------


def console() -> Console:
    return Console(width=130, file=io.StringIO())


@pytest.mark.parametrize("name", MARKUP)
def test_the_headline_prints_a_name_as_it_is(tmp_path, name):
    printed = console()
    named = f"update marts.fct_station_effect set station_name = '{name}'"
    headline.show(printed, headline.read(small_warehouse(tmp_path / "a.duckdb", named)))
    assert printed.file.getvalue().count(name) == 2, "expected and realised"


@pytest.mark.parametrize("name", MARKUP)
def test_the_changes_print_a_name_as_it_is(name):
    printed = console()
    changes.show(printed, [change(subject_id=name, figure_name=name)])
    assert printed.file.getvalue().count(name) == 2, "the subject and the figure"


@pytest.mark.parametrize("name", MARKUP)
def test_the_status_prints_a_name_as_it_is(name):
    printed = console()
    show_status(printed, Status(lines=[name], extracts=[("cases", name, "–", "–", "–")], problems=[name]))
    assert printed.file.getvalue().count(name) == 3


@pytest.mark.parametrize("name", MARKUP)
def test_the_minutes_print_a_name_as_it_is(name):
    printed = console()
    text = f"Punkt 80: Et tilbud\n\nForslag (mio. kr.)\t2026\t2027\nPlejetilbud\t\t-4,7\n{name}\t1,0\t-\n"
    reading = read_tables(document(f"{text}\n{name}\tx\ny\tz\n"), known())
    reading.document = replace(reading.document, path=Path(name.replace("/", "")))
    report.show(printed, reading, [], compare(reading, known()), [], [])
    report.show(printed, reading, [], [], [], [MapName("station", 1, name, goal=None, line=3, is_known=True)])
    said = printed.file.getvalue()
    assert said.count(name) == (4 if "/" not in name else 3), "the file, the new row, the unknown head, the map"
    assert f"Tables in {name.replace('/', '')}" in said


def test_a_build_of_a_plan_with_brackets_is_reported_whole(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("FINGERPLAN_WAREHOUSE", str(tmp_path / "plan.duckdb"))
    warehouse = Warehouse.from_environment()
    small_warehouse(warehouse.published, "update marts.fct_station_effect set station_name = '[/bold]'")
    cli._report(Steps(), warehouse, cli.Published(built=None, from_archive=False))
    out, err = capsys.readouterr()
    assert "[/bold]" in out
    assert err == ""


# --- output that nobody takes -------------------------------------------------------------------------------------


def broken(kind: str, stack: ExitStack) -> int:
    """Open what cannot be written: a pipe whose reader has gone, or a disk that is full."""
    if kind == "full":
        descriptor = os.open("/dev/full", os.O_WRONLY)
    else:
        reader, descriptor = os.pipe()
        os.close(reader)
    stack.callback(os.close, descriptor)
    return descriptor


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        (0, ["--help"]),
        (0, ["refresh", "--help"]),
        (2, ["refresh"]),
        (1, ["status"]),
        (REJECTED, ["check", "referat.txt"]),
        (0, ["minutes", str(MINUTES)]),
        (REJECTED, ["minutes", str(ROOT / "Makefile")]),
        (0, ["build"]),
        (0, ["build", "--log-json"]),
        (BUILD_FAILED, ["rollback", "--log-json"]),
        (2, ["export", "--out", "a.csv"]),
        (2, ["brief", "--out", "a.html"]),
        (2, ["site"]),
        (0, ["sample"]),
        (0, ["upgrade-seeds", str(ROOT)]),
    ],
    ids=lambda value: " ".join(value)[:20] if isinstance(value, list) else str(value),
)
def test_output_that_nobody_takes_changes_no_exit_code(copied, tmp_path, code, arguments):
    running = {}
    with ExitStack() as stack:
        for stream in ("stdout", "stderr"):
            other = "stderr" if stream == "stdout" else "stdout"
            # a command that ends with 0 prints nothing on standard error
            for kind in ("full", "pipe", "closed") if code or stream == "stdout" else ("closed",):
                place = tmp_path / f"{stream}-{kind}"
                place.mkdir()
                if kind == "closed":
                    number = {"stdout": 1, "stderr": 2}[stream]
                    streams = {other: subprocess.PIPE, "preexec_fn": lambda number=number: os.close(number)}
                else:
                    streams = {other: subprocess.PIPE, stream: broken(kind, stack)}
                running[stream, kind] = start(copied, place, arguments, **streams)
                if arguments[0] in ("sample", "upgrade-seeds"):  # these hold the seeds for themselves
                    running[stream, kind].wait()
        outcomes = {which: ended(process) for which, process in running.items()}
    assert {which: outcome[0] for which, outcome in outcomes.items()} == dict.fromkeys(running, code), outcomes
    for which, (_, said) in outcomes.items():
        assert "Traceback" not in said, (which, said)
        assert "Exception ignored" not in said, (which, said)


def test_what_is_published_does_not_get_what_was_printed(copied, tmp_path):
    """With standard output closed, the next file that is opened takes its number."""
    code, said = ended(start(copied, tmp_path, ["build"], preexec_fn=lambda: (os.close(0), os.close(1), os.close(2))))
    assert (code, said) == (0, "")
    with duckdb.connect(str(tmp_path / "fingerplan.duckdb"), read_only=True) as connection:
        assert connection.execute("select count(*) from history.run where outcome = 'published'").fetchone() == (1,)
    assert (tmp_path / "fingerplan.duckdb.lock").read_text() == ""


# --- an account that is in no list ---------------------------------------------------------------------------------


def test_a_container_without_an_account_refreshes(copied, tmp_path):
    """Great Expectations asks for a home as it is imported."""
    from benchmarks.deliveries import deliver

    arguments = ["refresh", *deliver(tmp_path, "2026-04")]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    code, said = ended(start(copied, tmp_path, arguments, WITHOUT_ACCOUNT, **streams))
    assert (code, "Traceback" in said) == (0, False), said
    with duckdb.connect(str(tmp_path / "fingerplan.duckdb"), read_only=True) as connection:
        ((owner,),) = connection.execute("select owner from history.run").fetchall()
    assert owner == f"uid {os.getuid()}"


# --- what goes wrong at the end ------------------------------------------------------------------------------------


FAILURES = [
    MemoryError(),
    KeyboardInterrupt(),
    RecursionError("maximum recursion depth exceeded"),
    KeyError("a subject of a later version"),
    UnicodeDecodeError("utf-8", b"\xe6", 0, 1, "invalid start byte"),
    OSError(28, "No space left on device"),
    BrokenPipeError(32, "Broken pipe"),
    duckdb.IOException("IO Error: not a database\nLINE 1"),
    Refused(BUILD_FAILED, ["refused"]),
]


@pytest.mark.parametrize("log_json", [False, True])
@pytest.mark.parametrize("error", FAILURES, ids=lambda error: type(error).__name__)
def test_a_report_that_fails_is_a_warning_of_one_line(tmp_path, monkeypatch, capsys, error, log_json):
    def fail(*_):
        raise error

    monkeypatch.setenv("FINGERPLAN_WAREHOUSE", str(tmp_path / "plan.duckdb"))
    monkeypatch.setattr(cli.changes, "read", fail)
    cli._report(Steps(log_json), Warehouse.from_environment(), cli.Published(built=None, from_archive=False))
    out, err = capsys.readouterr()
    (line,) = (out if log_json else err).splitlines()
    assert "published, but cannot be read now (" in line


@pytest.mark.parametrize("error", FAILURES, ids=lambda error: type(error).__name__)
def test_a_site_that_fails_after_a_refresh_is_a_warning(tmp_path, monkeypatch, capsys, error):
    def fail(*_):
        raise error

    monkeypatch.setenv("FINGERPLAN_WAREHOUSE", str(tmp_path / "plan.duckdb"))
    monkeypatch.setattr("fingerplan.outputs.site.shown_site", fail)
    cli._build_site_of_a_refresh(Steps(), Warehouse.from_environment())
    *lines, last = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert last.startswith("Warning: the warehouse is published, but the site still shows the previous publication")


@pytest.mark.parametrize(("error", "code"), [(MemoryError(), 1), (KeyboardInterrupt(), INTERRUPTED)])
def test_a_status_that_is_stopped_ends_in_one_line(tmp_path, monkeypatch, capsys, error, code):
    def fail(*_):
        raise error

    monkeypatch.setenv("FINGERPLAN_WAREHOUSE", str(tmp_path / "plan.duckdb"))
    monkeypatch.setattr("fingerplan.warehouse.status.read_status", fail)
    with pytest.raises(SystemExit) as stopped:
        cli.app(["status"], prog_name="fingerplan")
    assert stopped.value.code == code
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_damaged_history_is_one_line_of_the_status(copied, tmp_path):
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    assert ended(start(copied, tmp_path, ["build"], **streams))[0] == 0
    (damaged,) = (tmp_path / "history").glob("*/run.parquet")
    damaged.write_bytes(b"PAR1 half a file")
    process = start(copied, tmp_path, ["status"], **streams)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 1
    assert str(damaged) in err + out
    assert "Traceback" not in err
    assert len(err.splitlines()) <= 1

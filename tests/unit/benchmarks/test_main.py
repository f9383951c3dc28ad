"""The command of `make bench`: what it prints, and when it records."""

import io
import json
import sys

import pytest
from rich.console import Console

import benchmarks.__main__ as command
from benchmarks import results
from benchmarks.bench import StepError


@pytest.fixture
def recorded(tmp_path, monkeypatch):
    """The command without the measuring; gives the file that runs are recorded in."""
    record = results.latest()
    monkeypatch.setattr(results, "FILE", tmp_path / "results.jsonl")
    monkeypatch.setattr(command, "Bench", lambda *_: None)
    monkeypatch.setattr(command, "measure", lambda *_: (record, []))
    monkeypatch.setattr(command.checkout, "why_not_recorded", lambda: None)
    monkeypatch.setattr(sys, "argv", ["benchmarks", "--months", "2"])
    return tmp_path / "results.jsonl"


def test_a_run_is_recorded_and_printed_as_the_last_line(recorded, capsys):
    assert command.main() == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert json.loads(last) == json.loads(recorded.read_text())


def test_a_run_of_uncommitted_changes_is_printed_and_not_recorded(recorded, capsys, monkeypatch):
    monkeypatch.setattr(command.checkout, "why_not_recorded", lambda: "Not recorded: 1 change")
    assert command.main() == 0
    lines = capsys.readouterr().out.splitlines()
    assert "Not recorded: 1 change" in lines
    assert json.loads(lines[-1])["commit"]
    assert not recorded.exists()


def test_a_difference_is_said_and_gives_exit_code_1(recorded, capsys, monkeypatch):
    record, _ = command.measure()
    monkeypatch.setattr(command, "measure", lambda *_: (record, ["pandas: effect: 1 rows"]))
    assert command.main() == 1
    assert "DIFFERENT: pandas: effect: 1 rows" in capsys.readouterr().out


def test_a_failed_step_is_said_without_a_traceback(recorded, capsys, monkeypatch):
    def fail(*_: object) -> None:
        raise StepError("run_limit failed")

    monkeypatch.setattr(command, "measure", fail)
    assert command.main() == 1
    assert capsys.readouterr().err == "run_limit failed\n"


@pytest.mark.parametrize("options", [["--months", "1"], ["--cases", "0"], ["--municipalities", "0"]])
def test_a_run_that_is_too_small_is_a_usage_error(recorded, monkeypatch, options):
    monkeypatch.setattr(sys, "argv", ["benchmarks", *options])
    with pytest.raises(SystemExit) as stopped:
        command.main()
    assert stopped.value.code == 2


def test_limits_that_are_not_kept_are_said():
    record = results.latest()
    record["peak_mb"] = results.PEAK_MB + 1
    stream = io.StringIO()
    command.show(Console(file=stream, width=200), record)
    assert "NOT MET: peak memory of the full build, MB: 8193, at most 8192" in stream.getvalue()
    assert "\nmet: fixed start of a refresh" in stream.getvalue()

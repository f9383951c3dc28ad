"""The command of `make reliability`: which parts run, what is recorded, and its exit code."""

import json
import sys

import pytest

import benchmarks.reliability.__main__ as command
from benchmarks.reliability.outcome import Outcome, SkippedError


@pytest.fixture
def written(monkeypatch) -> list:
    """The parts that were recorded; the parts themselves are stand-ins."""
    recorded: list = []
    monkeypatch.setattr(command.page, "write", recorded.append)
    monkeypatch.setattr(command.checkout, "why_not_recorded", lambda: None)
    monkeypatch.setattr(command.checkout, "commit", lambda: "0123abc")
    monkeypatch.setattr(command.speed, "measure", lambda folder: Outcome({"seconds": 1.0}, []))
    monkeypatch.setattr(sys, "argv", ["reliability", "speed"])
    return recorded


def test_a_part_is_printed_and_recorded_with_its_commit(written, capsys):
    assert command.main() == 0
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == written
    assert (written[0]["part"], written[0]["commit"]) == ("speed", "0123abc")


def test_figures_of_uncommitted_changes_are_printed_and_not_recorded(written, capsys, monkeypatch):
    monkeypatch.setattr(command.checkout, "why_not_recorded", lambda: "Not recorded: 1 change")
    assert command.main() == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["figures"] == {"seconds": 1.0}
    assert said.err == "Not recorded: 1 change\n"
    assert written == []


def test_anything_wrong_gives_exit_code_1(written, monkeypatch):
    monkeypatch.setattr(command.speed, "measure", lambda folder: Outcome({}, ["20 s or more"]))
    assert command.main() == 1
    assert written[0]["wrong"] == ["20 s or more"]


def test_a_skipped_part_keeps_its_earlier_record(written, capsys, monkeypatch):
    def skip(folder: object) -> Outcome:
        raise SkippedError("disk: needs root")

    monkeypatch.setattr(command.disk, "measure", skip)
    monkeypatch.setattr(sys, "argv", ["reliability", "disk", "speed"])
    assert command.main() == 0
    assert "Skipped: disk: needs root" in capsys.readouterr().err
    assert [part["part"] for part in written] == ["speed"]


def test_an_unknown_part_is_a_usage_error(written, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["reliability", "floods"])
    with pytest.raises(SystemExit) as stopped:
        command.main()
    assert stopped.value.code == 2

"""A step is said to a person or to a log, and a failed print fails nothing."""

import json
import os
import sys
from pathlib import Path

import pytest

from fingerplan import steps as module
from fingerplan.steps import Steps, unheard


def logged(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_person_reads_each_step_with_what_it_did(capsys):
    steps = Steps()
    with steps.step("Gate") as said:
        said += ["cases: 3 rows", "kpis: [1] rows"]
    steps.say("Published [here]")
    steps.log(step="hidden")
    steps.end(exit_code=0)
    out, err = capsys.readouterr()
    assert out.splitlines()[0].startswith("Gate: cases: 3 rows, kpis: [1] rows (0.")
    assert out.splitlines()[1:] == ["Published [here]"], "brackets are no markup, and nothing is for a log"
    assert err == ""


def test_a_log_has_a_line_of_json_for_each_step(capsys):
    steps = Steps(log_json=True)
    with steps.step("Gate") as said:
        said.append("æ")
    steps.say("for a person")
    steps.warn("careful")
    steps.end(exit_code=0, published="a")
    gate, warning, end = logged(capsys.readouterr().out)
    assert (gate["level"], gate["step"], gate["said"]) == ("info", "Gate", ["æ"])
    assert (warning["level"], warning["message"]) == ("warning", "careful")
    assert (end["step"], end["exit_code"], end["published"]) == ("end", 0, "a")


def test_a_step_that_fails_is_an_error_in_the_log(capsys):
    with pytest.raises(KeyboardInterrupt), Steps(log_json=True).step("Gate"):
        raise KeyboardInterrupt
    (line,) = logged(capsys.readouterr().out)
    assert (line["level"], line["step"]) == ("error", "Gate")


def test_a_refusal_says_its_findings_and_what_stays(capsys):
    Steps().refuse(["one", "two"], 3)
    assert capsys.readouterr().err.splitlines() == [
        *("one", "two", "Nothing was published; the published warehouse is as it was.")
    ]
    Steps(log_json=True).refuse(["one"], 4, "The site is as it was.")
    finding, outcome = logged(capsys.readouterr().out)
    assert "exit_code" not in finding
    assert (outcome["message"], outcome["exit_code"]) == ("The site is as it was.", 4)


def test_a_warning_is_marked_as_one(capsys):
    Steps().warn("careful")
    assert capsys.readouterr().err == "Warning: careful\n"


def test_there_is_no_bar_without_a_terminal(capsys):
    with Steps().progress("Building") as on_progress:
        on_progress(1, 2)
    assert capsys.readouterr().out == ""


def test_a_print_that_fails_is_ignored_and_so_is_all_after_it(monkeypatch):
    stopped = []
    monkeypatch.setattr(module, "stop_writing", lambda: stopped.append(True))
    with unheard():
        raise BrokenPipeError
    with pytest.raises(ValueError, match="ours"), unheard():
        raise ValueError("ours")
    assert stopped == [True]


def test_output_that_nobody_reads_is_discarded(monkeypatch, tmp_path):
    with (tmp_path / "out").open("w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        module.stop_writing()
        stream.write("unheard")
        stream.flush()
        assert str(Path(f"/proc/self/fd/{stream.fileno()}").readlink()) == os.devnull
    assert (tmp_path / "out").read_text() == ""

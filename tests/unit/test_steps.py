"""A step is said to a person or to a log, and a failed print fails nothing."""

import io
import json
import os
import sys
from pathlib import Path

import pytest

from fingerplan import steps as module
from fingerplan.steps import Steps


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


@pytest.mark.parametrize("buffering", [0, -1], ids=["python -u", "python"])
def test_output_that_nobody_takes_is_discarded_and_its_descriptor_stays(monkeypatch, buffering):
    reader, writer = os.pipe()
    os.close(reader)
    with io.TextIOWrapper(os.fdopen(writer, "wb", buffering), encoding="utf-8", write_through=True) as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        module.open_output()
        for line in ("unheard", "as well"):
            print(line, flush=True)
        assert str(Path(f"/proc/self/fd/{writer}").readlink()) == os.devnull


def test_what_a_stream_cannot_spell_is_written_in_ascii(monkeypatch, tmp_path):
    with (tmp_path / "out").open("w", encoding="ascii") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        module.open_output()
        print("æ", flush=True)
    assert (tmp_path / "out").read_text() == "\\xe6\n"


def test_closed_streams_are_opened_again(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    module.open_output()
    print("unheard", flush=True)
    assert not sys.stdout.isatty()

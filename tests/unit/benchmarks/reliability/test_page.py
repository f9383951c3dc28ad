"""The page of a given record: figures as words, not as Python writes them, and one record a part."""

import json
import re

import pytest

from benchmarks.reliability import page
from benchmarks.reliability.outcome import Outcome


def part(name: str, **figures: object) -> page.Part:
    outcome = Outcome({"refreshes": 3, "seconds of one refresh": 9.5, **figures}, ["it failed"])
    return page.part_of(name, "2026-11-30", "0123abc", outcome)


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        (3, "3"),
        (9.5, "9.5"),
        ("2 models, 1 tests", "2 models, 1 tests"),
        ({"zip_bomb": 2, "noise": 1}, "zip bomb: 2, noise: 1"),
        ({"Gate": 4.4}, "Gate: 4.4"),
    ],
)
def test_a_figure_is_written_in_words(figure, words):
    assert page.in_words(figure) == words


def test_a_table_says_when_and_where_it_was_measured_and_how_much_went_wrong():
    assert page.table(part("kill", counts={"a": 1})).splitlines() == [
        "| measured 2026-11-30, commit 0123abc | |",
        "|---|---|",
        "| refreshes | 3 |",
        "| seconds of one refresh | 9.5 |",
        "| counts | a: 1 |",
        "| **wrong** | **1** |",
    ]


def test_a_part_that_is_measured_again_replaces_its_figures_only(tmp_path):
    record = tmp_path / "reliability.jsonl"
    parts = [part(name) for name in ("kill", "disk", "readers", "corrupted", "speed")]
    record.write_text("".join(json.dumps(one) + "\n" for one in parts))
    page.write(part("disk", exits=8), record)
    assert page.read(record) == {**{one["part"]: one for one in parts}, "disk": part("disk", exits=8)}
    written = (tmp_path / "reliability.md").read_text()
    assert "| exits | 8 |" in written
    assert "Not measured yet." in written, "a rollback has no figures in this record"


def test_the_page_in_the_docs_is_that_of_the_record():
    written = page.RECORD.with_suffix(".md").read_text(encoding="utf-8")
    assert written == page.render(page.read())
    assert not re.search(r"[\[{(]'|None|-dirty", written), "words, and no figures of uncommitted changes"

"""Text as lines: tabs, Markdown, HTML, encodings, and what is not text."""

from pathlib import Path

import pytest

from fingerplan.errors import Refused
from fingerplan.minutes.source.text import LONGEST_LINE, MOST_LINES, read_text, text_line

CELLS = ("Drift", "1,5", "", "-2")


def cells(text: str) -> list[tuple[str, ...]]:
    lines, _ = read_text(Path("a.txt"), text.encode())
    return [line.cells for line in lines if line.delimited]


@pytest.mark.parametrize(
    "text",
    [
        "Drift\t1,5\t\t–2",
        "| Drift | 1,5 |  | −2 |",
        "<tr><td>Drift</td><td>1,5</td><td></td><td>-2</td></tr>",
        "<tr>\n<td>Drift</td>\n<td><b>1,5</b></td>\n<td></td>\n<td>&#8722;2</td></tr>",
        "**Drift**\t1,5\t\t-2",
    ],
)
def test_a_delimited_row_is_its_cells(text):
    assert cells(text) == [CELLS]


def test_an_html_table_in_one_line_is_several_lines_of_one_number():
    lines = text_line(7, "<table><tr><td>A</td><td>1</td></tr><tr><td>B</td><td>2</td></tr></table>")
    assert [(line.number, line.cells) for line in lines] == [(7, ("A", "1")), (7, ("B", "2"))]


def test_a_row_over_several_lines_keeps_the_number_of_the_first():
    lines, count = read_text(Path("a.txt"), b"Tabel\n<tr><td>A</td>\n<td>1</td></tr>\nSlut\n")
    assert ([line.number for line in lines], count) == ([1, 2, 4], 4)


def test_the_rule_below_a_head_is_a_blank_line():
    assert not text_line(1, "| --- | :--: |")[0].text


def test_a_table_of_contents_is_not_delimited():
    assert not text_line(1, "Et tilbud.....\t3")[0].delimited


def test_a_footnote_becomes_a_star():
    assert text_line(1, "2,9<sup><b>1</b></sup>\t3")[0].cells == ("2,9*", "3")


@pytest.mark.parametrize("text", ["# Budget", "**Budget**", "> Budget", "<h2>Budget</h2>"])
def test_the_marks_of_a_heading_are_left_out(text):
    assert text_line(1, text)[0].text == "Budget"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_and_line_ends(encoding):
    lines, count = read_text(Path("a.txt"), "Særlige\tbehov\r\nÅr\t2\r".encode(encoding))
    assert ([line.cells for line in lines], count) == ([("Særlige", "behov"), ("År", "2")], 2)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (bytes(range(256)) * 40, "neither text nor PDF"),
        (b"a\x00b" * 100, "neither text nor PDF"),
        (b"x" * (LONGEST_LINE + 1), "not minutes"),
        (b"a\n" * (MOST_LINES + 1), "not minutes"),
    ],
)
def test_what_is_not_a_document_is_refused(content, words):
    with pytest.raises(Refused, match=words):
        read_text(Path("a.txt"), content)

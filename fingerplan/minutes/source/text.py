"""Read text as other systems extract it into lines: tabs, columns of spaces, Markdown or HTML."""

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from fingerplan.minutes.danish_text import REMEMBERED, tidy
from fingerplan.minutes.source.lines import Line, refuse

MOST_CHARACTERS = 4_000_000  # minutes of 47 pages have 100,000
MOST_LINES = 20_000  # they have 1,500
LONGEST_LINE = 20_000  # characters; a paragraph of the minutes has up to 2,000
_SAMPLE = 100_000  # characters that tell whether a file is text
_NO_TEXT = {"Cc", "Cn", "Co", "Cs"}  # control, unassigned, private use, surrogate

_TAGS = re.compile(r"</?(?:b|i|u|p|em|strong|span|div|font|h[1-6])(?: [^<>]*)?>", re.I)
_FOOTNOTE = re.compile(r"<su[pb]\b[^<>]*>.*?</su[pb]>", re.I)
_DASH_FOR_MINUS = re.compile(r"(?<![^\s|>])[–—](?=[0-9])")  # not in 2024–27
_HTML_CELL = re.compile(r"<t[dhr]\b", re.I)
_HTML_BREAK = re.compile(r"<br */?>", re.I)
_MARKDOWN_ROW = re.compile(r"\s*\|.*\|\s*")
_LEADER_DOTS = re.compile(r"\.{4,} *\t")  # of a table of contents, before a page number
_OUTLINE = re.compile(r"^\s*(?:#+\s+|\*\*(?=\S)|>\s+)")


def read_text(path: Path, content: bytes) -> tuple[list[Line], int]:
    """Read the bytes of a text file; returns its lines, and how many lines the file has.

    Raises:
        Refused: with exit code 3, where the bytes are not text, or far more of it than minutes have.
    """
    text = _decode(path, content)
    rows = text.removesuffix("\n").split("\n")
    if len(text) > MOST_CHARACTERS or len(rows) > MOST_LINES or any(len(row) > LONGEST_LINE for row in rows):
        raise refuse(path, f"has {len(rows):,} lines, or one beyond {LONGEST_LINE:,} characters: these are not minutes")
    return [line for number, row in _joined(rows) for line in text_line(number, row)], len(rows)


@lru_cache(maxsize=REMEMBERED)
def text_line(number: int, text: str, page: int | None = None) -> tuple[Line, ...]:
    """Read one line of text into the lines that it holds: a single one may hold a whole HTML table."""
    text = _FOOTNOTE.sub("*", text)  # its number must not become a digit of the figure before it
    text = tidy(html.unescape(_TAGS.sub("", text))).replace("\\*", "*").replace("\f", " ")
    text = _DASH_FOR_MINUS.sub("-", text)
    if _HTML_CELL.search(text):
        rows = [re.split(r"</t[dh] *>", row, flags=re.I)[:-1] for row in re.split(r"</tr *>", text, flags=re.I)]
        lines = tuple(
            Line(number, tuple(re.sub(r"<[^<>]*>", " ", cell).strip() for cell in row), True, page)
            for row in rows
            if len(row) > 1
        )
        if lines:
            return lines
    text = _HTML_BREAK.sub(" ", text).rstrip("\r\n")
    if _MARKDOWN_ROW.fullmatch(text):
        cells = tuple(cell.strip() for cell in text.strip()[1:-1].split("|"))
        if all(re.fullmatch(r":?-{2,}:?", cell) for cell in cells):
            return (Line(number, ("",), False, page),)
        return (Line(number, cells, True, page),)
    if "\t" in text and not _LEADER_DOTS.search(text):
        return (Line(number, tuple(cell.strip().replace("**", "") for cell in text.split("\t")), True, page),)
    return (Line(number, (_OUTLINE.sub("", text).replace("**", ""),), False, page),)


def _decode(path: Path, content: bytes) -> str:
    """Decode as UTF-8, else as windows-1252; refuse what is not text."""
    encodings = ["utf-16"] if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        strange = sum(
            count
            for character, count in Counter(text[:_SAMPLE]).items()
            if unicodedata.category(character) in _NO_TEXT and character not in "\t\n\r\f"
        )
        if "\x00" not in text and strange * 100 < min(len(text), _SAMPLE):
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise refuse(path, "is neither text nor PDF; give the minutes or the plan as one of them")


def _joined(rows: list[str]) -> Iterator[tuple[int, str]]:
    """Join an HTML table row that spans several lines; it keeps the number of the first."""
    open_row: tuple[int, str] | None = None
    for number, row in enumerate(rows, 1):
        first, text = (open_row[0], open_row[1] + " " + row.strip()) if open_row else (number, row)
        last = text.lower().rfind("<tr")
        if last >= 0 and "</tr" not in text.lower()[last:] and len(text) < LONGEST_LINE:
            open_row = (first, text)
            continue
        open_row = None
        yield first, text
    if open_row:
        yield open_row

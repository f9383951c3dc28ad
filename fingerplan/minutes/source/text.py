"""Read a document into lines: text as other systems extract it, or PDF.

A line is *delimited* where the extraction says where each cell ends (tabs, a Markdown or HTML table, the rules of a
table in a PDF); of any other line only the text is known, with its spaces.
"""

import hashlib
import html
import re
import stat
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from fingerplan.errors import REJECTED, Refused
from fingerplan.minutes.danish_text import dates_in, tidy

MOST_BYTES = 32 * 2**20  # minutes of 47 pages have a few MB as PDF
MOST_CHARACTERS = 4_000_000  # and 0.1 MB as text
MOST_LINES = 20_000  # they have 1,500
_ENOUGH_GAPS = 20
_NO_TEXT = {"Cc", "Cn", "Co", "Cs"}  # control, unassigned, private use, surrogate
_NEARLY_ALL = 0.95
_MOST = 0.7  # most cells are not blank, and stand one tab behind the last
LONGEST_LINE = 20_000  # characters; a paragraph of the minutes has up to 2,000

_TAGS = re.compile(r"</?(?:b|i|u|p|em|strong|span|div|font|h[1-6])(?: [^<>]*)?>", re.I)
_FOOTNOTE = re.compile(r"<su[pb]\b[^<>]*>.*?</su[pb]>", re.I)
_DASH_FOR_MINUS = re.compile(r"(?<![^\s|>])[–—](?=[0-9])")  # not in 2024–27
_OUTLINE = re.compile(r"^\s*(?:#+\s+|\*\*(?=\S)|>\s+)")


@dataclass(frozen=True)
class Line:
    """A line of a document.

    `cells` are the cells of a delimited line, blank ones included, and else one: the text. `number` counts from 1; in
    a PDF, over the lines of all its pages.
    """

    number: int
    cells: tuple[str, ...]
    delimited: bool = False
    page: int | None = None

    @property
    def text(self) -> str:
        """The line in single spaces."""
        return " ".join(" ".join(self.cells).split())


@dataclass
class Document:
    """A document as its lines, with what its head says of it."""

    path: Path
    lines: list[Line]
    sha256: str
    is_pdf: bool = False
    held_on: date | None = None  # the day of the meeting; None where the document is no minutes
    line_count: int = 0
    title: str = ""

    @cached_property
    def _gaps(self) -> list[tuple[int, int]]:
        """Where each run of spaces within a line ends, and how long it is."""
        return [
            (gap.end(), gap.end() - gap.start())
            for line in self.lines
            if not line.delimited
            for gap in re.finditer(r"(?<=\S) {2,}(?=\S)", line.cells[0])
        ]

    @cached_property
    def tab_stops(self) -> int | None:
        """The distance of the stops where the text's tabs were made into spaces up to the next stop; else None.

        Nearly every gap then ends on a stop (those of wrapped lines do not), which a score of gaps do not by chance.
        """
        for stops in (8, 4):
            on_stops = sum(end % stops == 0 for end, _ in self._gaps)
            if len(self._gaps) >= _ENOUGH_GAPS and on_stops >= _NEARLY_ALL * len(self._gaps):
                return stops
        return None

    @cached_property
    def tab_width(self) -> int | None:
        """The number of spaces where each tab was made into so many; else None."""
        lengths = Counter(length for _, length in self._gaps)
        if len(self._gaps) < _ENOUGH_GAPS:
            return None
        width, count = lengths.most_common(1)[0]
        multiples = sum(n for length, n in lengths.items() if length % width == 0)
        if count >= _MOST * len(self._gaps) and multiples >= _NEARLY_ALL * len(self._gaps):
            return width
        return None


def read_document(path: Path, on_progress: Callable[[int, int], None] = lambda done, total: None) -> Document:
    """Read minutes or a plan, as text (UTF-8 or windows-1252) or PDF.

    Args:
        path: the file.
        on_progress: called with the pages read and all pages.

    Raises:
        Refused: with exit code 3 and one line, where the file is no readable document.
    """
    content = _read_bytes(path)
    sha256 = hashlib.sha256(content).hexdigest()
    if content.startswith(b"%PDF-"):
        from fingerplan.minutes.source.pdf import read_pdf  # pdfplumber takes a while to import

        lines = read_pdf(path, content, on_progress)
        document = Document(path, lines, sha256, is_pdf=True, line_count=len(lines))
    else:
        text = _decode(path, content)
        document = Document(path, _read_lines(path, text), sha256, line_count=len(text.removesuffix("\n").split("\n")))
    _read_head(document)
    return document


def refuse(path: Path, what: str) -> Refused:
    """Give the one line that says why a document is not read."""
    return Refused(REJECTED, [f"{path.name}: {what}"])


def text_line(number: int, text: str, page: int | None = None) -> list[Line]:
    """Read one line of text into the lines that it holds: an HTML table may stand in a single one."""
    text = _FOOTNOTE.sub("*", text)  # its number must not become a digit of the figure before it
    text = tidy(html.unescape(_TAGS.sub("", text))).replace("\\*", "*").replace("\f", " ")
    text = _DASH_FOR_MINUS.sub("-", text)
    if re.search(r"<t[dhr]\b", text, re.I):
        rows = re.split(r"</tr *>", text, flags=re.I)
        cells = [re.split(r"</t[dh] *>", row, flags=re.I)[:-1] for row in rows]
        lines = [
            Line(number, tuple(re.sub(r"<[^<>]*>", " ", cell).strip() for cell in row), True, page)
            for row in cells
            if len(row) > 1
        ]
        if lines:
            return lines
    text = re.sub(r"<br */?>", " ", text, flags=re.I).rstrip("\r\n")
    if re.fullmatch(r"\s*\|.*\|\s*", text):
        cells = tuple(cell.strip() for cell in text.strip()[1:-1].split("|"))
        if all(re.fullmatch(r":?-{2,}:?", cell) for cell in cells):
            return [Line(number, ("",), False, page)]
        return [Line(number, cells, True, page)]
    if "\t" in text and not re.search(r"\.{4,} *\t", text):  # a table of contents is none
        return [Line(number, tuple(cell.strip().replace("**", "") for cell in text.split("\t")), True, page)]
    return [Line(number, (_OUTLINE.sub("", text).replace("**", ""),), False, page)]


def _read_bytes(path: Path) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise refuse(path, "is not a regular file; give the minutes or the plan as text or PDF")
        if status.st_size > MOST_BYTES:
            size = f"{status.st_size / 2**20:,.0f} MB"
            raise refuse(path, f"has {size}; minutes have a few: give them as text, or as PDF without scans")
        content = path.read_bytes()
    except OSError as error:
        raise refuse(path, f"cannot be read ({error.strerror or error})") from None
    if not content.strip(b"\x00\t\n\r \xef\xbb\xbf"):
        raise refuse(path, "is empty; extract the text again")
    return content


def _decode(path: Path, content: bytes) -> str:
    """Decode as UTF-8, else as windows-1252; refuse what is no text."""
    encodings = ["utf-16"] if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        strange = sum(
            unicodedata.category(character) in _NO_TEXT and character not in "\t\n\r\f" for character in text[:100_000]
        )
        if "\x00" not in text and strange * 100 < min(len(text), 100_000):
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise refuse(path, "is neither text nor PDF; give the minutes or the plan as one of them")


def _read_lines(path: Path, text: str) -> list[Line]:
    rows = text.removesuffix("\n").split("\n")
    if len(text) > MOST_CHARACTERS or len(rows) > MOST_LINES or any(len(row) > LONGEST_LINE for row in rows):
        raise refuse(path, f"has {len(rows):,} lines, or one beyond {LONGEST_LINE:,} characters: these are no minutes")
    return [line for number, row in _joined(rows) for line in text_line(number, row)]


def _joined(rows: list[str]) -> Iterator[tuple[int, str]]:
    """Join a row of an HTML table that stands in several lines; it keeps the number of the first."""
    held: tuple[int, str] | None = None
    for number, row in enumerate(rows, 1):
        first, text = (held[0], held[1] + " " + row.strip()) if held else (number, row)
        last = text.lower().rfind("<tr")
        if last >= 0 and "</tr" not in text.lower()[last:] and len(text) < LONGEST_LINE:
            held = (first, text)
            continue
        held = None
        yield first, text
    if held:
        yield held


def _read_head(document: Document) -> None:
    """Take the day of the meeting from the first page: 'REFERAT ... d. 09-06-2026' or 'Mødedato ... 9. juni 2026'."""
    head = [line.text for line in document.lines[:60]]
    document.title = next((text for text in head if text), "")[:200]
    for text in head:
        if re.match(r"referat|dagsorden|mødedato|beslutningsprotokol", text, re.I):
            dates = dates_in(text)
            if dates:
                document.held_on = dates[0]
                return

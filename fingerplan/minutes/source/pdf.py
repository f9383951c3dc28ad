"""Read a PDF into lines: rows of ruled tables as delimited lines, everything else as text in its columns.

Only pages that may hold a table go through pdfplumber (0.07 s a page and more); the prose of the others comes from
PDFium, which pdfplumber brings along and which reads 40 pages in 0.1 s.
"""

import io
import logging
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, cast

from fingerplan.minutes.danish_text import NUMBER, YEAR
from fingerplan.minutes.source.lines import Line, refuse
from fingerplan.minutes.source.text import text_line

if TYPE_CHECKING:
    from pdfplumber.page import Page
    from pdfplumber.table import Table

MOST_PAGES = 200
MOST_OBJECTS = 20_000  # of a page; a page of text and tables has a few hundred
_SMALL = 0.85  # of the size of the figure before it: a footnote's number
_ENDS_IN_NUMBERS = re.compile(rf"(?:^|\s)(?:{NUMBER}|-|{YEAR})\s*$")
_BLANK_LINE = 1.45  # distance between two lines, in lines, from which on a paragraph ends between them
_TABLE_LINES = 3  # a table has a head and two rows at least, or rules
_DRAWN_PATH = 2  # PDFium's number for a path, such as the rule of a table

_Cells = tuple[str, ...]  # of a row of a ruled table; a line of text has one


class _Placed(TypedDict):
    """What pdfplumber says of a character or a word, in points from the top left corner of the page."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float


class _Character(_Placed):
    size: float


def read_pdf(path: Path, content: bytes, on_progress: Callable[[int, int], None]) -> list[Line]:
    """Read the lines of all pages, from top to bottom.

    Raises:
        Refused: with exit code 3, where the file is damaged, protected, or holds pictures instead of text.
    """
    import pypdfium2  # late, as pdfplumber below

    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns about every odd font
    try:
        return _read_pages(path, content, on_progress)
    except (pypdfium2.PdfiumError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        if "password" in str(error).lower():
            raise refuse(path, "is protected by a password; print it again without") from None
        raise refuse(path, f"cannot be read as PDF ({type(error).__name__}); print it again") from None
    except Exception as error:
        if type(error).__module__.startswith(("pdfminer", "pdfplumber")):
            raise refuse(path, f"cannot be read as PDF ({type(error).__name__}); print it again, unprotected") from None
        raise


def _read_pages(path: Path, content: bytes, on_progress: Callable[[int, int], None]) -> list[Line]:
    import pdfplumber  # late: it takes a while to import, and many documents are text

    pages = _plain_pages(path, content)
    lines: list[Line] = []
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        for number, (text, has_paths) in enumerate(pages, 1):
            on_progress(number, len(pages))
            rows: list[_Cells] = [(row,) for row in text.splitlines()]
            if has_paths or sum(bool(_ENDS_IN_NUMBERS.search(row[0])) for row in rows) >= _TABLE_LINES:
                page = pdf.pages[number - 1]
                rows = _rows_of(page)
                page.close()
            lines += _numbered(rows, number, len(lines))
    return lines


def _plain_pages(path: Path, content: bytes) -> list[tuple[str, bool]]:
    """Read each page's text with PDFium, and whether anything is drawn on it."""
    import pypdfium2

    pages: list[tuple[str, bool]] = []
    with pypdfium2.PdfDocument(content) as pdf:
        if len(pdf) > MOST_PAGES:
            raise refuse(path, f"has {len(pdf):,} pages; these are not minutes")
        for page in pdf:
            if pypdfium2.raw.FPDFPage_CountObjects(page) > MOST_OBJECTS:
                raise refuse(path, "has pages with thousands of drawn objects; these are not minutes")
            text = page.get_textpage().get_text_range()
            pages.append((text, any(drawn.type == _DRAWN_PATH for drawn in page.get_objects(max_depth=2))))
    if not any(text.strip() for text, _ in pages):
        raise refuse(path, "holds pictures of pages and no text; run text recognition on it first")
    return pages


def _numbered(rows: list[_Cells], page: int, before: int) -> list[Line]:
    """Make lines of a page's rows, numbered on from those of the pages before it."""
    lines: list[Line] = []
    for cells in rows:
        number = before + len(lines) + 1
        if len(cells) > 1:
            tidied = tuple(" ".join(text_line(0, cell.replace("\t", " "))[0].cells).strip() for cell in cells)
            lines.append(Line(number, tidied, True, page))
        else:
            lines += text_line(number, cells[0], page)[:1]
    return lines


def _rows_of(page: "Page") -> list[_Cells]:
    """Read a page from top to bottom; a row of a ruled table is a tuple of its cells."""
    characters = cast("list[_Character]", page.chars)
    _mark_footnotes(characters)
    placed: list[tuple[float, _Cells]] = []
    tables = [table for table in page.find_tables() if len(table.rows) > 1 and len(table.rows[0].cells) > 1]
    tables = [table for table in tables if not _loses_columns(table, characters)]
    for table in tables:
        for row, cells in zip(table.rows, table.extract(x_tolerance_ratio=0.15), strict=True):
            placed.append((row.bbox[1], tuple(" ".join((cell or "").split()) for cell in cells)))
    words = cast("list[_Placed]", page.extract_words(x_tolerance_ratio=0.15, keep_blank_chars=True))
    words = [word for word in words if not _within(word, tables)]
    words.sort(key=lambda word: (word["bottom"], word["x0"]))
    current: list[_Placed] = []
    for word in words:
        if current and word["bottom"] - current[-1]["bottom"] > 0.4 * (word["bottom"] - word["top"]):
            placed.append((current[0]["top"], (_text_of(current),)))
            current = []
        current.append(word)
    if current:
        placed.append((current[0]["top"], (_text_of(current),)))
    placed.sort(key=lambda place: place[0])
    return _with_blank_lines(placed)


def _with_blank_lines(placed: list[tuple[float, _Cells]]) -> list[_Cells]:
    """Put a blank line where the page leaves one: it separates labels from descriptions."""
    steps = sorted(after - before for (before, _), (after, _) in pairwise(placed) if after > before)
    step = steps[len(steps) // 4] if steps else 0  # between lines that are close; most pages have some
    rows: list[_Cells] = []
    for (top, cells), (before, _) in zip(placed, [placed[0], *placed] if placed else [], strict=False):
        if step and top - before > _BLANK_LINE * step:
            rows.append(("",))
        rows.append(cells)
    return rows


def _mark_footnotes(characters: list[_Character]) -> None:
    """Replace the small number behind a figure by a star: it must not become one of its digits."""
    before: _Character | None = None
    for character in characters:
        if not character["text"].isdigit():
            before = None
        elif before is not None and _is_raised(character, before):
            character["text"] = "*"
        else:
            before = character


def _is_raised(character: _Character, before: _Character) -> bool:
    is_behind = abs(character["x0"] - before["x1"]) < 0.3 * before["size"]
    return is_behind and character["size"] <= _SMALL * before["size"]


def _loses_columns(table: "Table", characters: list[_Character]) -> bool:
    """Whether words are beside a table, level with its rows: the outer columns of one without outer rules."""
    left, top, right, bottom = table.bbox
    return any(
        top < (character["top"] + character["bottom"]) / 2 < bottom
        and not left - 1 <= (character["x0"] + character["x1"]) / 2 <= right + 1
        and not character["text"].isspace()
        for character in characters
    )


def _within(word: _Placed, tables: "list[Table]") -> bool:
    middle = (word["top"] + word["bottom"]) / 2
    return any(box[0] <= word["x0"] <= box[2] and box[1] <= middle <= box[3] for box in (t.bbox for t in tables))


def _text_of(words: list[_Placed]) -> str:
    """Join the words of a line with as many spaces as fit between them."""
    words = sorted(words, key=lambda word: word["x0"])
    width = sum(word["x1"] - word["x0"] for word in words) / max(1, sum(len(word["text"]) for word in words))
    text = words[0]["text"]
    for before, word in pairwise(words):
        text += " " * max(1, round((word["x0"] - before["x1"]) / max(width, 1))) + word["text"]
    return text

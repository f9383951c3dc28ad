"""Read a PDF into lines: rows of ruled tables as delimited lines, all else as text in its columns.

Only pages that can hold a table are taken apart by pdfplumber (0.07 s a page and more); the prose of the others comes
from PDFium, which pdfplumber brings along and which reads 40 pages in 0.1 s.
"""

import io
import logging
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from fingerplan.minutes.danish_text import NUMBER, YEAR
from fingerplan.minutes.source.text import Line, refuse, text_line

MOST_PAGES = 200
MOST_OBJECTS = 20_000  # of a page; a page of text and tables has a few hundred
_SMALL = 0.85  # of the size of the figure before it: a footnote's number
_ENDS_IN_NUMBERS = re.compile(rf"(?:^|\s)(?:{NUMBER}|-|{YEAR})\s*$")
_BLANK_LINE = 1.45  # distance between two lines, in lines, from which on it is a paragraph's
_TABLE_LINES = 3  # a table has a head and two rows at least, or rules


def read_pdf(path: Path, content: bytes, on_progress: Callable[[int, int], None]) -> list[Line]:
    """Read the lines of all pages, from top to bottom.

    Raises:
        Refused: with exit code 3, where the file is damaged, protected, or holds pictures instead of text.
    """
    import pdfplumber
    import pypdfium2

    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of every odd font
    try:
        with pypdfium2.PdfDocument(content) as pdf:
            texts = []
            rules = []
            if len(pdf) > MOST_PAGES:
                raise refuse(path, f"has {len(pdf):,} pages: these are no minutes")
            for page in pdf:
                if pypdfium2.raw.FPDFPage_CountObjects(page) > MOST_OBJECTS:
                    raise refuse(path, "has pages of many thousand drawn objects: these are no minutes")
                texts.append(page.get_textpage().get_text_range())
                rules.append(any(item.type == 2 for item in page.get_objects(max_depth=2)))  # 2: a drawn path
        if not any(text.strip() for text in texts):
            raise refuse(path, "holds pictures of pages and no text; run a text recognition on it first")
        lines: list[Line] = []
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            for number, (text, ruled) in enumerate(zip(texts, rules, strict=True), 1):
                on_progress(number, len(texts))
                rows: list[tuple[str, ...]] = [(row,) for row in text.splitlines()]
                if ruled or sum(bool(_ENDS_IN_NUMBERS.search(row[0])) for row in rows) >= _TABLE_LINES:
                    page = pdf.pages[number - 1]
                    rows = _rows_of(page)
                    page.close()
                lines += _numbered(rows, number, len(lines))
    except (pypdfium2.PdfiumError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        if "password" in str(error).lower():
            raise refuse(path, "is protected by a password; print it again without") from None
        raise refuse(path, f"cannot be read as PDF ({type(error).__name__}); print it again") from None
    except Exception as error:
        if type(error).__module__.startswith(("pdfminer", "pdfplumber")):
            raise refuse(path, f"cannot be read as PDF ({type(error).__name__}); print it again, unprotected") from None
        raise
    return lines


def _numbered(rows: list[tuple[str, ...]], page: int, before: int) -> list[Line]:
    lines: list[Line] = []
    for cells in rows:
        number = before + len(lines) + 1
        if len(cells) > 1:
            tidied = tuple(" ".join(text_line(0, cell.replace("\t", " "))[0].cells).strip() for cell in cells)
            lines.append(Line(number, tidied, True, page))
        else:
            lines += text_line(number, cells[0], page)[:1]
    return lines


def _rows_of(page) -> list[tuple[str, ...]]:
    """Read a page of pdfplumber from top to bottom; a row of a ruled table is a tuple of its cells."""
    _mark_footnotes(page.chars)
    placed: list[tuple[float, tuple[str, ...]]] = []
    tables = [table for table in page.find_tables() if len(table.rows) > 1 and len(table.rows[0].cells) > 1]
    tables = [table for table in tables if not _loses_columns(table, page.chars)]
    for table in tables:
        for row, cells in zip(table.rows, table.extract(x_tolerance_ratio=0.15), strict=True):
            placed.append((row.bbox[1], tuple(" ".join((cell or "").split()) for cell in cells)))
    words = page.extract_words(x_tolerance_ratio=0.15, keep_blank_chars=True)
    words = [word for word in words if not _within(word, tables)]
    words.sort(key=lambda word: (word["bottom"], word["x0"]))
    current: list[dict] = []
    for word in words:
        if current and word["bottom"] - current[-1]["bottom"] > 0.4 * (word["bottom"] - word["top"]):
            placed.append((current[0]["top"], (_text_of(current),)))
            current = []
        current.append(word)
    if current:
        placed.append((current[0]["top"], (_text_of(current),)))
    placed.sort(key=lambda place: place[0])
    return _with_blank_lines(placed)


def _with_blank_lines(placed: list[tuple[float, tuple[str, ...]]]) -> list[tuple[str, ...]]:
    """Put a blank line where the page leaves one: labels and descriptions are parted by them."""
    steps = sorted(after - before for (before, _), (after, _) in pairwise(placed) if after > before)
    step = steps[len(steps) // 4] if steps else 0  # of the lines that stand close: most pages have some
    rows: list[tuple[str, ...]] = []
    for (top, cells), (before, _) in zip(placed, [placed[0], *placed] if placed else [], strict=False):
        if step and top - before > _BLANK_LINE * step:
            rows.append(("",))
        rows.append(cells)
    return rows


def _mark_footnotes(characters: list[dict]) -> None:
    """Write a star for a small number behind a figure: it must not become one of its digits."""
    before: dict | None = None
    for character in characters:
        if not character["text"].isdigit():
            before = None
            continue
        is_behind = before is not None and abs(character["x0"] - before["x1"]) < 0.3 * before["size"]
        if is_behind and character["size"] <= _SMALL * before["size"]:
            character["text"] = "*"
        else:
            before = character


def _loses_columns(table, characters: list[dict]) -> bool:
    """Whether words stand beside a table in the lines of its rows: without outer rules, its outer columns."""
    left, top, right, bottom = table.bbox
    return any(
        top < (character["top"] + character["bottom"]) / 2 < bottom
        and not left - 1 <= (character["x0"] + character["x1"]) / 2 <= right + 1
        and not character["text"].isspace()
        for character in characters
    )


def _within(word: dict, tables: list) -> bool:
    middle = (word["top"] + word["bottom"]) / 2
    return any(box[0] <= word["x0"] <= box[2] and box[1] <= middle <= box[3] for box in (t.bbox for t in tables))


def _text_of(words: list[dict]) -> str:
    """Join the words of a line with as many spaces as fit between them."""
    words = sorted(words, key=lambda word: word["x0"])
    width = sum(word["x1"] - word["x0"] for word in words) / max(1, sum(len(word["text"]) for word in words))
    text = ""
    for before, word in zip([None, *words], words, strict=False):
        if before is not None:
            text += " " * max(1, round((word["x0"] - before["x1"]) / max(width, 1)))
        text += word["text"]
    return text

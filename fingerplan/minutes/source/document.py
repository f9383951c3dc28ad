"""Read a file into a document, whichever kind it is, with what its first page says about it."""

import hashlib
import re
import stat
from collections.abc import Callable
from pathlib import Path

from fingerplan.minutes.danish_text import dates_in
from fingerplan.minutes.source.lines import Document, refuse
from fingerplan.minutes.source.pdf import read_pdf
from fingerplan.minutes.source.text import read_text

MOST_BYTES = 32 * 2**20  # minutes of 47 pages have a few MB as PDF
_HEAD_LINES = 60  # of the first page


def read_document(path: Path, on_progress: Callable[[int, int], None] = lambda done, total: None) -> Document:
    """Read minutes or a plan, as text (UTF-8, UTF-16 or windows-1252) or PDF.

    Args:
        path: the file.
        on_progress: called with the number of pages read and of all pages.

    Raises:
        Refused: with exit code 3 and one line, where the file is not a readable document.
    """
    content = _read_bytes(path)
    is_pdf = content.startswith(b"%PDF-")
    if is_pdf:
        lines = read_pdf(path, content, on_progress)
        line_count = len(lines)
    else:
        lines, line_count = read_text(path, content)
    sha256 = hashlib.sha256(content).hexdigest()
    document = Document(path, lines, sha256, is_pdf=is_pdf, line_count=line_count)
    _read_head(document)
    return document


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


def _read_head(document: Document) -> None:
    """Take the day of the meeting from the first page: 'REFERAT ... d. 09-06-2026' or 'Mødedato ... 9. juni 2026'."""
    head = [line.text for line in document.lines[:_HEAD_LINES]]
    document.title = next((text for text in head if text), "")[:200]
    for text in head:
        if re.match(r"referat|dagsorden|mødedato|beslutningsprotokol", text, re.I):
            dates = dates_in(text)
            if dates:
                document.held_on = dates[0]
                return

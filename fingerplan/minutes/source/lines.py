"""A document as lines, and the refusal of a file that is not one.

A line is *delimited* where the extraction says where each cell ends (tabs, a Markdown or HTML table, the ruled table of
a PDF). Of any other line only the text is known, with its spaces.
"""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from fingerplan.errors import REJECTED, Refused

_ENOUGH_GAPS = 20
_NEARLY_ALL = 0.95
_MOST = 0.7  # most cells are not blank, and follow the previous one by a single tab


@dataclass(frozen=True)
class Line:
    """A line of a document.

    `cells` holds the cells of a delimited line, blank ones included; any other line has one, its text. `number` counts
    from 1; in a PDF, over the lines of all its pages.
    """

    number: int
    cells: tuple[str, ...]
    delimited: bool = False
    page: int | None = None

    @cached_property
    def text(self) -> str:
        """The line in single spaces."""
        return " ".join(" ".join(self.cells).split())


@dataclass
class Document:
    """A document as its lines, with what its first page says about it."""

    path: Path
    lines: list[Line]
    sha256: str
    is_pdf: bool = False
    held_on: date | None = None  # the day of the meeting; None where the document is not minutes
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
        """The distance between tab stops where the text's tabs were expanded to them; else None.

        Nearly every gap then ends on a stop (not those of wrapped lines), which a score of gaps do not by chance.
        """
        for stops in (8, 4):
            on_stops = sum(end % stops == 0 for end, _ in self._gaps)
            if len(self._gaps) >= _ENOUGH_GAPS and on_stops >= _NEARLY_ALL * len(self._gaps):
                return stops
        return None

    @cached_property
    def tab_width(self) -> int | None:
        """The number of spaces where each tab was replaced by a fixed number of them; else None."""
        lengths = Counter(length for _, length in self._gaps)
        if len(self._gaps) < _ENOUGH_GAPS:
            return None
        width, count = lengths.most_common(1)[0]
        multiples = sum(n for length, n in lengths.items() if length % width == 0)
        if count >= _MOST * len(self._gaps) and multiples >= _NEARLY_ALL * len(self._gaps):
            return width
        return None


def place(line: int, page: int | None) -> str:
    """Say where a person finds a line: 'line 12', in a PDF 'page 3, line 120'."""
    return f"page {page}, line {line}" if page else f"line {line}"


def refuse(path: Path, reason: str) -> Refused:
    """Give the one line that says why a document is not read."""
    return Refused(REJECTED, [f"{path.name}: {reason}"])

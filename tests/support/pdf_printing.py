"""Print a text as PDF, for the tests of `fingerplan minutes`: as a word processor would, or as plain lines."""

import textwrap
from pathlib import Path

from reportlab.lib import colors
from reportlab.lib.pagesizes import A3, A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen import canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

WIDE = landscape(A3)  # for the plan, whose widest table has nine columns
MARGIN = 50
BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=10, leading=13, spaceAfter=4)
CELL = ParagraphStyle("cell", fontName="Helvetica", fontSize=7, leading=9)


def print_as_document(text: str, out: Path, repeat_rows: int = 0, page: tuple = A4) -> None:
    """Print tabbed lines as tables with rules, which pages break, and all else as paragraphs."""
    parts: list = []
    rows: list[list[str]] = []

    def end_table() -> None:
        if rows:
            width = max(map(len, rows))
            cells = [[Paragraph(_escape(cell), CELL) for cell in row + [""] * (width - len(row))] for row in rows]
            # a column of text gets room by its longest cell, one of figures what it needs
            lengths = [max(len(row[at]) for row in rows if at < len(row)) for at in range(width)]
            shares = [max(length, 14) ** 0.55 for length in lengths]
            widths = [(page[0] - 2 * MARGIN) * share / sum(shares) for share in shares]
            parts.append(
                Table(
                    cells,
                    colWidths=widths,
                    repeatRows=repeat_rows,
                    splitInRow=1,
                    style=[("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("VALIGN", (0, 0), (-1, -1), "TOP")],
                )
            )
            rows.clear()

    for line in text.split("\n"):
        if "\t" in line and "....." not in line:
            if rows and len(rows[-1]) != len(line.split("\t")):
                end_table()
            rows.append(line.split("\t"))
            continue
        end_table()
        parts.append(Paragraph(_escape(line.replace("\t", " ")), BODY) if line.strip() else Spacer(1, 6))
    end_table()
    frame = {"leftMargin": MARGIN, "rightMargin": MARGIN, "topMargin": MARGIN, "bottomMargin": MARGIN}
    SimpleDocTemplate(str(out), pagesize=page, invariant=1, **frame).build(parts)


def print_as_lines(text: str, out: Path, columns: int = 220, tab: int = 8) -> None:
    """Print each line as it stands, tabs as spaces, in a typewriter face."""
    page = canvas.Canvas(str(out), pagesize=WIDE, invariant=1)
    height = WIDE[1] - MARGIN
    for line in text.split("\n"):
        for part in textwrap.wrap(line.expandtabs(tab), columns, drop_whitespace=False) or [""]:
            if height < MARGIN:
                page.showPage()
                height = WIDE[1] - MARGIN
            page.setFont("Courier", 7.5)
            page.drawString(MARGIN / 2, height, part)
            height -= 10
    page.save()


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

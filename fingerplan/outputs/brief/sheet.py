"""A sheet of the workbook: its head, its table, its charts, and how a value is written into a cell."""

import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Generic, NamedTuple, TypeVar

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from fingerplan.outputs.brief import wording
from fingerplan.outputs.brief.figures import Brief

# Danish whatever the language of the program: 406 is Denmark. The file format itself uses the English separators.
DANISH = "[$-406]"
FORMATS = {
    "kroner": f"{DANISH}#,##0",
    "percent": f"{DANISH}0.0 %",
    "count": f"{DANISH}#,##0",
    "plain": f"{DANISH}0",
    "month": f"{DANISH}mmmm yyyy",
    "year": f"{DANISH}yyyy",
    "text": "@",
}
MILLIONS = f"{DANISH}#,##0,,"
COLOURS = {
    "expected": "#84919D",
    "measured": "#52606D",
    "realised": "#0B6E99",
    "25": "#569BBD",
    "50": "#2B7BA6",
    "75": "#0B4F71",
    "net": "#B3541E",
    "rise": "#B3541E",
    "fall": "#2E7D4F",
}
BAND = {"bold": True, "bottom": 1, "bg_color": "#E8EEF2", "text_wrap": True}
WARNING = {"bold": True, "font_color": "#9C0006", "bg_color": "#FFE9E7"}
WARNING_COLUMNS = 9  # the text of the warning runs across them
CHART_SIZE = {"width": 860, "height": 400}
CHART_ROWS, CHART_COLUMNS = 21, 13  # rows of 20 and columns of 64 pixels that a chart covers


RowT = TypeVar("RowT")
Figure = Decimal | int | float


class Formula(NamedTuple):
    """A formula and its value by the marts."""

    text: str
    value: Figure


Value = str | Figure | date | Formula | None


class Series(NamedTuple):
    """A series of a chart: the number of the column with its values, and how it is drawn (None: invisible)."""

    name: str
    column: int
    colour: str | None
    kind: str = ""
    dashed: bool = False


class Column(NamedTuple, Generic[RowT]):
    """A column of a table: its head, its width in characters, the kind of its cells, and their values.

    `value` names a field of the row, or is a function of the row. Where the value is known and there is a `formula`,
    the formula is written with the value as its result; heads in brackets are cells of the same row, and after ^ of the
    first row.
    """

    head: str
    width: float
    kind: str = "text"
    value: str | Callable[[RowT], Value] = ""
    formula: str = ""


def safe_text(text: str) -> str:
    """Return a text that no program reads as a formula.

    A text cell that begins with = is harmless until somebody saves it as CSV or edits it: then it runs. Excel's own
    mark for text (the quote prefix of the cell's format) is lost in a CSV, and an apostrophe in the text alone is read
    as that mark and lost when the cell is edited. So such a cell gets both (`Sheet.write`), and shows an apostrophe.
    A hyphen is written as the minus sign that it stands for, which looks the same and runs nowhere.
    """
    if text.startswith("-"):
        return f"\N{MINUS SIGN}{text[1:]}"
    return f"'{text}" if text.lstrip()[:1] in tuple("=+-@") or text[:1] in ("\t", "\r", "\n") else text


class Sheet(Generic[RowT]):
    """A worksheet: a head with month, version and origin, and below it what is added row by row."""

    def __init__(self, book: xlsxwriter.Workbook, brief: Brief, name: str, title: str, found: set[str]):
        """Add the sheet and write its head; `found` holds the origins of the figures on it."""
        self.book, self.brief, self.name = book, brief, name
        self.sheet = book.add_worksheet(name)
        self.formats: dict[tuple[tuple[str, object], ...], xlsxwriter.format.Format] = {}
        self.columns: Sequence[Column[RowT]] = ()
        # number, and value by head, of the rows that other sheets refer to
        self.rows: dict[object, tuple[int, dict[str, Value]]] = {}
        self.is_synthetic = "sample" in found
        self.sheet.write_string(0, 0, title, self.format("text", bold=True, font_size=14))
        lines = [f"{wording.data_month(brief)}. {wording.version(brief)}.", *wording.origin_lines(found), wording.SIGNS]
        for row, line in enumerate(lines, 1):
            style = self.format("text", **(WARNING if line == wording.SYNTHETIC else {}))
            for column in range(1, WARNING_COLUMNS if line == wording.SYNTHETIC else 1):
                self.sheet.write_blank(row, column, None, style)
            self.sheet.write_string(row, 0, line, style)
        self.row = self.head = self.first = len(lines) + 2
        self.last_column = WARNING_COLUMNS - 1
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
        self.sheet.fit_to_pages(1, 0)
        mark = ", SYNTETISKE TAL" if self.is_synthetic else ""
        foot = f"{wording.data_month(brief)} – {wording.short_version(brief)}"
        self.sheet.set_footer(f"&L&8Fingerplanen: {name}{mark}&C&8{foot}&R&8Side &P af &N")

    def format(self, kind: str, **more: object) -> xlsxwriter.format.Format:
        """Return the cell format of a kind of value."""
        properties = {"num_format": FORMATS.get(kind, kind), "valign": "top", **more}
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(properties)
        return self.formats[key]

    def table(self, columns: Sequence[Column[RowT]], rows: Sequence[RowT] = (), frozen: int = 0) -> None:
        """Write the table: heads that stay in view and repeat on every printed page, and a line for each row."""
        self.columns = columns
        for column, (head, width, kind, *_) in enumerate(columns):
            self.sheet.set_column(column, column, width)
            align = {"align": "left", "indent": 1 if column else 0} if kind == "text" else {"align": "right"}
            self.sheet.write_string(self.row, column, head, self.format("text", **BAND, **align))
        self.sheet.set_row(self.row, 15 * max(lines_of(column.head, column.width) for column in columns))
        self.sheet.freeze_panes(self.row + 1, frozen)
        self.sheet.repeat_rows(self.row)
        self.head, self.row = self.row, self.row + 1
        self.first = self.row
        for row in rows:
            self.add(row)

    def add(self, row: RowT, key: object = None) -> None:
        """Write a row of the table."""
        self._cells([c.value(row) if callable(c.value) else getattr(row, c.value) for c in self.columns], key)

    def total(self, values: Mapping[str, Value], first: int, key: object = None) -> None:
        """Write a row of totals by head; amounts and counts are written as sums of the rows from `first`."""
        cells = dict(values)
        for column in self.columns:
            value = values.get(column.head)
            if column.kind in ("kroner", "count") and not column.formula and isinstance(value, Figure):
                cells[column.head] = Formula(f"=SUM({self.span((first, self.row - 1), column.head)})", value)
        self._cells([cells.get(column.head) for column in self.columns], key, bold=True, top=1)

    def _cells(self, values: Sequence[Value], key: object, **more: object) -> None:
        self.rows[key] = self.row, {column.head: value for column, value in zip(self.columns, values, strict=True)}
        for position, (value, column) in enumerate(zip(values, self.columns, strict=True)):
            if column.formula and isinstance(value, Figure):
                value = Formula(re.sub(r"\[(\^?)(.+?)\]", self._address, column.formula), value)
            self.write(self.row, position, value, column.kind, **more)
        # only Excel fits the height of a row to wrapped text by itself
        heights = [lines_of(v, c.width) for v, c in zip(values, self.columns, strict=True) if isinstance(v, str)]
        self.sheet.set_row(self.row, 15 * max(heights, default=1))
        self.row += 1

    def _address(self, found: re.Match[str]) -> str:
        return self.at(self.first if found[1] else self.row, found[2])

    def write(self, row: int, column: int, value: Value, kind: str, **more: object) -> None:
        """Write a value; None leaves the cell empty."""
        self.last_column = max(self.last_column, column)
        if kind == "printed":
            kind = _printed_format(value.value if isinstance(value, Formula) else value)
        if value is None:
            self.sheet.write_blank(row, column, None, self.format(kind, **more))
        elif isinstance(value, str):
            text = safe_text(value)
            # clear of the number to its left, and marked as text where it has an apostrophe
            place = {"align": "left", "indent": 1} if column else {}
            look = {"text_wrap": True, **place, "quote_prefix": len(text) > len(value), **more}
            self.sheet.write_string(row, column, text, self.format(kind, **look))
        elif isinstance(value, Formula):
            self.sheet.write_formula(row, column, value.text, self.format(kind, **more), value.value)
        elif isinstance(value, date):
            self.sheet.write_datetime(row, column, value, self.format(kind, **more))
        else:
            self.sheet.write_number(row, column, value, self.format(kind, **more))

    def heading(self, *names: str) -> None:
        """Begin a small table below what is there."""
        for column, name in enumerate(names):
            style = self.format("text", **BAND, align="right" if column else "left")
            self.sheet.write_string(self.row, column, name, style)
        self.row += 1

    def line(self, name: str, *values: Value, kind: str = "kroner", **more: object) -> None:
        """Write a line of a small table."""
        self.write(self.row, 0, name, "text", **more)
        for column, value in enumerate(values, 1):
            self.write(self.row, column, value, kind, **more)
        self.row += 1

    def say(self, text: str, through: int = 0) -> None:
        """Write a text below what is there: in one line, or wrapped over the columns up to `through`."""
        if through:
            self.sheet.merge_range(self.row, 0, self.row, through, "", self.format("text"))
            width = sum(column.width for column in self.columns[: through + 1])
            self.sheet.set_row(self.row, 15 * lines_of(text, width))
        self.write(self.row, 0, text, "text", text_wrap=bool(through))
        self.row += 1

    def index(self, head: str) -> int:
        """Return the number of a column by its head."""
        return [column.head for column in self.columns].index(head)

    def at(self, row: int, head: str) -> str:
        """Return the address of a cell by the head of its column."""
        address: str = xl_rowcol_to_cell(row, self.index(head))
        return address

    def span(self, rows: tuple[int, int], head: str) -> str:
        """Return the address of a range of rows of a column."""
        return ":".join(xl_rowcol_to_cell(row, self.index(head), True, True) for row in rows)

    def elsewhere(self, address: str) -> str:
        """Return an address of this sheet as other sheets write it."""
        return f"'{self.name}'!{address}"

    def linked(self, key: object, head: str) -> Formula | None:
        """Return a formula by which another sheet shows a figure of this one; None where the figure is unknown."""
        row, values = self.rows[key]
        cell = values[head]
        value = cell.value if isinstance(cell, Formula) else cell
        return Formula(f"={self.elsewhere(self.at(row, head))}", value) if isinstance(value, Figure) else None

    def chart(
        self,
        kind: str,
        said: tuple[str, str],
        series: Sequence[Series],
        rows: tuple[int, int],
        labels: int,
        x: Mapping[str, object],
        y: Mapping[str, object],
        *,
        synthetic: bool,
        source: str = "",
        on: tuple["Sheet[object]", int, int] | None = None,
    ) -> None:
        """Draw `rows` of this sheet, labelled by column `labels`, below what is there or `on` a cell of another sheet.

        `said` is the title, to which a mark of synthetic figures is added, and a description for those who cannot see
        the chart. The date of the figures and the sheet that they are on are written below the axis `x`.
        """
        charts = {}
        for one in series:
            drawn = one.kind or kind
            if drawn not in charts:
                type_, _, subtype = drawn.partition(" ")
                charts[drawn] = self.book.add_chart({"type": type_, "subtype": subtype or None})
                charts[drawn].show_blanks_as("gap")
            colour: dict[str, object] = {"color": COLOURS[one.colour]} if one.colour else {"none": True}
            line = {**colour, "width": 2.25, "dash_type": "dash" if one.dashed else "solid"}
            marker = {"type": "circle", "size": 6, "fill": colour, "border": colour}
            filled: dict[str, object] = {"fill": colour, "gap": 60}
            look = {"line": line, "marker": marker} if drawn == "line" else filled
            texts, values = ([self.name, rows[0], column, rows[1], column] for column in (labels, one.column))
            charts[drawn].add_series({"name": one.name, "categories": texts, "values": values, **look})
        chart, *lines = charts.values()
        for line in lines:
            chart.combine(line)
        when = f"{wording.data_month(self.brief)}. {wording.short_version(self.brief)}"
        below = f"{x.get('name', '')} Kilde: arket {source or self.name}. {when}".strip()
        chart.set_x_axis({**x, "name": below, "name_font": {"size": 8, "bold": False}})
        chart.set_y_axis({**y, "name_font": {"bold": False}})
        unseen = [position for position, one in enumerate(series) if not one.colour]
        chart.set_legend({"position": "bottom", "delete_series": unseen})
        chart.set_size(CHART_SIZE)
        title = f"{said[0]} (SYNTETISKE TAL)" if synthetic else said[0]
        chart.set_title({"name": title, "name_font": {"size": 11}, "overlay": False})
        options: dict[str, object] = {"description": f"{title}. {said[1]}", "object_position": 3}
        if on:
            sheet, row, column = on
            sheet._insert(chart, row, column, options)
        else:
            self._insert(chart, self.row, 0, options)

    def _insert(self, chart: xlsxwriter.chart.Chart, row: int, column: int, options: dict[str, object]) -> None:
        self.sheet.insert_chart(row, column, chart, options)
        self.row = max(self.row, row + CHART_ROWS)
        self.last_column = max(self.last_column, column + CHART_COLUMNS if column else 0)

    def finish(self, filtered_to: int = 0) -> None:
        """Set the print area, and the filter over the table's rows through `filtered_to`."""
        if filtered_to >= self.first:
            self.sheet.autofilter(self.head, 0, filtered_to, len(self.columns) - 1)
        self.sheet.print_area(0, 0, self.row, self.last_column)


def lines_of(text: str, width: float) -> int:
    """Count the lines that a text takes in a column of a width in characters."""
    return max(1, len(textwrap.wrap(text, int(width) - 2)))  # the two are the indent and the margin


def _printed_format(value: Value) -> str:
    """Show as many decimals as the figure has: a fixed number would claim or hide some."""
    if not isinstance(value, Figure):
        return "text"
    exponent = Decimal(value).normalize().as_tuple().exponent
    decimals = max(0, -exponent) if isinstance(exponent, int) else 0
    # four digits have no separator, as Danish allows: otherwise a year would read 2.026
    whole = "0" if -10_000 < value < 10_000 else "#,##0"
    return DANISH + whole + (f".{'0' * decimals}" if decimals else "")

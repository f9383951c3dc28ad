"""A sheet of the workbook: its head, its table, its charts, and how a value is written into a cell."""

import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from fingerplan.outputs.brief import wording
from fingerplan.outputs.brief.figures import Brief, Row

# Danish whatever the language of the program: 406 is Denmark. The file format writes point and comma as in English.
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
WARNING_COLUMNS = 9  # the text of the mark runs on over them
CHART_SIZE = {"width": 860, "height": 400}
CHART_ROWS, CHART_COLUMNS = 21, 13  # rows of 20 and columns of 64 pixels that a chart covers


class Formula(NamedTuple):
    """A formula and its value by the marts."""

    text: str
    value: Decimal | int


Value = str | Decimal | int | date | Formula | None


class Series(NamedTuple):
    """A series of a chart: the number of the column that its values stand in, and how it is drawn (None: unseen)."""

    name: str
    column: int
    colour: str | None
    kind: str = ""
    dashed: bool = False


class Column(NamedTuple):
    """A column of a table: its head, its width in characters, how its cells are written, and what stands in them.

    `value` names a column of the mart, or gives the value from the row. Where it is known and there is a `formula`,
    that is written with the value as its result; heads in brackets are cells of the same row, after ^ of the first row.
    """

    head: str
    width: float
    kind: str = "text"
    value: str | Callable[[Row], Value] = ""
    formula: str = ""


def safe_text(text: str) -> str:
    """Give a text that no program takes for a formula.

    A text cell that begins with = is harmless until somebody saves it as CSV or edits it: then it runs. Excel's own
    mark for text (the quote prefix of the cell's format) is lost in a CSV, and an apostrophe in the text alone is taken
    for that mark and lost when the cell is edited. So such a cell gets both (`Sheet.write`), and shows an apostrophe.
    A hyphen is written as the minus sign that it stands for, which looks the same and runs nowhere.
    """
    if text.startswith("-"):
        return f"\N{MINUS SIGN}{text[1:]}"
    return f"'{text}" if text.lstrip()[:1] in tuple("=+-@") or text[:1] in ("\t", "\r", "\n") else text


class Sheet:
    """A worksheet with a head that says month, version and origin, and what is added below it, row by row."""

    def __init__(self, book: xlsxwriter.Workbook, brief: Brief, name: str, title: str, found: set[str]):
        """Add the sheet and write its head; `found` are the origins of the figures on it."""
        self.book, self.brief, self.name = book, brief, name
        self.sheet = book.add_worksheet(name)
        self.formats: dict[tuple, xlsxwriter.format.Format] = {}
        self.columns: Sequence[Column] = ()
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

    def format(self, kind: str, **more) -> xlsxwriter.format.Format:
        """Give the cell format of a kind of value."""
        properties = {"num_format": FORMATS.get(kind, kind), "valign": "top", **more}
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(properties)
        return self.formats[key]

    def table(self, columns: Sequence[Column], rows: Sequence[Row] = (), frozen: int = 0) -> None:
        """Write the table: heads that stay in view and stand on every printed page, and a row for each row."""
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

    def add(self, row: Row, key: object = None) -> None:
        """Write a row of the table."""
        self._cells([c.value(row) if callable(c.value) else getattr(row, c.value) for c in self.columns], key)

    def total(self, values: dict[str, Value], first: int, key: object = None) -> None:
        """Write a row of totals by head, those of amounts and counts as sums of the rows from `first`."""
        sums = {
            c.head: Formula(f"=SUM({self.span((first, self.row - 1), c.head)})", values[c.head])
            for c in self.columns
            if c.kind in ("kroner", "count") and not c.formula and values.get(c.head) is not None
        }
        self._cells([{**values, **sums}.get(c.head) for c in self.columns], key, bold=True, top=1)

    def _cells(self, values: Sequence[Value], key: object, **more) -> None:
        self.rows[key] = self.row, {column.head: value for column, value in zip(self.columns, values, strict=True)}
        for position, (value, column) in enumerate(zip(values, self.columns, strict=True)):
            if column.formula and value is not None:
                value = Formula(re.sub(r"\[(\^?)(.+?)\]", self._address, column.formula), value)
            self.write(self.row, position, value, column.kind, **more)
        # programs other than Excel do not fit the height of a row to wrapped text by themselves
        heights = [lines_of(v, c.width) for v, c in zip(values, self.columns, strict=True) if isinstance(v, str)]
        self.sheet.set_row(self.row, 15 * max(heights, default=1))
        self.row += 1

    def _address(self, found: re.Match) -> str:
        return self.at(self.first if found[1] else self.row, found[2])

    def write(self, row: int, column: int, value: Value, kind: str, **more) -> None:
        """Write a value; None leaves the cell empty."""
        self.last_column = max(self.last_column, column)
        if kind == "printed":  # as many decimals as the figure has: a fixed number would claim or hide some
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

    def line(self, name: str, *values: Value, kind: str = "kroner", **more) -> None:
        """Write a line of a small table."""
        self.write(self.row, 0, name, "text", **more)
        for column, value in enumerate(values, 1):
            self.write(self.row, column, value, kind, **more)
        self.row += 1

    def say(self, text: str, through: int = 0) -> None:
        """Write a text below what is there: in one line, or wrapped in the columns through one."""
        if through:
            self.sheet.merge_range(self.row, 0, self.row, through, "", self.format("text"))
            width = sum(column.width for column in self.columns[: through + 1])
            self.sheet.set_row(self.row, 15 * lines_of(text, width))
        self.write(self.row, 0, text, "text", text_wrap=bool(through))
        self.row += 1

    def index(self, head: str) -> int:
        """Give the number of a column by its head."""
        return [column.head for column in self.columns].index(head)

    def at(self, row: int, head: str) -> str:
        """Give the address of a cell by the head of its column."""
        return xl_rowcol_to_cell(row, self.index(head))

    def span(self, rows: tuple[int, int], head: str) -> str:
        """Give the address of a stretch of a column."""
        return ":".join(xl_rowcol_to_cell(row, self.index(head), True, True) for row in rows)

    def elsewhere(self, address: str) -> str:
        """Give an address of this sheet as the others write it."""
        return f"'{self.name}'!{address}"

    def linked(self, key: object, head: str) -> Formula | None:
        """Give another sheet's cell that shows one of this sheet's; an empty one where the value is unknown."""
        row, values = self.rows[key]
        value = values[head].value if isinstance(values[head], Formula) else values[head]
        return None if value is None else Formula(f"={self.elsewhere(self.at(row, head))}", value)

    def chart(
        self,
        kind: str,
        said: tuple[str, str],
        series: Sequence[Series],
        rows: tuple[int, int],
        labels: int,
        x: Mapping,
        y: Mapping,
        *,
        synthetic: bool,
        source: str = "",
        on: tuple["Sheet", int, int] | None = None,
    ) -> None:
        """Draw `rows` of this sheet, with the texts of column `labels`, below what is there or `on` a sheet's cell.

        What is `said` is the title, which also says where figures are synthetic, and a description for who cannot see
        it. Under the axis `x` stands of when the figures are, and where on the sheets.
        """
        charts = {}
        for one in series:
            drawn = one.kind or kind
            if drawn not in charts:
                type_, _, subtype = drawn.partition(" ")
                charts[drawn] = self.book.add_chart({"type": type_, "subtype": subtype or None})
                charts[drawn].show_blanks_as("gap")
            colour = {"color": COLOURS[one.colour]} if one.colour else {"none": True}
            line = {**colour, "width": 2.25, "dash_type": "dash" if one.dashed else "solid"}
            marker = {"type": "circle", "size": 6, "fill": colour, "border": colour}
            look = {"line": line, "marker": marker} if drawn == "line" else {"fill": colour, "gap": 60}
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
        sheet, row, column = on or (self, self.row, 0)
        sheet.sheet.insert_chart(row, column, chart, {"description": f"{title}. {said[1]}", "object_position": 3})
        sheet.row = max(sheet.row, row + CHART_ROWS)
        sheet.last_column = max(sheet.last_column, column + CHART_COLUMNS if column else 0)

    def finish(self, filtered_to: int = 0) -> None:
        """Set the print area, and the filter over the table's rows through `filtered_to`."""
        if filtered_to >= self.first:
            self.sheet.autofilter(self.head, 0, filtered_to, len(self.columns) - 1)
        self.sheet.print_area(0, 0, self.row, self.last_column)


def lines_of(text: str, width: float) -> int:
    """Give how many lines a text takes in a column of a width in characters."""
    return max(1, len(textwrap.wrap(text, int(width) - 2)))  # the two are the indent and the margin


def _printed_format(value: Decimal | int | str | None) -> str:
    if value is None or isinstance(value, str):
        return "text"
    decimals = max(0, -Decimal(value).normalize().as_tuple().exponent)
    # four digits stand without a point, as Danish allows: a year would else read 2.026
    whole = "0" if abs(value) < 10_000 else "#,##0"
    return DANISH + whole + (f".{'0' * decimals}" if decimals else "")

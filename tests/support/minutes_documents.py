"""Documents for the tests of `fingerplan minutes`: the printed tables of the seeds, in words and layouts of our own.

A document is a list of paragraphs and tables. A table keeps its cells, so that a test knows what must be read whatever
the layout, and whatever was changed in it.
"""

import csv
import random
import re
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from fingerplan.minutes.danish_text import Value, read_value, tidy
from fingerplan.minutes.tables.printed_table import Reading
from tests.support.project import ROOT

JOB = "Job, vejledning, integration og ydelser"
SOCIAL = "Tilbud til unge og voksne med særlige behov"
PLAN_TABLES = [f"FP-{number:02}" for number in range(1, 13)]
MINUTES_TABLES = [f"SAU-{number:02}" for number in range(1, 11)]
STATION_OF = {"FP-02": 1, "FP-03": 2, "FP-04": 3, "FP-08": 4, "FP-09": 5, "FP-10": 6, "FP-12": 7}


@dataclass
class PrintedTable:
    """A table as it is printed: the rows of its head, and rows of label cells and figures."""

    table_id: str
    head: list[list[str]]
    rows: list[tuple[list[str], list[str]]]
    breaks: list[int] = field(default_factory=list)  # rows before which a page ends
    repeats_head: bool = False
    figure_columns: int = 0  # columns that a reader counts; one with dashes only is none

    def numbers(self) -> list[tuple[list[str], list[Decimal | None]]]:
        """The labels and numbers of each row that has any; the others are headings."""
        rows = [
            (labels, [_number(cell) for cell in [*cells, *[""] * self.figure_columns][: self.figure_columns]])
            for labels, cells in self.rows
        ]
        return [(labels, numbers) for labels, numbers in rows if any(number is not None for number in numbers)]

    def expected(self) -> list[list[Decimal | None]]:
        """The numbers that must be read, row by row."""
        return [numbers for _, numbers in self.numbers()]


@dataclass
class PrintedDocument:
    """Paragraphs and tables in their order."""

    parts: list[str | PrintedTable]

    @classmethod
    def of(cls, text: str, reading: Reading) -> "PrintedDocument":
        """Take the tables of the seeds for those that a reader found in a text; the rest of it stays."""
        lines = text.split("\n")
        parts: list[str | PrintedTable] = []
        at = 0
        for table in sorted(reading.tables, key=lambda table: table.line):
            parts += ["\n".join(lines[at : table.line - 1]), printed_table(table.table_id)]
            at = max(cell.line for row in table.rows for cell in row.cells)
        return cls([*parts, "\n".join(lines[at:])])

    def expected(self) -> dict[str, list[list[Decimal | None]]]:
        """The numbers that must be read of each table; of one that stands there twice, each row once."""
        tables: dict[str, list[list[Decimal | None]]] = {}
        labels: dict[str, list[list[str]]] = {}
        for table in self.tables():
            rows = tables.setdefault(table.table_id, [])
            if rows == table.expected():
                continue
            seen = labels.setdefault(table.table_id, [])
            for label, numbers in table.numbers():
                if label not in seen:
                    rows.append(numbers)
                    seen.append(label)
        return tables

    def table(self, table_id: str) -> PrintedTable:
        """The table of an id."""
        return next(part for part in self.tables() if part.table_id == table_id)

    def tables(self) -> list[PrintedTable]:
        """All tables."""
        return [part for part in self.parts if isinstance(part, PrintedTable)]

    def text(self, layout: str = "tabs") -> str:
        """Render as text: `tabs`, `columns`, `spaces`, `markdown`, `html` or `broken`."""
        lines: list[str] = []
        for part in self.parts:
            if isinstance(part, str):
                lines += [part, ""]
            else:
                lines += [*(render_broken(part) if layout == "broken" else render(part, layout)), ""]
        return "\n".join(lines) + "\n"


def _number(cell: str) -> Decimal | None:
    value: Value | None = read_value(tidy(cell))
    return value.number if value else None


def render(table: PrintedTable, layout: str = "tabs", head_line: str = "") -> list[str]:
    """Render a table as lines; a page break puts blank lines and the foot of a page between two rows."""
    rows: list[list[str] | None] = [list(row) for row in table.head]
    for number, (labels, cells) in enumerate(table.rows):
        if number in table.breaks:
            rows.append(None)
            if table.repeats_head:
                rows += [list(row) for row in table.head]
        rows.append([*labels, *cells])
    widest = max(len(row) for row in rows if row)
    widths = [max(len(row[at]) for row in rows if row and at < len(row)) for at in range(widest)]
    lines: list[str] = []
    for row in rows:
        if row is None:
            lines += ["", "Side 31 af 47", ""]
        elif layout == "tabs":
            lines.append("\t".join(row))
        elif layout == "markdown":
            lines.append("| " + " | ".join(row) + " |")
            if row is rows[0]:
                lines.append("|" + " --- |" * widest)
        elif layout == "html":
            lines.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>")
        elif layout == "columns":
            cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row, widths, strict=False))]
            lines.append("   ".join([cells[0], *cells[2:]]).rstrip())
        else:
            lines.append("    ".join(row).rstrip())
    return lines


def render_broken(table: PrintedTable) -> list[str]:
    """Render a table of the plan as an extraction in reading order does: cells broken over lines, spaces lost."""
    columns = table.head[-1][-table.figure_columns :]
    prose = len(table.rows[0][0]) > 1
    if table.table_id == "FP-01":
        head = [
            " Økonomisk effekt (1.000 kr.) ",
            "",
            "Nr.  Titel Fingerplanens spor Løsningsforslag Økonomisk effekt/nøgletal ",
            "",
        ]
        lines = [*head, " ".join(columns) + " ", ""]
    else:
        corner = "  ".join(cell for cell in table.head[0][: -table.figure_columns] if cell)
        lines = ["", f"{corner}  {' '.join(columns)} "]
    for number, (labels, cells) in enumerate(table.rows):
        values = " ".join(cells) + " "
        label = labels[1] if table.table_id == "FP-01" and labels[1] else labels[0]
        is_total = number == len(table.rows) - 1 and len(table.rows) > 1
        if table.table_id == "FP-02" and number == 0:
            lines += ["En beskrivelse, der ", "fylder 2 linjer. ", ""]
            lines += [f"{values}{label[:14]}", f"{label[14:30]} ", f"{label[30:]} ", ""]
        elif table.table_id == "FP-02" and is_total:
            lines += ["", label, ""]
            for cell in cells:
                lines += [" ", f"{cell} ", ""]
        elif prose and not is_total:
            lines += [label[at : at + 15] for at in range(0, len(label), 15)]
            lines += [
                "",
                " Et spor ",
                "",
                "En beskrivelse med 3 årsværk, som ",
                "koster 200 t. kr. i 2024-2027.  ",
                "",
                values,
                "",
            ]
        elif table.table_id == "FP-06" and number == 0:
            lines += ["", f"{label}  {'         '.join(cells[:-1])}  ", " ", "", f"{cells[-1]} "]
        else:
            lines += [f"{label} {values}"]
        if table.table_id == "FP-01" and number in (1, 4):
            lines += ["1", "2", *head, " ".join(columns) + " "]
    return lines


@cache
def seed_rows(name: str) -> list[dict[str, str]]:
    """The rows of a seed."""
    with next(ROOT.glob(f"seeds/*/{name}.csv")).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def printed_table(table_id: str) -> PrintedTable:
    """A table of the seeds as its document prints it."""
    seed = "plan_table_cells" if table_id.startswith("FP-") else "minutes_table_cells"
    cells = [row for row in seed_rows(seed) if row["table_id"] == table_id]
    columns = list(dict.fromkeys(row["column_label"] for row in cells))
    labels = list(dict.fromkeys(row["row_label"] for row in cells))
    values = {(row["row_label"], row["column_label"]): row["value_as_printed"] for row in cells}
    rows = [([label], [values[label, column] for column in columns]) for label in labels]
    head = [[_CORNER.get(table_id, ""), *columns]]
    if table_id == "FP-01":
        head = [
            ["Nr.", "Titel", "Fingerplanens spor", "Løsningsforslag", "Økonomisk effekt/nøgletal",
             "Økonomisk effekt (1.000 kr.)", "", "", ""],
            ["", "", "", "", "", *columns],
        ]  # fmt: skip
        rows = [
            ([str(number), label[0], "Et spor", "Et forslag fra 2024.", "En gevinst på 2 mio. kr. i 2027."], cells)
            if number < len(rows)
            else ([label[0], "", "", "", ""], cells)
            for number, (label, cells) in enumerate(rows, 1)
        ]
    elif table_id in STATION_OF:
        head = [["Overskrift", "Beskrivelse", *columns]]
        rows = [([label[0], "En beskrivelse med 3 årsværk."], cells) for label, cells in rows]
    elif table_id == "SAU-02":
        rows.insert(0, ([JOB], [""] * len(columns)))
    elif table_id == "SAU-05":
        head[0].append("Anlægsbevillinger")
        rows = [(label, [*cells, dash]) for (label, cells), dash in zip(rows, ["-", "", "-"], strict=True)]
    elif table_id == "SAU-07":
        head = [["Fuldtidsledige brutto", "Område", *columns]]
        rows = [(label[0].split(" / "), cells) for label, cells in rows]
    elif table_id in ("SAU-09", "SAU-10"):
        pairs = [column.split(" / ") for column in columns]
        head = [[_CORNER[table_id], *[bracket for bracket, _ in pairs]], ["", *[measure for _, measure in pairs]]]
    return PrintedTable(table_id, head, rows, figure_columns=len(columns))


_CORNER = {
    "FP-05": "Investeringsmodel styrket fokus i myndighed på tabt arbejdsfortjeneste og samtidige ydelser (1.000 kr.)",
    "FP-06": "Antal personer",
    "FP-07": "1000 kr. *",
    "FP-11": "(mio. kr.)",
    "SAU-01": "Forslag (mio. kr.)",
    "SAU-02": "(mio. kr.)",
    "SAU-03": "Bevillingsansøgninger (mio. kr.)",
    "SAU-04": "Unge og voksne med særlige behov - service 31.3. 202",
    "SAU-05": "Bevillingsansøgninger (mio. kr.)",
    "SAU-06": "1000 kr., 26-pl",
    "SAU-09": "Beløb i 1.000 kr.",
    "SAU-10": "Social voksen",
}


def minutes(held_on: str = "09-06-2026", follow_up: str = "april 2026", rise: str = "11,8") -> PrintedDocument:
    """The tables of the minutes under items of our own, with sentences on the rise since the last follow-up."""
    return PrintedDocument(
        [
            f"REFERAT Social- og arbejdsmarkedsudvalget d. {held_on}",
            "Indholdsfortegnelse",
            "Et tilbud.....\t3\nStatus.....\t5",
            "Punkt 80: Et tilbud",
            "Økonomi",
            "Tabel: Anslået økonomisk effekt",
            printed_table("SAU-01"),
            "Forslaget kommer igen i 2027.",
            f"Punkt 81: Budgetopfølgning pr. 31. marts 2026 på bevillingsområde {JOB}",
            "Tabellen viser 2 rammer, som de ser ud efter 3 måneder.",
            printed_table("SAU-02"),
            "Resultatet svarer til det, der var ventet i 2025.",
            "Tabel: Ændringer pr. 31.03 2026",
            printed_table("SAU-03"),
            f"Punkt 82: Budgetopfølgning pr. 31. marts 2026 på bevillingsområde {SOCIAL}",
            printed_table("SAU-04"),
            "Herunder følger ansøgningerne.",
            printed_table("SAU-05"),
            "Punkt 83: Det nye budget",
            "Oversigt over det, der udløber.",
            printed_table("SAU-06"),
            "Tidspunkt\tAktivitet\nJuni\tDrøftelse\nJuli\tPause",
            "Punkt 86: Orientering",
            "Ledigheden",
            printed_table("SAU-07"),
            "Kilde: en statistik",
            "Grænserne for refusion fremgår her.",
            printed_table("SAU-08"),
            f"Tal for måneden: sidste opfølgning, der omfattede data fra {follow_up}. Ændring inden for"
            f" refusionssatserne på {rise} mio. kr.",
            "Bevægelser: en tilgang af 4 sager og afgang af 3 sager; i denne kategori dvs. +1 sag.",
            "Udviklingen måned for måned:",
            printed_table("SAU-09"),
            "Og år for år:",
            printed_table("SAU-10"),
            "Punkt 87: Underskrift",
        ]
    )


def next_minutes() -> PrintedDocument:
    """The minutes two months later: a row more, unemployment a month on, follow-ups of the end of June."""
    document = minutes("11-08-2026", "maj 2026", "8,0")
    monthly, yearly, unemployment = (document.table(f"SAU-{number:02}") for number in (9, 10, 7))
    cells = ["165", "225,0", "38", "81,0", "42", "159,2", "245", "465,2"]
    monthly.rows = [row for row in monthly.rows if row[0] != ["Juni 2025"]] + [(["Juni 2026"], cells)]
    yearly.rows[-1] = (["2026"], list(cells))
    unemployment.head[0][2:] = ["Maj 2025", "April 2026", "Maj 2026"]
    for labels, cells in unemployment.rows:
        cells[0:2] = cells[1:3]
        if labels == ["Sæsonkorrigeret", "Randers Kommune"]:
            cells[1] = "1.650"  # April, revised
    bridge = document.table("SAU-04")
    bridge.head[0][0] = "Unge og voksne med særlige behov - service 30.6. 2026"
    for row, cell in ((4, "12,0"), (7, "756,3"), (8, "31,1"), (10, "24,6"), (12, "43,5")):
        bridge.rows[row][1][0] = cell
    document.parts = [
        part.replace("31. marts 2026", "30. juni 2026")
        .replace("31.03 2026", "30.06 2026")
        .replace("Punkt 8", "Punkt 9")
        if isinstance(part, str)
        else part
        for part in document.parts
    ]
    return document


def plan() -> PrintedDocument:
    """The tables of the plan under headings of our own."""
    stations = {int(row["station_no"]): row["station_name"] for row in seed_rows("stations") if row["station_no"]}
    parts: list[str | PrintedTable] = ["# En plan", "Nye stationer", printed_table("FP-01")]
    for table_id in PLAN_TABLES[1:]:
        if table_id in STATION_OF:
            parts += [f"# {STATION_OF[table_id]}. {stations[STATION_OF[table_id]]}", "## Budget 2024-2027 (1.000 kr.)"]
        elif table_id == "FP-11":
            parts.append("Businesscase ved etablering af Team God Arbejdsplads")
        parts += [printed_table(table_id), "Note: plus er en udgift", "Uddybende beskrivelse af forslaget"]
    return PrintedDocument(parts)


# --- what next month may bring ---------------------------------------------------------------------------------------


def vary(document: PrintedDocument, chance: random.Random) -> tuple[PrintedDocument, str, list[str]]:
    """Change a document in one to three ways; returns it, its layout, and the names of the changes."""
    varied = deepcopy(document)
    names = []
    for change in chance.sample(CHANGES, chance.randint(1, 3)):
        change(varied, chance)
        names.append(change.__name__.removeprefix("_"))
    return varied, chance.choice(["tabs", "tabs", "tabs", "columns", "spaces", "markdown", "html"]), names


def _any_table(document: PrintedDocument, chance: random.Random) -> PrintedTable:
    return chance.choice(document.tables())


def _one_more_month(document: PrintedDocument, chance: random.Random) -> None:
    """The row of June in the monthly table, and the same figures for the year."""
    for table in document.tables():
        if table.table_id == "SAU-09":
            cells = []
            for bracket in range(3):
                count, cost = table.rows[-1][1][2 * bracket : 2 * bracket + 2]
                number = int(count) + chance.randint(-3, 3)
                mean = read_value(cost).number / int(count) * (100 + chance.randint(-1, 1)) / 100
                cells += [str(number), _danish((number * mean).quantize(Decimal("0.1")))]
            cells += [
                str(sum(int(cell) for cell in cells[0::2])),
                _danish(sum(read_value(cell).number for cell in cells[1::2])),
            ]
            table.rows.append((["Juni 2026"], cells))
            for other in document.tables():
                if other.table_id == "SAU-10":
                    other.rows[-1] = (["2026"], list(cells))


def _row_dropped(document: PrintedDocument, chance: random.Random) -> None:
    table = _any_table(document, chance)
    if len(table.rows) > 1:
        del table.rows[chance.randrange(len(table.rows))]


def _rows_reordered(document: PrintedDocument, chance: random.Random) -> None:
    table = _any_table(document, chance)
    one, other = chance.randrange(len(table.rows)), chance.randrange(len(table.rows))
    table.rows[one], table.rows[other] = table.rows[other], table.rows[one]


def _items_renumbered(document: PrintedDocument, chance: random.Random) -> None:
    shift = chance.randint(-60, 60)
    for at, part in enumerate(document.parts):
        if isinstance(part, str):
            document.parts[at] = re.sub(
                r"^Punkt ([0-9]+):", lambda found: f"Punkt {int(found[1]) + shift}:", part, flags=re.M
            )


def _page_break(document: PrintedDocument, chance: random.Random) -> None:
    table = _any_table(document, chance)
    table.breaks.append(chance.randrange(len(table.rows)))
    table.repeats_head = chance.random() < 0.5


def _spacing(document: PrintedDocument, chance: random.Random) -> None:
    table = _any_table(document, chance)
    space = chance.choice(["  {}", "{} ", "\u00a0{}", " {}  "])
    table.rows = [(labels, [space.format(cell) if cell else cell for cell in cells]) for labels, cells in table.rows]


def _signs(document: PrintedDocument, chance: random.Random) -> None:
    minus = chance.choice(["- ", "\u2212", "–", "-"])
    for table in chance.sample(document.tables(), 3):
        table.rows = [
            (labels, [minus + cell[1:].strip() if len(cell) > 1 and cell[0] == "-" else cell for cell in cells])
            for labels, cells in table.rows
        ]


def _footnote_mark(document: PrintedDocument, chance: random.Random) -> None:
    _, cells = chance.choice(_any_table(document, chance).rows)
    at = chance.randrange(len(cells))
    if cells[at][-1:].isdigit():
        cells[at] += "*"


_RENAMED = {
    "Forventet forbrug": "Forventet årsforbrug",
    "Anlægsbevillinger": "Anlæg",
    "Udgift": "Udgifter",
    "Antal sager": "Sager",
    "Korrigeret budget ekskl. overførsler inkl. bevillingsans.": "Korrigeret budget ekskl. overførsler",
    "25 pct. refusion": "25 % refusion",
    "50 pct. refusion": "50 % refusion",
    "75 pct. refusion": "75 procent refusion",
    "Total": "I alt",
    "Fuldtidsledige brutto": "Fuldtidsledige",
    "1000 kr., 26-pl": "1.000 kr. 26-pl",
    "Mio. kr.": "mio. kr.",
    "Beløb i 1.000 kr.": "Beløb i mio. kr.",
}


def _columns_renamed(document: PrintedDocument, chance: random.Random) -> None:
    for old in chance.sample(sorted(_RENAMED), 4):
        for table in document.tables():
            table.head = [[_RENAMED[old] if cell == old else cell for cell in row] for row in table.head]


def _labels_changed_a_little(document: PrintedDocument, chance: random.Random) -> None:
    for table in chance.sample(document.tables(), 3):
        for labels, _ in table.rows:
            at = len(labels) - 1 if table.table_id == "SAU-07" else (1 if table.table_id == "FP-01" else 0)
            label = labels[at]
            if len(label) > 14 and not label[-4:].isdigit() and chance.random() < 0.5:
                place = chance.randrange(3, len(label) - 1)
                if label[place].isalpha():
                    labels[at] = label[:place] + chance.choice(["", "e", label[place] * 2]) + label[place + 1 :]


def _other_values(document: PrintedDocument, chance: random.Random) -> None:
    """Another figure in one cell: a total over it then no longer holds."""
    table = _any_table(document, chance)
    _, cells = chance.choice(table.rows)
    at = chance.randrange(table.figure_columns)
    value = read_value(cells[at])
    if value and value.number is not None and "og derunder" not in cells[at]:
        change = chance.choice([Decimal("0.9"), Decimal("1.1"), Decimal("1.3")])
        scale = Decimal(1).scaleb(value.number.as_tuple().exponent)
        cells[at] = _danish((value.number * change).quantize(scale))


def _other_values_and_totals(document: PrintedDocument, chance: random.Random) -> None:
    """Another cost in one month, with its total."""
    for table in document.tables():
        if table.table_id == "SAU-09":
            _, cells = table.rows[chance.randrange(len(table.rows) - 4)]
            cost = read_value(cells[3]).number + Decimal(chance.randint(1, 30)) / 10
            cells[3] = _danish(cost)
            cells[7] = _danish(sum(read_value(cells[at]).number for at in (1, 3, 5)))


def _next_unemployment(document: PrintedDocument, chance: random.Random) -> None:
    """The table of a month later: all three months move."""
    for table in document.tables():
        if table.table_id == "SAU-07":
            table.head[0][2:] = ["Maj 2025", "April 2026", "Maj 2026"]
            for _, cells in table.rows:
                cells[1], cells[2] = cells[2], cells[chance.randrange(3)]


def _cell_lost(document: PrintedDocument, chance: random.Random) -> None:
    """A cell that the extraction lost, with its tab: the figures behind it move one column."""
    table = _any_table(document, chance)
    _, cells = chance.choice(table.rows)
    del cells[chance.randrange(len(cells))]


def _cell_unreadable(document: PrintedDocument, chance: random.Random) -> None:
    _, cells = chance.choice(_any_table(document, chance).rows)
    at = chance.randrange(len(cells))
    if cells[at]:
        cells[at] = chance.choice(["1O,5", "?", "12,3,4", "1.23.4", cells[at] + " t"])


def _label_over_two_lines(document: PrintedDocument, chance: random.Random) -> None:
    table = _any_table(document, chance)
    at = chance.randrange(len(table.rows))
    labels, cells = table.rows[at]
    words = labels[0].split()
    if len(words) > 3 and table.table_id.startswith("SAU"):
        table.rows[at] = ([" ".join(words[2:]), *labels[1:]], cells)
        table.rows.insert(at, ([" ".join(words[:2]), *[""] * (len(labels) - 1)], [""] * len(cells)))


def _table_twice(document: PrintedDocument, chance: random.Random) -> None:
    table = deepcopy(_any_table(document, chance))
    if table.table_id.startswith("SAU"):
        document.parts.insert(document.parts.index(document.table(table.table_id)) + 1, "Tabellen igen:")
        document.parts.insert(document.parts.index("Tabellen igen:") + 1, table)
        if chance.random() < 0.5:
            _, cells = chance.choice(table.rows)
            cells[0] = "999,9"


def _table_moved(document: PrintedDocument, chance: random.Random) -> None:
    table = _any_table(document, chance)
    if table.table_id in ("SAU-01", "SAU-06", "SAU-07", "SAU-08", "SAU-09", "SAU-10", "FP-06"):
        document.parts.remove(table)
        document.parts.insert(chance.randrange(2, len(document.parts)), table)  # never before the head


def _another_unit(document: PrintedDocument, chance: random.Random) -> None:
    """Figures a thousand times as large under the same head, or another unit over the same figures."""
    table = _any_table(document, chance)
    if chance.random() < 0.5:
        table.rows = [(labels, [_times_thousand(cell) for cell in cells]) for labels, cells in table.rows]
    else:
        table.head = [[cell.replace("mio. kr.", "1.000 kr.") for cell in row] for row in table.head]


def _times_thousand(cell: str) -> str:
    value = read_value(cell)
    return _danish(value.number * 1000) if value and value.number is not None else cell


CHANGES = [
    _one_more_month, _row_dropped, _rows_reordered, _items_renumbered, _page_break, _spacing, _signs, _footnote_mark,
    _columns_renamed, _labels_changed_a_little, _other_values, _other_values_and_totals, _next_unemployment, _cell_lost,
    _cell_unreadable, _label_over_two_lines, _table_twice, _table_moved, _another_unit,
]  # fmt: skip

# what an extraction or a typist may do without making a figure uncertain
HARMLESS = [
    _one_more_month, _items_renumbered, _page_break, _spacing, _signs, _footnote_mark, _columns_renamed,
    _other_values_and_totals, _next_unemployment, _label_over_two_lines, _table_moved,
]  # fmt: skip


def _danish(number: Decimal) -> str:
    whole, _, decimals = f"{abs(number):f}".partition(".")
    groups = f"{int(whole):,}".replace(",", ".")
    return ("-" if number < 0 else "") + groups + (f",{decimals}" if decimals else "")

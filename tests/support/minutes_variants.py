"""What next month's minutes may bring, or an extraction may do to them: changes to a printed document, by chance."""

import random
import re
from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal

from fingerplan.minutes.danish_text import read_value
from tests.support.minutes_documents import PrintedDocument, PrintedTable

Change = Callable[[PrintedDocument, random.Random], None]


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
                mean = _number(cost) / int(count) * (100 + chance.randint(-1, 1)) / 100
                cells += [str(number), _danish((number * mean).quantize(Decimal("0.1")))]
            cells += [
                str(sum(int(cell) for cell in cells[0::2])),
                _danish(sum(map(_number, cells[1::2]), Decimal(0))),
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
        scale = Decimal(1).scaleb(int(value.number.as_tuple().exponent))
        cells[at] = _danish((value.number * change).quantize(scale))


def _other_values_and_totals(document: PrintedDocument, chance: random.Random) -> None:
    """Another cost in one month, with its total."""
    for table in document.tables():
        if table.table_id == "SAU-09":
            _, cells = table.rows[chance.randrange(len(table.rows) - 4)]
            cost = _number(cells[3]) + Decimal(chance.randint(1, 30)) / 10
            cells[3] = _danish(cost)
            cells[7] = _danish(sum((_number(cells[at]) for at in (1, 3, 5)), Decimal(0)))


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


CHANGES: list[Change] = [
    _one_more_month, _row_dropped, _rows_reordered, _items_renumbered, _page_break, _spacing, _signs, _footnote_mark,
    _columns_renamed, _labels_changed_a_little, _other_values, _other_values_and_totals, _next_unemployment, _cell_lost,
    _cell_unreadable, _label_over_two_lines, _table_twice, _table_moved, _another_unit,
]  # fmt: skip

# what an extraction or a typist may do without making a figure uncertain
HARMLESS: list[Change] = [
    _one_more_month, _items_renumbered, _page_break, _spacing, _signs, _footnote_mark, _columns_renamed,
    _other_values_and_totals, _next_unemployment, _label_over_two_lines, _table_moved,
]  # fmt: skip


def _number(cell: str) -> Decimal:
    value = read_value(cell)
    assert value is not None and value.number is not None, cell
    return value.number


def _danish(number: Decimal) -> str:
    whole, _, decimals = f"{abs(number):f}".partition(".")
    groups = f"{int(whole):,}".replace(",", ".")
    return ("-" if number < 0 else "") + groups + (f",{decimals}" if decimals else "")

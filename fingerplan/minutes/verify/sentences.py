"""Read the sentences that state figures, and hold them against the tables.

The seed `text_figures` says by which words each figure stands, and `text_claims` what it must be. In later minutes the
same words stand by other figures: what was the last row of a series then is the last row now.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from fingerplan.minutes.danish_text import MONTH_AND_YEAR, MONTHS, NUMBER, Value, number_of, period_of
from fingerplan.minutes.registry.known_figures import Claim, Known, TextFigure
from fingerplan.minutes.source.lines import Document
from fingerplan.minutes.tables.printed_table import Reading
from fingerplan.minutes.tables.table_specs import bracket_and_measure

_CHANGING = re.compile(rf"(?P<number>(?<![0-9])(?:{NUMBER})|(?<=[0-9])[0-9.,]*[0-9])|(?:{'|'.join(MONTHS)})|\s+", re.I)
_LAST_FOLLOW_UP = re.compile(rf"sidste opfølgning, der omfattede data fra ({MONTH_AND_YEAR})", re.I)


@dataclass
class Statement:
    """A figure in a sentence, with what the tables give for it."""

    figure: TextFigure
    value: Value
    line: int
    checks: list[tuple[Claim, Decimal, str]] = field(default_factory=list)  # claim, computed value and verdict

    @property
    def verdict(self) -> str:
        """The worst verdict of its checks; empty where no table gives the figure."""
        order = ("differs", "documented", "rounding", "exact")
        return next((verdict for verdict in order if any(check[2] == verdict for check in self.checks)), "")


def read_statements(reading: Reading, known: Known) -> list[Statement]:
    """Find the figures of running text, and check those that a table gives.

    Returns:
        The figures found, in the order of the seed. A figure whose words stand nowhere, or in more places than
        before, is left out.
    """
    text, starts, numbers = _flow(reading.document)
    bare, places = _bare(text)
    prefixes = {table.table_id.split("-")[0] for table in reading.tables}
    statements: dict[str, Statement] = {}
    for figure in known.text_figures.values():
        if figure.table_id.split("-")[0] not in prefixes or not (figure.words_before or figure.words_after):
            continue
        found = _find(figure, bare, ("#", *known.number_words))
        if figure.occurrence is None and len(found) != 1:
            continue
        if figure.occurrence is not None and len(found) < figure.occurrence:
            continue
        start, end = found[(figure.occurrence or 1) - 1]
        printed = text[places[start] : places[end - 1] + 1] if bare[start] != "#" else _number_at(text, places[start])
        line = numbers[bisect_right(starts, places[start]) - 1]
        word = known.number_words.get(printed.lower())
        value = Value(printed, word if word is not None else number_of(printed))
        statements[figure.figure_id] = Statement(figure, value, line)
    _check(statements, reading, known, text)
    return list(statements.values())


def _flow(document: Document) -> tuple[str, list[int], list[int]]:
    """Join all lines to one text; returns it with where each line starts in it and the line's number."""
    text = ""
    starts: list[int] = []
    numbers: list[int] = []
    for line in document.lines:
        if not line.text:
            continue
        if re.fullmatch("[a-zæøå]-", text[-2:]) and line.text[0].islower():
            text = text[:-1]  # a word parted at the end of a line
        elif text:
            text += " "
        starts.append(len(text))
        numbers.append(line.number)
        text += line.text
    return text, starts, numbers


def _bare(text: str) -> tuple[str, list[int]]:
    """Leave out the spaces, and write any number as # and any month as @: what stays from month to month.

    Returns the bare text with the place of each of its characters in the text.
    """
    parts: list[str] = []
    places: list[int] = []
    end = 0
    for match in _CHANGING.finditer(text):
        parts.append(text[end : match.start()].lower())
        places.extend(range(end, match.start()))
        if not match[0].isspace():
            parts.append("#" if match["number"] else "@")
            places.append(match.start())
        end = match.end()
    parts.append(text[end:].lower())
    places.extend(range(end, len(text)))
    return "".join(parts), places


def _find(figure: TextFigure, bare: str, values: tuple[str, ...]) -> list[tuple[int, int]]:
    """Find where a figure's words stand: start and end of the figure between them, in the order of the text."""
    before = _bare(figure.words_before)[0]
    after = _bare(f"0{figure.words_after}")[0][1:]  # behind a figure, '-3' is no negative number
    found = []
    for value in values:
        wanted = f"{before}{value}{after}"
        at = bare.find(wanted)
        while at >= 0:
            found.append((at + len(before), at + len(before) + len(value)))
            at = bare.find(wanted, at + 1)
    return sorted(found)


def _number_at(text: str, place: int) -> str:
    return _CHANGING.match(text, place)[0]


# --- against the tables ----------------------------------------------------------------------------------------------


def _check(statements: dict[str, Statement], reading: Reading, known: Known, text: str) -> None:
    cells = _Cells(reading, known, text)
    for claim in known.claims:
        statement = statements.get(claim.figure_id)
        if statement is None or (cells.is_later and claim.check_id in known.documented):
            continue  # a contradiction of the first document is nothing that the next one says
        sums = {"numerator": Decimal(0), "denominator": Decimal(0), "factor": Decimal(0)}
        halves = dict(sums)
        roles = {role for role, _, _ in claim.terms}
        for role, figure_id, coefficient in claim.terms:
            term = statements.get(figure_id)
            found = _in_base(term.value, term.figure.unit, known) if term else cells.find(figure_id)
            if found is None:
                break
            sums[role] += coefficient * found[0]
            halves[role] += abs(coefficient) * found[1]
        else:
            printed, half = _in_base(statement.value, statement.figure.unit, known)
            verdict, computed = _verdict(printed, half, sums, halves, roles)
            factor = known.units[statement.figure.unit]
            computed /= factor
            if verdict == "differs" and not cells.is_later and claim.check_id in known.documented:
                verdict = "documented"
            statement.checks.append((claim, computed, verdict))


def _verdict(printed, half, sums, halves, roles) -> tuple[str, Decimal]:
    """Compare as the warehouse does: the interval of the printed figure with that of what it is computed from."""
    corners = []
    for a in (sums["numerator"] - halves["numerator"], sums["numerator"] + halves["numerator"]):
        for f in (sums["factor"] - halves["factor"], sums["factor"] + halves["factor"]) if "factor" in roles else (1,):
            for d in (
                (sums["denominator"] - halves["denominator"], sums["denominator"] + halves["denominator"])
                if "denominator" in roles
                else (1,)
            ):
                corners.append(a * f / d)
    computed = sums["numerator"] * (sums["factor"] if "factor" in roles else 1)
    computed /= sums["denominator"] if "denominator" in roles else 1
    if printed == computed:
        return "exact", computed
    meets = printed + half >= min(corners) and printed - half <= max(corners)
    return ("rounding" if meets else "differs"), computed


def _in_base(value: Value, unit: str, known: Known) -> tuple[Decimal, Decimal]:
    factor = known.units[unit]
    in_words = not re.search("[0-9]", value.printed)
    half = Decimal(0) if unit in known.exact_units or in_words else value.half_unit
    return value.number * factor, half * factor


class _Cells:
    """Finds the cell of the document that a claim means, named by its place in the first document."""

    def __init__(self, reading: Reading, known: Known, text: str):
        self.reading = reading
        self.known = known
        first = {table.document_id for table in known.tables.values() if reading.table(table.form_id)}
        dates = {known.documents[name]["document_date"] for name in first}
        held = reading.document.held_on
        self.is_later = held is not None and held.isoformat() not in dates
        stated = [period_of(found) for found in _LAST_FOLLOW_UP.findall(text)]
        self.follow_up: date | None = max(stated, default=None)

    def find(self, figure_id: str) -> tuple[Decimal, Decimal] | None:
        """Value and half a unit of a cell such as SAU-09.r7.c8, in the base unit; None where it is not printed."""
        match = re.fullmatch(r"([A-Z]+-[0-9]+)\.r([0-9]+)\.c([0-9]+)", figure_id)
        if match is None:
            return None
        table = self.reading.table(match[1])
        base = self.known.tables[match[1]]
        if table is None or not table.rows:
            return None
        row_no, column_no = int(match[2]), int(match[3])
        if table.form.rows == "labels":
            row = next((row for row in table.rows if row.label == base.rows[row_no]), None)
        elif row_no == 1:
            row = table.rows[0]
        else:
            row = self._from_end(table.rows, base.first_rows - row_no)
            last = period_of(table.rows[-1].label)
            is_last_but_one = table.form.rows == "month" and base.first_rows - row_no == 1
            if is_last_but_one and self.is_later and self.follow_up and self.follow_up < last:
                row = next((row for row in table.rows if period_of(row.label) == self.follow_up), None)
        if row is None:
            return None
        if table.form.column != r"20[0-9]{2}" and any(period_of(label) for label in table.columns) and self.is_later:
            at = len(table.columns) - 1 - (base.first_columns - column_no)
        elif table.form.rows != "labels":
            wanted = bracket_and_measure(base.columns[column_no])
            at = next((at for at, label in enumerate(table.columns) if bracket_and_measure(label) == wanted), None)
        else:
            at = table.columns.index(base.columns[column_no]) if base.columns[column_no] in table.columns else None
        if at is None or not 0 <= at < len(table.columns) or row.cells[at].value.number is None:
            return None
        return _in_base(row.cells[at].value, row.cells[at].unit, self.known)

    @staticmethod
    def _from_end(rows: list, back: int):
        return rows[-1 - back] if back < len(rows) else None

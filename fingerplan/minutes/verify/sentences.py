"""Read the sentences that state figures, and compare them with the tables.

The seed `text_figures` says between which words each figure stands, and `checks` what it must be. In later minutes the
same words stand beside other figures: where the first document meant the last row of a series, so does the next one.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from decimal import Decimal

from fingerplan.minutes.danish_text import MONTHS, NUMBER, Value, number_of
from fingerplan.minutes.known_figures import Claim, Known, TextFigure
from fingerplan.minutes.source.lines import Document
from fingerplan.minutes.tables.printed_table import Reading
from fingerplan.minutes.verify.cells import CellFinder
from fingerplan.minutes.verify.verdict import Interval, Term, Verdict, computed_interval, printed_interval, verdict_on

_CHANGING = re.compile(rf"(?P<number>(?<![0-9])(?:{NUMBER})|(?<=[0-9])[0-9.,]*[0-9])|(?:{'|'.join(MONTHS)})|\s+", re.I)
_WORST_FIRST: tuple[Verdict, ...] = ("unreconciled", "documented", "rounding", "exact")


@dataclass(frozen=True)
class StatementCheck:
    """A claim about a figure of running text, and what the tables give for it in the printed unit."""

    claim: Claim
    computed: Decimal
    verdict: Verdict


@dataclass
class Statement:
    """A figure in a sentence, with what the tables give for it."""

    figure: TextFigure
    value: Value
    line: int
    checks: list[StatementCheck] = field(default_factory=list)

    @property
    def verdict(self) -> Verdict | None:
        """The worst verdict of its checks; None where no table gives the figure."""
        found = {check.verdict for check in self.checks}
        return next((verdict for verdict in _WORST_FIRST if verdict in found), None)


def read_statements(reading: Reading, known: Known) -> list[Statement]:
    """Find the figures of running text, and check those that a table gives.

    Returns:
        The figures found, in the order of the seed. A figure is left out where its words are not found, or are found in
        more places than before.
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
    _check(statements, CellFinder(reading, known, text), known)
    return list(statements.values())


def _flow(document: Document) -> tuple[str, list[int], list[int]]:
    """Join all lines into one text; returns it with where each line starts in it, and the numbers of the lines."""
    text = ""
    starts: list[int] = []
    numbers: list[int] = []
    for line in document.lines:
        if not line.text:
            continue
        if re.fullmatch("[a-zæøå]-", text[-2:]) and line.text[0].islower():
            text = text[:-1]  # a word broken at the end of a line
        elif text:
            text += " "
        starts.append(len(text))
        numbers.append(line.number)
        text += line.text
    return text, starts, numbers


def _bare(text: str) -> tuple[str, list[int]]:
    """Drop the spaces, and write any number as # and any month as @: what is left is the same from month to month.

    Returns the bare text, and where in the text each of its characters stands.
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
    """Find the figure between its words: start and end of every place in the bare text, in order."""
    before = _bare(figure.words_before)[0]
    after = _bare(f"0{figure.words_after}")[0][1:]  # behind a figure, '-3' is not a negative number
    found = []
    for value in values:
        wanted = f"{before}{value}{after}"
        at = bare.find(wanted)
        while at >= 0:
            found.append((at + len(before), at + len(before) + len(value)))
            at = bare.find(wanted, at + 1)
    return sorted(found)


def _number_at(text: str, place: int) -> str:
    number = _CHANGING.match(text, place)
    assert number is not None, "a # of the bare text stands for a number"  # noqa: S101 - by `_bare`
    return number[0]


def _check(statements: dict[str, Statement], cells: CellFinder, known: Known) -> None:
    """Add to each statement what its claims compute; a claim with a figure that is not printed here adds nothing."""

    def interval(figure_id: str) -> Interval | None:
        statement = statements.get(figure_id)
        if statement is None:
            return cells.interval(figure_id)
        return printed_interval(statement.value, known.units[statement.figure.unit])

    for claim in known.claims:
        statement = statements.get(claim.figure_id)
        if statement is None or (cells.is_later and claim.check_id in known.documented):
            continue  # a contradiction of the first document says nothing of the next one
        terms = [
            Term(role, coefficient, figure)
            for role, figure_id, coefficient in claim.terms
            if (figure := interval(figure_id))
        ]
        printed = interval(claim.figure_id)
        computed = computed_interval(terms)
        if printed is None or computed is None or len(terms) < len(claim.terms):
            continue
        unit = known.units[statement.figure.unit]
        printed, computed = printed.in_unit(unit), computed.in_unit(unit)
        verdict = verdict_on(printed, computed, known.documented.get(claim.check_id))
        statement.checks.append(StatementCheck(claim, computed.value, verdict))

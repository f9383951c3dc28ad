"""The known tables: what the head of each looks like, and how its rows and columns are read.

A spec holds what stays when a table is printed again: the words of the head, not its item number, place or figures.
Labels, units and rules come from the seeds; only what a seed cannot say is here. A new kind of printed table is
added here.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from fingerplan.minutes.danish_text import MONTH_AND_YEAR, YEAR

_YEARS = rf"(?P<columns>{YEAR}(?:\s+{YEAR})*)"
_THOUSANDS = r"1\.?000 ?kr\.?"
_MILLIONS = r"mio\. ?kr\.?"
_BRACKET = r"(?:25|50|75)\s?(?:pct\.?|procent|%)\s?refusion|total|i alt"
_MEASURE = r"(?:antal\s)?sager(?: i alt)?|antal|udgift(?:er)?(?: i alt)?(?:\s?\([^)]{1,12}\))?"

# the corner of the high-cost head where the cases are ours; another area's table is otherwise the same
OUR_CORNER = re.compile(r"|beløb i .*|social voksen.*|social unge og voksne.*|måned|år|periode", re.I)

# how a head states the unit, and which unit it means
STATED_UNITS = ((_THOUSANDS, "tdkk"), (_MILLIONS, "mdkk"), (r"antal personer", "persons"), (r"\bkr\.?", "dkk"))


@dataclass(frozen=True)
class TableSpec:
    """How a table is recognised and read.

    Attributes:
        table_id: the table as the contract names it.
        head: pattern of the head, from the start of a line to the end of one, with single spaces and line ends; the
            group `columns` holds the labels of all columns, or the groups c1, c2 ... one each.
        column: pattern of a single label of `columns`.
        rows: what labels a row: one of the known `labels`, a `month` or a `year`.
        label_cells: the cells of a delimited row in which the label may stand, the first that is not blank; None: all.
        prose: whether descriptions come between the label and its figures.
        series: whether a later document adds to the table; otherwise another date or plan period is another table.
        station: the station of the plan under whose heading the table stands.
        trace: words found in this head only: a table whose head is not recognised would be lost but for them.
    """

    table_id: str
    head: str
    column: str = YEAR
    rows: str = "labels"
    label_cells: tuple[int, ...] | None = None
    prose: bool = False
    series: bool = False
    station: int | None = None
    trace: str = ""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The head as a compiled pattern; a line may end between any two of its words."""
        head = re.sub(r" (?![?\]])", r"\\s+", self.head)
        return re.compile(rf"{head}[ ]*(?=\n|$)", re.I)


def _budget(table_id: str, station: int) -> TableSpec:
    return TableSpec(
        table_id, rf"overskrift\s+beskrivelse\s+{_YEARS}", label_cells=(0, 1), prose=True, station=station,
        trace=r"overskrift\s+beskrivelse",
    )  # fmt: skip


_HIGH_COST_HEAD = (
    rf"(?P<corner>[^\n]{{0,60}}?)(?:\s+|^)(?P<groups>(?:{_BRACKET})(?:\s+(?:{_BRACKET}))*)"
    rf"\s+(?P<measures>(?:{_MEASURE})(?:\s+(?:{_MEASURE}))*)"
)

TABLE_SPECS = (
    TableSpec(
        "FP-01",
        rf"(?:økonomisk effekt \({_THOUSANDS}\)\s+)?nr\.?\s+titel\s+fingerplanens spor\s+løsningsforslag"
        rf"\s+økonomisk effekt ?/ ?nøgletal(?:\s+økonomisk effekt \({_THOUSANDS}\))?\s+{_YEARS}",
        label_cells=(1, 0),
        prose=True,
        trace=r"fingerplanens spor\b.*løsningsforslag",
    ),
    _budget("FP-02", 1),
    _budget("FP-03", 2),
    _budget("FP-04", 3),
    TableSpec("FP-05", rf"investeringsmodel styrket fokus i myndighed[^\n]*(?:\n[^\n]*)?\({_THOUSANDS}\)\s+{_YEARS}",
              trace="investeringsmodel styrket fokus i myndighed"),
    TableSpec("FP-06", rf"antal personer\s+{_YEARS}", series=True, trace=rf"antal personer\s+{YEAR}"),
    TableSpec("FP-07", rf"\(?{_THOUSANDS}\)? ?\*?\s+{_YEARS}(?=\s+(?:landsplan|hele landet|randers))", series=True,
              trace=r"1\.?000 kr\.? ?\*"),
    _budget("FP-08", 4),
    _budget("FP-09", 5),
    _budget("FP-10", 6),
    TableSpec("FP-11", rf"\(?{_MILLIONS}\)?\s+{_YEARS}", station=6),
    _budget("FP-12", 7),
    TableSpec("SAU-01", rf"forslag \(?(?:{_MILLIONS}|{_THOUSANDS})\)?\s+{_YEARS}", series=True, trace=r"forslag \("),
    TableSpec(
        "SAU-02",
        rf"\(?(?:{_MILLIONS}|{_THOUSANDS})\)?\s+(?P<c1>korrigeret\s+budget\s+ekskl\.?\s+overf[^\t]{{0,60}}?)"
        r"\s+(?P<c2>(?:forventet|skønnet)\s+(?:års)?forbrug)"
        r"\s+(?P<c3>(?:årets\s+)?forvente\w+\s+(?:års)?resultat\s+ekskl\.?\s+overf\w+)\s+(?P<c4>overført\w*|overførsler)"
        r"\s+(?P<c5>(?:årets\s+)?forvente\w+\s+(?:års)?resultat\s+inkl\.?\s+overf\w+)",
        trace=rf"\(?{_MILLIONS}\)?\s+korrigeret",
    ),
    TableSpec(
        "SAU-03",
        rf"bevillingsansøgninger \(?(?:{_MILLIONS}|{_THOUSANDS})\)?\s+(?P<columns>{YEAR}(?:\s+{YEAR})*\s+anlæg\w*)",
        column=rf"{YEAR}|anlæg\w*",
        trace=r"bevillingsansøgninger \(?(?:mio|1\.?000)",
    ),
    TableSpec("SAU-04", rf"unge og voksne med særlige behov ?[-–] ?service[^\n]{{0,30}}\s+(?P<columns>{_MILLIONS})",
              column=_MILLIONS, trace=r"unge og voksne med særlige behov ?[-–] ?service"),
    TableSpec(
        "SAU-05",
        rf"bevillingsansøgninger \(?(?:{_MILLIONS}|{_THOUSANDS})\)?\s+(?P<columns>{YEAR}(?:\s+{YEAR})*\s+anlæg\w*)",
        column=rf"{YEAR}|anlæg\w*",
        trace=r"bevillingsansøgninger \(?(?:mio|1\.?000)",
    ),
    TableSpec("SAU-06", rf"\(?(?:{_THOUSANDS}|{_MILLIONS}),? ?(?P<price_level>[0-9]{{2}})-pl\.?\)?\s+{_YEARS}",
              series=True, trace=rf"\(?(?:{_THOUSANDS}|{_MILLIONS}),? ?[0-9]{{2}}-pl"),
    TableSpec(
        "SAU-07",
        rf"fuldtidsledige(?: brutto)?\s+område\s+(?P<columns>{MONTH_AND_YEAR}(?:\s+{MONTH_AND_YEAR})*)",
        column=MONTH_AND_YEAR,
        series=True,
        trace="fuldtidsledige",
    ),
    TableSpec("SAU-08", rf"{_YEARS}(?=\s+(?:ingen refusion|refusion på 25))", series=True,
              trace="ingen refusion"),
    TableSpec("SAU-09", _HIGH_COST_HEAD, rows="month", series=True,
              trace=r"(?:.{0,60}\s)?25 ?(?:pct\.?|procent|%) refusion.*\b50 ?(?:pct\.?|procent|%) refusion"),
    TableSpec("SAU-10", _HIGH_COST_HEAD, rows="year", series=True),
)  # fmt: skip


def columns_of(match: re.Match[str], spec: TableSpec) -> list[str] | None:
    """Give the column labels of a head as printed; None where its two rows do not fit together."""
    groups = match.groupdict()
    if "measures" in groups:
        brackets = [found[0] for found in re.finditer(_BRACKET, groups["groups"], re.I)]
        measures = [found[0] for found in re.finditer(_MEASURE, groups["measures"], re.I)]
        if len(brackets) == len(measures):
            pairs = zip(brackets, measures, strict=True)
        elif len(brackets) * 2 == len(measures):  # each bracket printed once over its two columns
            pairs = zip([bracket for bracket in brackets for _ in range(2)], measures, strict=True)
        else:
            return None
        return [f"{bracket} / {measure}" for bracket, measure in pairs]
    if "columns" in groups:
        return [" ".join(found[0].split()) for found in re.finditer(spec.column, groups["columns"], re.I)]
    return [" ".join(groups[name].split()) for name in sorted(groups) if re.fullmatch("c[0-9]", name)]


def stated_unit(text: str) -> str | None:
    """Give the unit that the words of a head state; None where they state none."""
    for pattern, unit in STATED_UNITS:
        if re.search(pattern, text, re.I):
            return unit
    return None


def bracket_and_measure(label: str) -> tuple[str, str]:
    """Name a high-cost column by its bracket and by what it measures, however the label is written."""
    bracket = re.search(r"\b(25|50|75)\b", label)
    measure = "gross" if re.search("udgift", label, re.I) else "cases"
    return (bracket[1] if bracket else "total", measure)

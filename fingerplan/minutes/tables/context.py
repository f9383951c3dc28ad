"""What every step of a reading needs: the document, what is known of its tables, and where findings go."""

import re
from dataclasses import dataclass, field
from functools import cached_property

from fingerplan.minutes.danish_text import key
from fingerplan.minutes.known_figures import Known, KnownTable
from fingerplan.minutes.source.lines import Document, Line, place
from fingerplan.minutes.tables.table_specs import TableSpec

AGENDA_ITEM = re.compile(r"punkt ([0-9]+)\s*[:.]\s*(.*)", re.I)
_LINES_BELOW_HEADING = 40


@dataclass(frozen=True)
class AgendaItem:
    """An item of the agenda: the index of its line, its number and its title."""

    index: int
    number: str
    title: str


@dataclass
class Context:
    """A document that is being read; `findings` collects what cannot be read, with its line and the reason."""

    document: Document
    known: Known
    findings: list[str] = field(default_factory=list)
    _row_labels: dict[str, list[str]] = field(default_factory=dict)

    @property
    def lines(self) -> list[Line]:
        """The lines of the document."""
        return self.document.lines

    def find(self, index: int, what: str) -> None:
        """Add a finding at the line of an index."""
        line = self.lines[min(index, len(self.lines) - 1)]
        self.findings.append(f"{self.document.path.name}: {place(line.number, line.page)}: {what}")

    def find_at(self, line: int, what: str) -> None:
        """Add a finding at the line of a number."""
        self.find(self.index_of(line), what)

    def index_of(self, line: int) -> int:
        """The index of the line of a number."""
        return next(at for at, other in enumerate(self.lines) if other.number == line)

    def tables_of(self, spec: TableSpec) -> list[KnownTable]:
        """The tables of the seeds that are printed like this, the first one first."""
        return self.known.of_form(spec.table_id)

    def row_labels(self, spec: TableSpec) -> list[str]:
        """Every label that a row of such a table has had."""
        if spec.table_id not in self._row_labels:
            self._row_labels[spec.table_id] = self.known.row_labels(spec.table_id)
        return self._row_labels[spec.table_id]

    @cached_property
    def agenda(self) -> list[AgendaItem]:
        """The items of the agenda; a title may go on in the next lines."""
        items = []
        for index, line in enumerate(self.lines):
            match = AGENDA_ITEM.match(line.text)
            if match is None:
                continue
            title = match[2]
            for after in self.lines[index + 1 : index + 4]:
                if not after.text or re.match(r"[0-9]{2}\.[0-9]{2}\.", after.text):  # the number of its case file
                    break
                title += " " + after.text
            items.append(AgendaItem(index, match[1], title))
        return items

    def item_at(self, index: int) -> AgendaItem | None:
        """The item of the agenda that a line belongs to."""
        return next((item for item in reversed(self.agenda) if item.index <= index), None)

    def station_at(self, index: int, lines: int = _LINES_BELOW_HEADING) -> int | None:
        """Number of the station whose heading is the last one within so many lines above a line."""
        numbers = {key(name): number for number, name in self.known.stations.items()}
        for at in range(index - 1, max(-1, index - lines), -1):
            text = self.lines[at].text
            if self.lines[at].delimited or not text:
                continue
            following = next((line.text for line in self.lines[at + 1 : at + 3] if line.text), "")
            for candidate in (text, f"{text} {following}"):
                label = re.sub(r"^[#* ]*(?:[0-9]+\. )?", "", candidate).strip("* ")
                if key(label) in numbers:
                    return numbers[key(label)]
        return None

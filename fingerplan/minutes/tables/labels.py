"""What the printed label of a row stands for: a label that its table has had before, a period, or a new one."""

import re
from dataclasses import dataclass

from fingerplan.minutes.danish_text import joined, key, likeness, period_label, period_of, same_label, without_years
from fingerplan.minutes.tables.printed_table import Row
from fingerplan.minutes.tables.table_specs import TableSpec

LONGEST_LABEL = 160  # characters; the longest known one has 104
_LONGEST_REST = 60  # characters of a label that goes on below its figures


@dataclass
class Labels:
    """The labels that the rows of a table have had.

    Attributes:
        spec: the table.
        known: every label that a row of it has had.
        tracks: the names of the plan's tracks, which stand behind the titles of FP-01.
        rows: the rows read so far; a label stands for one of them only.
    """

    spec: TableSpec
    known: list[str]
    tracks: list[str]
    rows: list[Row]

    def resolve(self, own: str, paragraphs: list[str], in_cells: bool) -> tuple[str, bool]:
        """Give a row's label as the seeds write it, or as printed where they do not know it.

        Args:
            own: the label in the row's own line.
            paragraphs: the text between the previous row and this one.
            in_cells: whether the row is a delimited one.

        Returns:
            The label, empty where it cannot be told, and whether it is known.
        """
        before = joined(*paragraphs)
        if self.spec.rows != "labels":
            period = next((text for text in (own, before) if period_of(text)), None)
            return (period_label(period), True) if period is not None else (own or before, False)
        candidates = [own, joined(before, own), *(joined(paragraph, own) for paragraph in paragraphs)]
        known = self._first_known([candidate for candidate in candidates if candidate])
        if known is not None:
            return known, True
        if self.spec.prose and not in_cells:
            return self._resolve_in_prose(own, paragraphs)
        if not own:
            known = self.known_in(before)
            return known or before, known is not None
        return own, False

    def _first_known(self, candidates: list[str]) -> str | None:
        """The known label of the first text that is one exactly, else of the first that nearly is."""
        for candidate in candidates:
            exact = next((known for known in self.known if key(known) == key(candidate)), None)
            if exact:
                return exact
        return next((known for candidate in candidates if (known := same_label(candidate, self.known))), None)

    def _resolve_in_prose(self, own: str, paragraphs: list[str]) -> tuple[str, bool]:
        """Find the label among the descriptions above a row."""
        text = f"{joined(*paragraphs)} {own}"
        if self._holds_two(text):
            return "", False  # a row between them has lost its figures
        known = self.known_in(text)
        if known:
            return known, True
        # without a blank line between them, nothing tells a label from the description that follows it
        label = self._first_paragraph(paragraphs) if len(paragraphs) > 1 and not own else ""
        return (label if len(label) <= LONGEST_LABEL else ""), False

    def _first_paragraph(self, paragraphs: list[str]) -> str:
        if self.spec.table_id != "FP-01":
            return paragraphs[0]
        whole = " ".join(paragraphs)
        ends = [whole.find(name) for name in self.tracks if name in whole]
        return re.sub(r"^[0-9]+ ", "", whole[: min(ends)].strip()) if ends else paragraphs[0]

    def is_exact(self, label: str) -> bool:
        """Whether a label is a known one, letter for letter."""
        return any(key(label) == key(known) for known in self.known)

    def is_known(self, label: str) -> bool:
        """Whether a label is a known one, nearly so, or the same with another year."""
        return same_label(label, self.known) is not None or any(
            key(without_years(label)) == key(without_years(known)) for known in self.known
        )

    def begins(self, text: str) -> str | None:
        """The longest known label that a text begins with and no row has yet."""
        return max((k for k in self._unused() if key(text).startswith(key(k))), key=len, default=None)

    def known_in(self, text: str) -> str | None:
        """The longest known label that a text contains and no row has yet."""
        whole = key(text)
        return max((label for label in self._unused() if key(label) in whole), key=len, default=None)

    def _holds_two(self, text: str) -> bool:
        """Whether a text contains two known labels that no row has yet, neither of them part of the other."""
        whole = key(text)
        held = [key(label) for label in self._unused() if key(label) in whole]
        return any(one not in other and other not in one for at, one in enumerate(held) for other in held[:at])

    def _unused(self) -> list[str]:
        used = {key(row.label) for row in self.rows}
        return [label for label in self.known if key(label) not in used]

    def may_begin_known(self, text: str) -> bool:
        """Whether a text is a known label, nearly one, or the beginning of one."""
        return any(key(known).startswith(key(text)) or likeness(text, known) for known in self.known if key(text))

    def take_rest(self, text: str) -> bool:
        """Add a text to the last row's label, where that goes on below its figures; returns whether it does."""
        row = self.rows[-1]
        whole = f"{row.label} {text}"
        if row.is_known and same_label(row.label, self.known) and not text[:1].islower():
            return False
        known = same_label(whole, self.known)
        if known is None and (row.is_known or not text[:1].islower() or len(text) > _LONGEST_REST):
            return False
        row.label, row.is_known = known or whole, known is not None
        return True

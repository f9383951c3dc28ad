"""What a part of the reliability run returns."""

from dataclasses import dataclass

# a number, a text, or counts by name
Figure = int | float | str | dict[str, int] | dict[str, float]


@dataclass(frozen=True)
class Outcome:
    """The figures of a part by name, in the order of the page, and a text for each thing that went wrong."""

    figures: dict[str, Figure]
    wrong: list[str]


class SkippedError(Exception):
    """The machine cannot run this part; the message says why."""

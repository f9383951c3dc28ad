"""Read the names on the plan's map: its tracks with their goals, and the stations of each."""

import re
from dataclasses import dataclass

from fingerplan.minutes.danish_text import YEAR, likeness
from fingerplan.minutes.known_figures import Known
from fingerplan.minutes.source.lines import Document

_GOAL = re.compile(r"målet er,?(?: at)? ([^.]+)\.?", re.I)
_LONGEST_NAME = 90  # characters; the longest station has 76


@dataclass(frozen=True)
class MapName:
    """A name on the map: a track (with its goal) or a station of one."""

    kind: str  # track or station
    track_no: int
    name: str
    goal: str | None
    line: int
    is_known: bool


def read_map(document: Document, known: Known) -> list[MapName]:
    """Read the tracks and stations of a map; an empty list where the document is not one.

    A track is a number and a name, followed by a sentence with its goal; its stations are the short lines after that.
    Years and the legend are not stations.
    """
    filled = [line for line in document.lines if line.text and not line.delimited]
    found: list[MapName] = []
    at = 0
    track = 0
    while at < len(filled):
        text = filled[at].text
        numbered = re.fullmatch(r"([1-9]) ?(.*)", text)
        named = at if numbered and numbered[2] else at + 1
        goal = _GOAL.match(filled[named + 1].text) if numbered and named + 1 < len(filled) else None
        if numbered and goal:
            track = int(numbered[1])
            name = numbered[2] or filled[named].text
            is_known = (track, name) in known.tracks
            goal_text = goal[1][0].upper() + goal[1][1:]
            found.append(MapName("track", track, name, goal_text, filled[named].number, is_known))
            at = named + 2
            continue
        if track and _may_be_station(text):
            name, line = text, filled[at].number
            if at + 1 < len(filled) and filled[at + 1].number == line + 1:  # a name over two lines
                at += 1
                name = f"{name} {filled[at].text}"
            is_known = any(t == track and likeness(name, station) for station, t in known.station_names)
            found.append(MapName("station", track, name, None, line, is_known))
        at += 1
    return found if sum(name.kind == "track" for name in found) >= 2 else []


def _may_be_station(text: str) -> bool:
    return len(text) <= _LONGEST_NAME and not re.search(rf"[.:]$|^●|^{YEAR}$|^[0-9]+$", text)

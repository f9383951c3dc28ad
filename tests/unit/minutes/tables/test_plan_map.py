"""The names on the plan's map."""

from fingerplan.minutes.tables.plan_map import read_map
from tests.support.minutes_lines import document
from tests.support.minutes_reading import known


def test_a_map_has_tracks_with_goals_and_stations():
    (number, track), (_, other) = known().tracks[:2]
    station = next(name for name, of in known().station_names if of == number)
    text = f"Fingerplanen\n{number} {track}\nMålet er, at flere klarer sig selv.\n{station}\n\nEn ny\nstation\n\n2024\n"
    text += f"2\n{other}\nMålet er færre sager.\n"
    names = read_map(document(text), known())
    assert [(name.kind, name.track_no, name.name, name.goal, name.line, name.is_known) for name in names] == [
        ("track", number, track, "Flere klarer sig selv", 2, True),
        ("station", number, station, None, 4, True),
        ("station", number, "En ny station", None, 6, False),
        ("track", 2, other, "Færre sager", 11, True),
    ]


def test_a_single_goal_does_not_make_a_map():
    assert read_map(document("1 Et spor\nMålet er færre sager.\nEn station\n"), known()) == []

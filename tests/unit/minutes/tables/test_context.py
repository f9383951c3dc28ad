"""What every step of a reading needs: places, the agenda and the headings of stations."""

from tests.support.minutes_lines import context, spec

AGENDA = """REFERAT
Punkt 81: Budgetopfølgning
pr. 31. marts 2026
00.01.00-S00
Tal
Punkt 82. Ledighed
Tal"""


def test_a_title_goes_on_to_the_number_of_the_case_file():
    read = context(AGENDA)
    assert [(item.index, item.number, item.title) for item in read.agenda] == [
        (1, "81", "Budgetopfølgning pr. 31. marts 2026"),
        (5, "82", "Ledighed Tal"),
    ]


def test_a_line_stands_under_the_last_item_before_it():
    read = context(AGENDA)
    numbers = [item.number if (item := read.item_at(index)) else None for index in (0, 1, 4, 5, 6)]
    assert numbers == [None, "81", "81", "82", "82"]


def test_a_finding_names_the_file_and_the_line():
    read = context("a\nb\nc")
    read.find(1, "one")
    read.find_at(3, "other")
    read.find(99, "last")
    assert read.findings == ["referat.txt: line 2: one", "referat.txt: line 3: other", "referat.txt: line 3: last"]


def test_the_heading_of_a_station_counts_for_the_lines_below_it():
    name = context("").known.stations[1]
    read = context(f"# 1. {name}\n" + "tekst\n" * 60)
    assert [read.station_at(index) for index in (0, 1, 39, 40)] == [None, 1, 1, None]
    assert read.station_at(55, 120) == 1


def test_the_heading_of_a_station_may_be_wrapped():
    name = context("").known.stations[2]
    cut = name.index(" ", len(name) // 2)
    assert context(f"{name[:cut]}\n{name[cut + 1 :]}\n\nTal").station_at(3) == 2


def test_row_labels_are_those_of_every_table_of_the_spec():
    read = context("")
    assert read.row_labels(spec("SAU-03")) == read.known.row_labels("SAU-03")
    assert read.tables_of(spec("SAU-03"))[0].table_id == "SAU-03"

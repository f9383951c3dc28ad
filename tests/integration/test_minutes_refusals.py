"""`fingerplan minutes` refuses what does not hold, and takes nothing for a table that is not one."""

import re

import pytest

from fingerplan.errors import Refused
from tests.support import minutes_documents as documents
from tests.support.minutes_reading import numbers, read, written


def changed_minutes(old: str, new: str) -> str:
    text = documents.minutes().text()
    assert text.count(old) >= 1
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("\t84,5\t", "\t8?,5\t", ["SAU-09", "'Marts 2026'", "50 pct. refusion / Udgift", "'8?,5'", "not a number"]),
        ("\t84,5\t", "\t94,5\t", ["SAU-09", "'Marts 2026'", "printed 439,3, computed 449,3"]),
        ("\t725,2", "\t727,2", ["SAU-04", "printed 727,2, computed 725,2"]),
        ("April 2026\t166", "Februar 2026\t166", ["SAU-09", "'Februar 2026' comes after 'Marts 2026'"]),
        ("2026\t2027\t2028\t2029\n", "2026\t2027\t2029\t2030\n", ["SAU-01", "not consecutive"]),
        ("Forslag (mio. kr.)", "Forslag (1.000 kr.)", ["SAU-01", "tdkk", "mdkk"]),
        ("\t990.000\n", "\t990\n", ["SAU-08"]),
        ("Fuldtidsledige brutto\tOmråde", "Fuldtidsledige\tSted", ["SAU-07", "head"]),
        ("Plejetilbud\t\t-4,7", "Plejetilbud\t-4,7", ["SAU-01", "3 figures for 4 columns"]),
        ("\t11,3\t11,3\t-\n", "\t11,3\n11,3\t-\n", ["SAU-05"]),
        ("Marts 2026\t168", "Møde 9. juni\t44\nMarts 2026\t168", ["SAU-09", "2 cells where the head has 9"]),
        ("Marts 2025\t", "Marts 2025 x\t", ["SAU-09", "'Marts 2025 x'"]),
        (
            "B26 Lakridsen - huslejetilskud\t0\t-200",
            "B26 Lakridsen - huslejetilskud\t0\t-200.000",
            ["SAU-06", "ten times"],
        ),
        ("\t86.750\t", "\t86,750\t", ["SAU-07", "no decimals"]),
        ("Talents of Tomorrow\t-700", "Talents of Tomorrow\t700", ["SAU-06", "only the sign"]),
        ("B25 Talents of Tomorrow\t", "B25 Talents of Tomorrow 1)\t", ["SAU-06", "footnote"]),
        (
            "Punkt 86:",
            "1000 kr., 27-pl\t2027\t2028\t2029\t2030\nB27 Nyt\t-1\t-1\t-1\t-1\n\nPunkt 86:",
            ["SAU-06", "second table"],
        ),
        (
            "Punkt 86:",
            "Punkt 84: Andet\n\n1000 kr., 26-pl\t2027\t2028\t2029\t2030\nB26 Nyt\t-1\t-1\t-1\t-1\n\nPunkt 86:",
            ["SAU-06", "second table"],
        ),
        ("Korrigeret budget ekskl. overførsler inkl.", "Korrigeret budget inkl.", ["SAU-02", "head"]),
        ("Tabellen viser 2 rammer", "Opgjort pr. 30. april 2026: 2 rammer", ["SAU-02", "several dates"]),
        ("\t2.430.000", "\t1.430.000", ["SAU-08", "not above"]),
        ("B25 Kronj", "I alt\t-1.900\t-2.100\t-5.850\t-5.850\nB25 Kronj", ["SAU-06", "'I alt'", "never had"]),
        ("April 2026\t166", "Aprul 2026\t166", ["SAU-09", "'Aprul 2026' is not a month"]),
    ],
)
def test_a_document_that_does_not_hold_is_refused(old, new, words, tmp_path):
    with pytest.raises(Refused) as refused:
        read(written(tmp_path, changed_minutes(old, new)))
    text = "\n".join(refused.value.findings)
    assert all(word in text for word in words), text
    assert all(re.search(r"line [0-9]+", finding) for finding in refused.value.findings)


@pytest.mark.parametrize(
    ("below", "head"),
    [
        ("B25 Talents of Tomorrow", "Årsværk\t2027\t2028\t2029\t2030\n"),
        ("B25 Talents of Tomorrow", "Afdeling\tÅr 1\tÅr 2\tÅr 3\tÅr 4\n"),
        ("Refusion på 75 pct.", "Årsværk\t2027\n"),
        ("Forventet resultat 2026", "Årsværk\tantal\n"),
    ],
)
def test_a_table_below_a_known_one_is_not_taken_for_its_rows(below, head, tmp_path):
    text = documents.minutes().text()
    line = next(line for line in text.split("\n") if line.startswith(below))
    rows = "".join("\t".join([name, *["3"] * line.count("\t")]) + "\n" for name in ("Myndighed", "Drift"))
    changed = text.replace(line, f"{line}\n\nTabel: Årsværk\n\n{head}{rows}", 1)
    reading = read(written(tmp_path, changed))
    assert numbers(reading) == documents.minutes().expected()
    assert any("Myndighed" in unknown.head or head[:5] in unknown.head for unknown in reading.unknown)


@pytest.mark.parametrize(
    "sentence",
    [
        "Forvaltningen forventer et samlet mindreforbrug i 2026 på 7,7",
        "Social- og arbejdsmarkedsudvalget    31",
        "Således har der alene været en stigning på i alt 10,4",
    ],
)
@pytest.mark.parametrize("below", ["Refusion på 75 pct.", "Forventet resultat 2026"])
def test_a_sentence_that_ends_in_a_number_is_no_row(sentence, below, tmp_path):
    text = documents.minutes().text()
    line = next(line for line in text.split("\n") if line.startswith(below))
    for between in ("\n", "\n\n"):
        reading = read(written(tmp_path, text.replace(line, f"{line}{between}{sentence}", 1)))
        assert numbers(reading) == documents.minutes().expected()


def test_another_areas_high_cost_table_is_none_of_ours(tmp_path):
    document = documents.minutes()
    other = documents.minutes().table("SAU-10")
    other.head[0][0] = "Børn og unge"
    other.rows = [(labels, [str(int(cells[0]) - 90), *cells[1:]]) for labels, cells in other.rows]
    document.parts.append(other)
    text = document.text()
    reading = read(written(tmp_path, text))
    assert numbers(reading) == documents.minutes().expected()
    assert [unknown.rows for unknown in reading.unknown][-1] >= 5


def test_figures_a_thousand_times_as_large_are_refused(tmp_path):
    document = documents.minutes()
    table = document.table("SAU-06")
    table.rows = [(labels, [f"{cell}.000" if cell != "0" else cell for cell in cells]) for labels, cells in table.rows]
    with pytest.raises(Refused, match="about 700000 and were about 700 so far"):
        read(written(tmp_path, document.text()))


def test_a_table_that_stands_twice_must_say_the_same_twice(tmp_path):
    again = "\n".join(documents.render(documents.minutes().table("SAU-10")))
    text = documents.minutes().text()
    assert read(written(tmp_path, f"{text}\nIgen:\n\n{again}\n")).repeated
    with pytest.raises(Refused, match=r"SAU-10, row '2022'.*'165'.*line"):
        read(written(tmp_path, f"{text}\nIgen:\n\n{again.replace('165', '166').replace('199', '200')}\n"))


def test_an_unknown_table_is_listed(tmp_path):
    reading = read(written(tmp_path, documents.minutes().text()))
    assert [unknown.head for unknown in reading.unknown] == ["Tidspunkt Aktivitet"]

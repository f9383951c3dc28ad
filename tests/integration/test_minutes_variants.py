"""`fingerplan minutes` reads a changed or damaged document right or refuses it, and never reads it wrong."""

import random
import re
from collections import Counter
from pathlib import Path

import pytest

from fingerplan.errors import Refused
from tests.support import minutes_documents as documents
from tests.support import minutes_variants as variants
from tests.support.minutes_documents import PrintedDocument
from tests.support.minutes_reading import (
    MINUTES,
    OTHER_PLAN,
    PLAN,
    SOURCES,
    figures,
    numbers,
    read,
    with_sources,
    written,
)

VARIANTS = 520
DAMAGES = 200


def judge(document: PrintedDocument, layout: str, tmp_path: Path) -> str:
    try:
        reading = read(written(tmp_path, document.text(layout)))
    except Refused as refused:
        assert all("\n" not in finding for finding in refused.findings)
        return "refused"
    return "right" if numbers(reading) == document.expected() else "wrong"


def vary(bases: list[PrintedDocument], count: int, tmp_path: Path) -> Counter:
    verdicts: Counter[str] = Counter()
    wrong = []
    for seed in range(count):
        chance = random.Random(seed)  # noqa: S311 - the same variants each time
        document, layout, changes = variants.vary(bases[seed % len(bases)], chance)
        verdict = judge(document, layout, tmp_path)
        verdicts[verdict] += 1
        if verdict == "wrong":
            wrong.append((seed, layout, changes))
    assert wrong == []
    return verdicts


def test_no_variant_of_our_own_documents_is_read_wrong(tmp_path):
    minutes = documents.minutes()
    count = VARIANTS // 4 if SOURCES.is_dir() else VARIANTS  # the documents themselves are varied below
    verdicts = vary([minutes, minutes, minutes, documents.plan()], count, tmp_path)
    print(f"{count} variants of our own documents: {dict(verdicts)}")
    assert verdicts["right"] > count / 2


@with_sources
def test_no_variant_of_the_documents_is_read_wrong(tmp_path):
    bases = []
    for name in (MINUTES, OTHER_PLAN):
        text = (SOURCES / name).read_text(encoding="utf-8")
        bases.append(PrintedDocument.of(text, read(SOURCES / name)))
    verdicts = vary([bases[0], bases[0], bases[0], bases[1]], VARIANTS, tmp_path)
    print(f"{VARIANTS} variants of the documents: {dict(verdicts)}")
    assert verdicts["right"] > VARIANTS / 2


@pytest.mark.parametrize("change", variants.HARMLESS, ids=lambda change: change.__name__)
@pytest.mark.parametrize("layout", ["tabs", "markdown"])
def test_a_harmless_change_is_read(change, layout, tmp_path):
    for seed in range(4):
        document = documents.minutes()
        change(document, random.Random(seed))  # noqa: S311 - the same each time
        assert judge(document, layout, tmp_path) == "right"


def damage(lines: list[str], chance: random.Random) -> tuple[list[str], set[int]]:
    """Damage a text in one to three places; returns it with the numbers of the lines that were touched."""
    changed = list(lines)
    touched: set[int] = set()
    filled = [at for at, line in enumerate(lines) if re.search("[0-9]", line)]
    for at in chance.sample(filled, chance.randint(1, 3)):
        kind = chance.choice(["deleted", "doubled", "digit", "space", "tab", "furniture", "joined", "letter"])
        touched.add(at + 1)
        if kind == "deleted":
            changed[at] = ""
        elif kind == "doubled":
            changed[at] += f"\n{lines[at]}"
        elif kind == "digit":
            place = chance.choice([found.start() for found in re.finditer("[0-9]", lines[at])])
            changed[at] = f"{lines[at][:place]}{chance.randint(0, 9)}{lines[at][place + 1 :]}"
        elif kind == "letter":
            place = chance.randrange(len(lines[at]))
            changed[at] = f"{lines[at][:place]}{lines[at][place + 1 :]}"
        elif kind == "space":
            changed[at] = lines[at].replace("\t", " ").rstrip()
        elif kind == "tab":
            changed[at] = lines[at].replace("\t", "", 1)
        elif kind == "furniture":
            changed[at] += "\n\n31\n\nReferat af mødet\n"
        else:
            touched.add(at + 2)
            changed[at] = lines[at] + " " + changed[at + 1]
            changed[at + 1] = ""
    return changed, touched


@with_sources
@pytest.mark.parametrize("name", [PLAN, OTHER_PLAN, MINUTES])
def test_a_damaged_document_is_refused_or_gives_what_it_still_prints(name, tmp_path):
    """A figure of an untouched line stays what it was; one of a touched line is what that line now reads."""
    lines = (SOURCES / name).read_text(encoding="utf-8").split("\n")
    whole = figures(read(SOURCES / name))
    verdicts: Counter[str] = Counter()
    for seed in range(DAMAGES):
        changed, touched = damage(lines, random.Random(seed))  # noqa: S311 - the same each time
        text = "\n".join(changed)
        line_of = [at for at, line in enumerate(changed, 1) for _ in line.split("\n")]
        try:
            found = figures(read(written(tmp_path, text)))
        except Refused:
            verdicts["refused"] += 1
            continue
        verdicts["read"] += 1
        for at, (printed, number, unit, line) in whole.items():
            if line not in touched and number is not None:
                assert at in found, (seed, at)
                assert found[at][1:3] == (number, unit), (seed, at, printed, found[at])
        for at, (printed, number, _, line) in found.items():
            if number is not None and (at not in whole or whole[at][1] != number):
                assert line_of[line - 1] in touched, (seed, at, printed)
                assert printed.replace(" ", "") in changed[line_of[line - 1] - 1].replace(" ", ""), (seed, at, printed)
    print(f"{DAMAGES} damages of {name}: {dict(verdicts)}")

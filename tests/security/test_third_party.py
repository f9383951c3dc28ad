"""THIRD_PARTY.md names every package of the lock files with its version, and judges each copyleft licence."""

import re
from importlib import metadata
from pathlib import Path

import pytest

from tests.security import third_party
from tests.security.locks import Pin, npm_licences, python_pins


def rows(text: str, heading: str) -> dict[Pin, str]:
    section = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    assert section
    found = re.findall(r"^\| (\S+) \| ([0-9]\S*) \| (.+) \|$", section[1], re.M)
    return {Pin(name, version): licence for name, version, licence in found}


def test_every_pinned_package_is_named_with_its_version() -> None:
    text = third_party.FILE.read_text(encoding="utf-8")
    assert len(python_pins()) > 100
    assert len(npm_licences()) > 700
    assert sorted(rows(text, "Python")) == python_pins(), "run make third-party"
    assert sorted(rows(text, "npm")) == sorted(npm_licences()), "run make third-party"


def test_the_page_is_what_the_program_writes_of_its_licences() -> None:
    """So every copyleft licence has its judgement, and no judgement is left over."""
    text = third_party.FILE.read_text(encoding="utf-8")
    assert third_party.page(rows(text, "Python"), rows(text, "npm")) == text


def test_a_copyleft_licence_without_a_judgement_is_refused() -> None:
    with pytest.raises(SystemExit, match="new-package"):
        third_party.page({Pin("new-package", "1.0"): "GPL-3.0-only"}, {})


@pytest.mark.parametrize(
    ("stated", "licence"),
    [
        ("License-Expression: MIT\nLicense: whatever", "MIT"),
        ("Classifier: License :: OSI Approved :: BSD License\nLicense: a long\n        text", "BSD License"),
        ("License: Apache-2.0", "Apache-2.0"),
    ],
)
def test_a_licence_is_what_the_package_states(stated: str, licence: str, tmp_path: Path) -> None:
    assert third_party.licence_of("package", metadata_of(tmp_path, stated)) == licence


def test_a_package_without_a_licence_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="package: states no licence"):
        third_party.licence_of("package", metadata_of(tmp_path, "License: a long\n        text"))


def metadata_of(folder: Path, lines: str) -> metadata.PackageMetadata:
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: package\n{lines}\n", encoding="utf-8")
    return metadata.PathDistribution(folder).metadata

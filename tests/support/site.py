"""A copy of the project with its site, and a built site as the tests see it."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from tests.support.project import ROOT, copy_project, published, query


def copy_site_project(to: Path) -> Path:
    """Copy the project with its site.

    The copy uses the packages of the checkout, which are installed first where they are missing.
    """
    with (ROOT / "evidence" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(
            [sys.executable, "-c", "from fingerplan.outputs import site; site.install_packages(site.find_node())"],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            check=True,
        )
    copy_project(to)
    ignored = shutil.ignore_patterns("node_modules", ".evidence", ".stage", ".build*", "build", ".lock", "test")
    shutil.copytree(ROOT / "evidence", to / "evidence", ignore=ignored, symlinks=True)
    (to / "evidence" / "node_modules").symlink_to(ROOT / "evidence" / "node_modules")
    return to


@dataclass(frozen=True)
class Site:
    """A built site: where it was built, where it is served, and what the command printed."""

    project: Path
    folder: Path
    address: str
    printed: str

    @property
    def pages(self) -> list[str]:
        return sorted(
            "/" + "".join(f"{part}/" for part in page.relative_to(self.folder).parent.parts)
            for page in self.folder.rglob("index.html")
        )

    def html(self, path: str) -> str:
        return (self.folder / path.strip("/") / "index.html").read_text(encoding="utf-8")

    def marts(self, sql: str) -> list[tuple[Any, ...]]:
        return query(published(self.project), sql)


def seconds(name: str, printed: str) -> float:
    """Read how long a step took, as the command prints it."""
    found = re.search(rf", {name} (\d+\.\d) s", printed)
    assert found, f"no seconds of {name} in: {printed}"
    return float(found[1])


def size_of(folder: Path) -> int:
    """Add up the bytes of a folder's files."""
    return sum(path.stat().st_size for path in folder.resolve().rglob("*") if path.is_file())


def kroner(amount: Decimal | None) -> str:
    """Write an amount as the pages do: whole kroner, rounded half up, and a dash for unknown."""
    if amount is None:
        return "–"
    whole = amount.quantize(Decimal(1), ROUND_HALF_UP)
    return f"{int(whole):,} kr.".replace(",", ".")


def plain(text: str) -> str:
    """Give a text with single, ordinary spaces."""
    return " ".join(text.replace("\u00a0", " ").split())


class KeyFigures(HTMLParser):
    """The values of the key figures in a page's HTML, as a reader without scripts sees them."""

    def __init__(self, html: str):
        super().__init__()
        self.values: dict[str, str] = {}
        self._figure: str | None = None
        self._inside: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self._figure = attributes.get("data-figure", self._figure)
        self._inside = self._figure if attributes.get("class") == "key-figure-value" else None

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.values[self._inside] = plain(self.values.get(self._inside, "") + data)

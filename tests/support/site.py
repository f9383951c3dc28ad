"""A copy of the project with its site, and a built site as the tests look at it."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tests.support.project import ROOT, copy_project


def copy_site_project(to: Path) -> Path:
    """Copy the project with its site; the packages are those of the checkout, which must be whole for that."""
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

    def marts(self, query: str) -> list[tuple]:
        file = self.project / "warehouse" / "fingerplan.duckdb"
        with duckdb.connect(str(file), read_only=True) as connection:
            return connection.execute(query).fetchall()


def seconds(name: str, printed: str) -> float:
    """Read how long a step took, as the command prints it."""
    return float(re.search(rf", {name} (\d+\.\d) s", printed)[1])


def size_of(folder: Path) -> int:
    """Add up the bytes of a folder's files."""
    return sum(path.stat().st_size for path in folder.resolve().rglob("*") if path.is_file())

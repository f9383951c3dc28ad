"""What the processes of a test run share: folders that one of them makes, and what dbt has parsed."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def make_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Give a folder that the first process to ask for it makes, while the others wait.

    Args:
        factory: pytest's own fixture.
        name: of the folder, within the test run.
        make: is given the empty folder.
    """
    base = factory.getbasetemp()
    run = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, made = run / name, run / f"{name}.made"
    with (run / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            made.touch()
    return folder


class Place:
    """A folder in which one project after the other stands.

    dbt throws its parse away when the path of the database changes, and that lies in the project. So projects of the
    same kind come to stand in the same folder, each with what dbt parsed of an earlier one: of a changed file it parses
    only that.
    """

    PARSES = ("target/partial_parse.msgpack", "warehouse/build/dbt/partial_parse.msgpack")

    def __init__(self, folder: Path):
        """Take a folder that is not there yet."""
        self.folder = folder / "project"
        self._parsed = folder / "parsed"

    def clear(self) -> Path:
        """Remove the project that stands there; what dbt has parsed of it is kept."""
        for parse in self.PARSES:
            found, kept = self.folder / parse, self._parsed / parse
            if found.is_file() and not kept.exists():
                kept.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(found, kept)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        return self.folder

    def bring_parses(self) -> None:
        """Lay what dbt has parsed into the project that stands there now."""
        if self._parsed.is_dir():
            shutil.copytree(self._parsed, self.folder, dirs_exist_ok=True)

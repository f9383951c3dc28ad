"""Projects with delivered months, each refreshed once in a test run, and what a built project compiled."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from benchmarks.deliveries import deliver
from tests.support.project import copy_project, run_fingerplan
from tests.support.rebuild import Rebuild
from tests.support.shared import Place, make_once


@pytest.fixture(scope="session")
def refresh_place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Where the refreshed projects to break stand in their turn: what dbt parses depends on where the extracts are."""
    return Place(tmp_path_factory.mktemp("refresh_place"))


@pytest.fixture(scope="session")
def april(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose warehouse is built from April, delivered in full; not to be changed."""

    def refresh(project: Path) -> None:
        copy_project(project)
        outcome = run_fingerplan(project, "refresh", *deliver(project, "2026-04"))
        assert outcome.returncode == 0, outcome.stderr

    return make_once(tmp_path_factory, "april", refresh)


@pytest.fixture(scope="session")
def may(april: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The same project after May, with the output of that refresh; not to be changed."""

    def refresh(project: Path) -> None:
        shutil.copytree(april, project, dirs_exist_ok=True)
        outcome = run_fingerplan(project, "refresh", *deliver(project, "2026-05"))
        assert outcome.returncode == 0, outcome.stderr
        project.with_name("may.json").write_text(json.dumps([outcome.stdout, outcome.stderr]), encoding="utf-8")

    project = make_once(tmp_path_factory, "may", refresh)
    said = json.loads(project.with_name("may.json").read_text(encoding="utf-8"))
    return project, subprocess.CompletedProcess(["fingerplan", "refresh"], 0, *said)


@pytest.fixture
def warehouse(may: tuple[Path, subprocess.CompletedProcess[str]], refresh_place: Place) -> Path:
    """A project with April and May published, to be changed."""
    project = refresh_place.clear()
    parsed_elsewhere = shutil.ignore_patterns("partial_parse.msgpack")
    shutil.copytree(may[0], project, dirs_exist_ok=True, ignore=parsed_elsewhere)
    refresh_place.bring_parses()
    return project


@pytest.fixture(scope="session")
def rebuild(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rebuild]:
    """What a built project compiled, to be run again in a copy of its file."""
    copy = tmp_path_factory.mktemp("rebuild") / "fingerplan.duckdb"
    shutil.copy(built / "warehouse" / "dev" / "fingerplan.duckdb", copy)
    with duckdb.connect(str(copy)) as connection:
        yield Rebuild(built, connection)

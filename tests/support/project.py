"""Copies of the project that tests may break, and its commands run in them."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import duckdb

from tests.support import forks

ROOT = Path(__file__).resolve().parents[2]
PARTS = ["dbt_project.yml", "fingerplan", "macros", "models", "profiles", "seeds", "tests/data"]
# Environments for builds of tests that are about something else: the unit tests are of the code, which such a test does
# not change, and the data tests are of the data. `built` and the first tests of publishing and refreshing run them all.
WITHOUT_UNIT_TESTS = {"DBT_RESOURCE_TYPES": "model seed test"}
WITHOUT_TESTS = {"DBT_RESOURCE_TYPES": "model seed"}


def copy_project(to: Path) -> Path:
    """Copy what dbt and the command line read; the copy's commands work on the copy."""
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, to / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, to / part)
    (to / "warehouse" / "dev").mkdir(parents=True)  # tracked, and empty in a clone
    return to


def run_fingerplan(project: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line of a copied project as a user would, with its output going to files."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FINGERPLAN_", "DBT_"))}
    return forks.run("fingerplan", arguments, project, {**kept, "PYTHONPATH": str(project), **environment})


def run_dbt(project: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run plain dbt in a project."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FINGERPLAN_", "DBT_"))}
    profiles = {"DBT_PROFILES_DIR": str(project / "profiles")}
    return forks.run("dbt", ("--no-use-colors", *arguments), project, {**kept, **profiles, **environment})


def published(project: Path) -> Path:
    """The published file of a project."""
    return project / "warehouse" / "fingerplan.duckdb"


def query(file: Path, sql: str) -> list[tuple[Any, ...]]:
    """Give the rows of a query on a warehouse; their types are those of its columns."""
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def files_below(folder: Path) -> dict[str, bytes]:
    """Give the content of every file below a folder, by its path within it."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

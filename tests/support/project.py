"""Copies of the project that tests may break, and its commands run in them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PARTS = ["dbt_project.yml", "fingerplan", "macros", "models", "profiles", "seeds", "tests/data"]


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
    """Run the command line of a copied project as a user would, in a pipe."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FINGERPLAN_")}
    return subprocess.run(
        [sys.executable, "-m", "fingerplan", *arguments],
        cwd=project,
        env={**kept, "PYTHONPATH": str(project), **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def run_dbt(project: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run plain dbt in a project."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FINGERPLAN_", "DBT_"))}
    return subprocess.run(
        [str(Path(sys.executable).with_name("dbt")), "--no-use-colors", *arguments],
        cwd=project,
        env={**kept, "DBT_PROFILES_DIR": str(project / "profiles"), **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

"""Which commit is measured, and whether its figures may be recorded: those of uncommitted changes may not."""

import subprocess

from fingerplan.paths import PROJECT


def commit() -> str:
    """Return the abbreviated commit, with `-dirty` if tracked files have changed since; `unknown` outside git."""
    return _git("describe", "--always", "--dirty") or "unknown"


def why_not_recorded() -> str | None:
    """Say in one line why figures measured now must not be recorded; None if the checkout is clean.

    Call it before anything is measured: recording a figure changes the checkout itself.
    """
    status = _git("status", "--porcelain")
    if status is None:
        return "Not recorded: this is not a git checkout, so the figures belong to no commit"
    if status:
        return f"Not recorded: the checkout has {len(status.splitlines())} uncommitted changes; commit them first"
    return None


def _git(*arguments: str) -> str | None:
    try:
        outcome = subprocess.run(["git", *arguments], cwd=PROJECT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    return None if outcome.returncode else outcome.stdout.strip()

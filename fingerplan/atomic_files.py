"""Write so that a power cut leaves the old state or the new one."""

import os
from contextlib import suppress
from pathlib import Path


def flush(path: Path) -> None:
    """Flush a file or a folder to the disk.

    Raises:
        OSError: where the disk does not take it.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_tree(folder: Path) -> None:
    """Flush every file of a folder, and the folder."""
    for path in folder.iterdir():
        flush(path)
    flush(folder)


def write_text(path: Path, text: str) -> None:
    """Write a text file and flush it."""
    path.write_text(text, encoding="utf-8")
    flush(path)


def replace(new: Path, old: Path) -> None:
    """Put a file in another's place in one step, flushed; whoever reads the old one keeps it."""
    flush(new)
    flush(new.parent)
    folder = os.open(old.parent, os.O_RDONLY)  # before the rename: afterwards nothing may fail
    try:
        new.replace(old)
        with suppress(OSError):
            os.fsync(folder)
    finally:
        os.close(folder)

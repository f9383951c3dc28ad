"""Change the seeds as one set: whoever reads them finds all of a change or none of it, after a kill too.

A change is prepared in a folder beside the seeds. Renaming that folder commits it: its files are then put in place by
the same command or, if that is killed, by the next one that reads or writes the seeds.
"""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fingerplan.atomic_files import flush, replace, write_bytes
from fingerplan.errors import LOCKED, REJECTED, Refused

# beside the seeds, so that a file is put in place by a rename, and not among them, where a build would find it
UNFINISHED = ".seeds-unfinished"
COMMITTED = ".seeds-committed"
# within the folder of a change: the files that it replaces, as they were
BEFORE = "before"


@contextmanager
def reading(root: Path) -> Iterator[None]:
    """Keep the seeds below `root` as they are while the block runs; others may read them at the same time.

    Raises:
        Refused: exit code 5, where another command is writing them; 3, where a killed one cannot be completed.
        OSError: where there are none.
    """
    with _locked(root, fcntl.LOCK_SH) as seeds:
        if any(root.glob(".seeds-*")):
            _lock(seeds, root, fcntl.LOCK_EX)
            _recover(root)
            _lock(seeds, root, fcntl.LOCK_SH)
        yield


@contextmanager
def writing(root: Path) -> Iterator[None]:
    """Let nobody else read or write the seeds below `root` while the block runs.

    Raises:
        Refused: exit code 5, where another command uses them; 3, where a killed one cannot be completed.
        OSError: where there are none.
    """
    with _locked(root, fcntl.LOCK_EX):
        _recover(root)
        yield


@contextmanager
def staged(root: Path) -> Iterator[Path]:
    """Give the empty folder in which a change is prepared, and delete it unless it was committed."""
    folder = root / UNFINISHED
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def commit(root: Path, before: dict[Path, bytes]) -> None:
    """Put the files of the staged folder in place, as one step. Call it within `writing`.

    Args:
        root: the project.
        before: the files to replace, relative to the root, with the content that the change was made from.

    Raises:
        Refused: with exit code 3, where one of them was edited in the meantime; nothing is written then.
        OSError: where the disk does not take them; if it fails after the commit, the next command completes it.
    """
    edited = [file for file, content in before.items() if (root / file).read_bytes() != content]
    if edited:
        raise Refused(REJECTED, [f"{file}: was edited while the command ran; run it again" for file in edited])
    unfinished = root / UNFINISHED
    for file, content in before.items():
        if not os.access((root / file).parent, os.W_OK):  # before the commit: no rename may fail after it
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str((root / file).parent))
        kept = unfinished / BEFORE / file
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(kept, content)
    for folder in (unfinished, *(path for path in unfinished.rglob("*") if path.is_dir())):
        flush(folder)
    unfinished.rename(root / COMMITTED)
    flush(root)
    _complete(root)


def _recover(root: Path) -> None:
    """Complete what was committed, and delete what was not."""
    for left in root.glob(".seeds-*"):
        if left.name != COMMITTED:
            shutil.rmtree(left)
    if (root / COMMITTED).is_dir():
        _complete(root)


def _complete(root: Path) -> None:
    """Put the committed files in place, however many of them are there already."""
    committed = root / COMMITTED
    waiting, edited = [], []
    for kept in sorted((committed / BEFORE).rglob("*.csv")):
        file = kept.relative_to(committed / BEFORE)
        now = (root / file).read_bytes() if (root / file).is_file() else None
        if now == kept.read_bytes():
            waiting.append(file)
        elif now != (committed / file).read_bytes():
            edited.append(file)
    if edited:
        raise Refused(
            REJECTED,
            [
                f"{file}: was edited after a command was killed while it wrote this file; take what is missing over"
                f" from {committed / file}, then delete {committed}"
                for file in edited
            ],
        )
    for file in waiting:
        # a copy: what is put in place can be told from what was edited as long as both versions are here
        shutil.copy(committed / file, committed / "next")
        replace(committed / "next", root / file)
    committed.rename(root / UNFINISHED)  # half deleted, it must not be completed again
    shutil.rmtree(root / UNFINISHED)


@contextmanager
def _locked(root: Path, operation: int) -> Iterator[int]:
    """Lock the folder of the seeds itself: that leaves no file behind, and works in a read-only checkout too."""
    seeds = os.open(root / "seeds", os.O_RDONLY | os.O_DIRECTORY)
    try:
        _lock(seeds, root, operation)
        yield seeds
    finally:
        os.close(seeds)


def _lock(seeds: int, root: Path, operation: int) -> None:
    try:
        fcntl.flock(seeds, operation | fcntl.LOCK_NB)
    except BlockingIOError:
        used = "writing" if operation == fcntl.LOCK_SH else "reading or writing"
        raise Refused(LOCKED, [f"{root / 'seeds'}: another command is {used} them; wait for it to end"]) from None

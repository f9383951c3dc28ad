"""Write files so that a power failure leaves either the old state or the new one, and nobody else's is touched."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def flush(path: Path) -> None:
    """Flush a file or a folder to the disk.

    Raises:
        OSError: where the disk refuses it.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_tree(folder: Path) -> None:
    """Flush every file of a folder, and the folder itself."""
    for path in folder.iterdir():
        flush(path)
    flush(folder)


def write_text(path: Path, text: str) -> None:
    """Write a text file and flush it."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file and flush it."""
    path.write_bytes(content)
    flush(path)


def write_beside_others(path: Path, text: str) -> None:
    """Write a text file that everybody may read into a folder in which others may write too.

    Under a new name, renamed into place: a link that somebody has laid there is replaced and not followed.

    Raises:
        OSError: where it cannot be written.
    """
    descriptor, name = tempfile.mkstemp(prefix=".", dir=path.parent)
    new = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
        new.chmod(0o644)
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def replace(new: Path, old: Path) -> None:
    """Replace a file by another in one step, flushed to the disk; whoever reads the old file keeps it."""
    flush(new)
    flush(new.parent)
    folder = os.open(old.parent, os.O_RDONLY)  # before the rename, because nothing may fail after it
    try:
        new.replace(old)
        with suppress(OSError):
            os.fsync(folder)
    finally:
        os.close(folder)

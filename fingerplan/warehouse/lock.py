"""One build at a time, and who runs it."""

import fcntl
import getpass
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from fingerplan.clock import now
from fingerplan.errors import LOCKED, Refused


@dataclass(frozen=True)
class Holder:
    """The holder of the lock, or of a lock whose process was killed."""

    run_id: str
    command: str
    owner: str
    host: str
    process: int
    since: str

    def __str__(self) -> str:
        """Write the holder for a message."""
        return f"`fingerplan {self.command}` of {self.owner} since {self.since} (process {self.process} on {self.host})"


def account() -> str:
    """Return the name of the account that runs this process."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in some containers
        return f"uid {os.getuid()}"


@contextmanager
def hold(lock: Path, run_id: str, command: str) -> Iterator[Holder | None]:
    """Hold the lock while the block runs.

    The kernel releases the lock when the process ends, however it ends; the holder's name is only text. If the name is
    still there when the lock is free, that process was killed or ended without a word; a refused one takes its name
    away.

    Yields:
        The holder that was killed, or None.

    Raises:
        Refused: exit code 5, where another process holds the lock.
        OSError: where the lock's folder cannot be written.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with open_lock(lock) as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _read(stream)
            who = str(holder) if holder else "another build"
            raise Refused(LOCKED, [f"{lock}: {who} is running; wait for it to end"]) from None
        killed = _read(stream)
        holder = Holder(run_id, command, account(), socket.gethostname(), os.getpid(), now())
        _write(stream, json.dumps(asdict(holder)))
        try:
            yield killed
        except Refused:
            _clear(stream)
            raise
        _clear(stream)


def open_lock(lock: Path) -> IO[str]:
    """Open a file to lock, for its owner alone: whoever can open it can hold it, and so stop every build.

    Raises:
        OSError: where it cannot be written.
    """
    stream = os.fdopen(os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+", encoding="utf-8")
    with suppress(PermissionError):  # the file of another account that shares the folder
        os.fchmod(stream.fileno(), 0o600)
    return stream


def left_by_a_kill(lock: Path) -> Holder | None:
    """Return the holder whose process was killed on this host: it is named in the lock, and no longer runs.

    The lock itself is not tried: a refresh that starts at that moment would find it held.
    """
    try:
        with lock.open(encoding="utf-8") as stream:
            holder = _read(stream)
        if holder is None or holder.host != socket.gethostname():
            return None
        os.kill(holder.process, 0)
    except ProcessLookupError:
        return holder
    except OSError:  # no lock file, or a process of another account
        return None
    return None


def _read(stream: IO[str]) -> Holder | None:
    stream.seek(0)
    try:
        return Holder(**json.load(stream))
    except (ValueError, TypeError):  # empty, or half written by a killed process
        return None


def _clear(stream: IO[str]) -> None:
    with suppress(OSError):  # what is published stays published, even if the lock file cannot be cleared
        _write(stream, "")


def _write(stream: IO[str], text: str) -> None:
    stream.seek(0)
    stream.truncate()
    stream.write(text)
    stream.flush()

"""One build at a time, with the name of who runs it."""

import fcntl
import getpass
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from fingerplan.clock import now
from fingerplan.errors import LOCKED, Refused


@dataclass(frozen=True)
class Holder:
    """Who holds the lock, or held it when the process was killed."""

    run_id: str
    command: str
    owner: str
    host: str
    process: int
    since: str

    def __str__(self) -> str:
        """Write it for a message."""
        return f"`fingerplan {self.command}` of {self.owner} since {self.since} (process {self.process} on {self.host})"


def account() -> str:
    """Name the account that runs this."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in some containers
        return f"uid {os.getuid()}"


@contextmanager
def hold(lock: Path, run_id: str, command: str) -> Iterator[Holder | None]:
    """Hold the lock while the block runs.

    The lock is the kernel's, so it ends with the process, however that ends; the holder's name is only text. Where it
    is still there when the lock is free, that process was killed.

    Yields:
        The killed holder before us, or None.

    Raises:
        Refused: exit code 5, where another process holds the lock.
        OSError: where the lock's folder cannot be written.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a+", encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _read(stream)
            who = str(holder) if holder else "another build"
            raise Refused(LOCKED, [f"{lock}: {who} is running; wait for it to end"]) from None
        killed = _read(stream)
        holder = Holder(run_id, command, account(), socket.gethostname(), os.getpid(), now())
        _write(stream, json.dumps(asdict(holder)))
        yield killed
        with suppress(OSError):  # what is published is published, whoever can still say so
            _write(stream, "")


def left_by_a_kill(lock: Path) -> Holder | None:
    """Give the holder whose process was killed on this host: its name is in the lock, and it runs no more.

    The lock itself is not asked: a refresh that starts at that moment would find it held.
    """
    try:
        with lock.open(encoding="utf-8") as stream:
            holder = _read(stream)
        if holder is None or holder.host != socket.gethostname():
            return None
        os.kill(holder.process, 0)
    except ProcessLookupError:
        return holder
    except OSError:  # no lock, or a process of another account
        return None
    return None


def _read(stream) -> Holder | None:
    stream.seek(0)
    try:
        return Holder(**json.load(stream))
    except (ValueError, TypeError):  # empty, or half written by a process that was killed
        return None


def _write(stream, text: str) -> None:
    stream.seek(0)
    stream.truncate()
    stream.write(text)
    stream.flush()

"""Run a command that is killed just before one of its file operations: what a power cut there would leave.

    python -m benchmarks.reliability.killed NUMBER FOLDER ARGUMENT...

Runs `fingerplan ARGUMENT...` in the project of the current folder, and ends it with `kill -9` before its NUMBER-th
operation below FOLDER: opening for writing, renaming, linking, deleting, creating or deleting a folder. With 0 it is
not killed, and the last line on standard error is the number of its operations.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

FILE_OPERATIONS = {
    *("os.rename", "os.link", "os.symlink", "os.remove", "os.rmdir", "os.mkdir", "os.truncate", "os.chmod"),
}


def kill_before(number: int, folder: Path) -> Callable[[], int]:
    """Kill this process just before its `number`-th file operation below `folder` from now on; 0 for never.

    Returns:
        A function that gives the number of operations so far.
    """
    seen = 0
    below = f"{folder}{os.sep}"

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal seen
        if is_operation(event, arguments, below):
            seen += 1
            if seen == number:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    return lambda: seen


def is_operation(event: str, arguments: tuple[Any, ...], below: str) -> bool:
    """Tell whether an audit event is a file operation that writes below a folder."""
    if event == "open":
        path, mode, flags = arguments
        if not (flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) or (mode and mode[0] in "wax")):
            return False
    elif event in FILE_OPERATIONS:
        path = arguments[1] if event in ("os.link", "os.symlink", "os.rename") else arguments[0]
    else:
        return False
    if not isinstance(path, str | os.PathLike):
        return False
    if event in ("os.remove", "os.rmdir") and arguments[1] >= 0:  # named within an open folder, as by `shutil.rmtree`
        path = Path(f"/proc/self/fd/{arguments[1]}").readlink() / path
    return str(path).startswith(below)


if __name__ == "__main__":
    from fingerplan.cli import app

    operations = kill_before(int(sys.argv[1]), Path(sys.argv[2]))
    try:
        app(sys.argv[3:], prog_name="fingerplan")
    finally:
        print(operations(), file=sys.stderr)

"""Say what a command does, step by step: on a terminal for a person, or as one line of JSON per step for a log."""

import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from fingerplan.clock import now

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

NOTHING_PUBLISHED = "Nothing was published; the published warehouse is as it was."


class _Output(io.FileIO):
    """Standard output or error; once nobody takes it, as after `| head -1` or on a full disk, it goes nowhere."""

    def write(self, content: "ReadableBuffer", /) -> int:
        """Write, or discard this and all that follows: a failed print must not fail the command."""
        try:
            return super().write(content)
        except OSError:
            discard = os.open(os.devnull, os.O_WRONLY)
            os.dup2(discard, self.fileno())
            os.close(discard)
            return memoryview(content).nbytes


def open_output() -> None:
    """Replace standard output and error by streams on which no print fails; call it before anything is printed."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # closed: the next file that is opened would take its place, and the output
            descriptor = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(descriptor, "r" if name == "stdin" else "w", encoding="utf-8"))
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if not isinstance(getattr(stream, "buffer", None), io.BufferedWriter | io.FileIO):
            continue  # a test reads it
        stream.flush()
        output = io.TextIOWrapper(
            io.BufferedWriter(_Output(stream.fileno(), "w", closefd=False)),
            encoding=stream.encoding,
            errors="backslashreplace",  # a terminal without UTF-8 must not stop a refresh
            line_buffering=name == "stderr" or stream.isatty() or isinstance(stream.buffer, io.FileIO),
        )
        setattr(sys, name, output)


class Steps:
    """Prints the steps of a command, and how many seconds each took."""

    def __init__(self, log_json: bool = False):
        """Write JSON lines if `log_json`; colours and progress bars appear only on a terminal."""
        self.log_json = log_json
        # in a pipe, Rich would wrap tables at 80 columns, in the middle of the station names
        self.console = Console() if sys.stdout.isatty() else Console(width=130)
        self._started = time.monotonic()

    @contextmanager
    def step(self, name: str) -> Iterator[list[str]]:
        """Time a step, and print it with what the block appends to the list."""
        started = time.monotonic()
        said: list[str] = []
        try:
            yield said
        except BaseException:
            self._log("error", step=name, seconds=round(time.monotonic() - started, 1))
            raise
        seconds = time.monotonic() - started
        self._log("info", step=name, seconds=round(seconds, 1), said=said)
        self.say(f"{name}: {', '.join(said)} ({seconds:.1f} s)")

    @contextmanager
    def progress(self, name: str) -> Iterator[Callable[[int, int], None]]:
        """Show a progress bar on a terminal; yield a function to call with (done, total)."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        quiet = self.log_json or not self.console.is_terminal
        progress = Progress(*columns, console=self.console, transient=True, disable=quiet)
        task = progress.add_task(name, total=None)
        with progress:
            yield lambda done, total: progress.update(task, completed=done, total=total)

    def say(self, line: str) -> None:
        """Print a line for a person; a log learns it from the steps."""
        if not self.log_json:
            self.console.print(Text(line), soft_wrap=True)

    def warn(self, line: str) -> None:
        """Print a warning."""
        self._complain("warning", line, f"Warning: {line}")

    def error(self, line: str) -> None:
        """Print why a command stops."""
        self._complain("error", line, line)

    def refuse(self, findings: list[str], exit_code: int, outcome: str = NOTHING_PUBLISHED) -> None:
        """Print why a command stops, one finding per line, and what stays as it was."""
        for finding in findings:
            self.error(finding)
        self._complain("error", outcome, outcome, exit_code=exit_code)

    def log(self, **content: object) -> None:
        """Write a line to the log only."""
        self._log("info", **content)

    def end(self, **outcome: object) -> None:
        """Log the end of the command."""
        self._log("info", step="end", seconds=round(time.monotonic() - self._started, 1), **outcome)

    def _complain(self, level: str, logged: str, line: str, **more: object) -> None:
        if self.log_json:
            self._log(level, message=logged, **more)
        else:
            print(line, file=sys.stderr)

    def _log(self, level: str, **content: object) -> None:
        if self.log_json:
            print(json.dumps({"time": now(), "level": level, **content}, ensure_ascii=False, default=str), flush=True)

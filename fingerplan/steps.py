"""Say what a command does, step by step: on a terminal for a person, or as one line of JSON per step for a log."""

import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from fingerplan.clock import now


class _Output(Console):
    """A console that survives a closed pipe or a full disk: a failed print must not fail the command."""

    def on_broken_pipe(self) -> None:
        """Keep running; Rich would end the process with exit code 1."""
        stop_writing()


def stop_writing() -> None:
    """Discard all further output."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def unheard() -> Iterator[None]:
    """Ignore a failed print: nothing has failed in the warehouse."""
    try:
        yield
    except OSError:
        stop_writing()


class Steps:
    """Prints the steps of a command, and how many seconds each took."""

    def __init__(self, log_json: bool = False):
        """Write JSON lines if `log_json`; colours and progress bars appear only on a terminal."""
        self.log_json = log_json
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):  # a terminal without UTF-8 must not stop a refresh
                stream.reconfigure(errors="backslashreplace")
        # in a pipe, Rich would wrap tables at 80 columns, in the middle of the station names
        self.console = _Output() if sys.stdout.isatty() else _Output(width=130)
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
        with unheard():
            progress.start()
        try:
            yield lambda done, total: progress.update(task, completed=done, total=total)
        finally:
            with unheard():
                progress.stop()

    def say(self, line: str) -> None:
        """Print a line for a person; a log learns it from the steps."""
        if not self.log_json:
            with unheard():
                self.console.print(line, highlight=False, soft_wrap=True, markup=False)

    def warn(self, line: str) -> None:
        """Print a warning."""
        self._complain("warning", line, f"Warning: {line}")

    def refuse(
        self,
        findings: list[str],
        exit_code: int,
        outcome: str = "Nothing was published; the published warehouse is as it was.",
    ) -> None:
        """Print why a command stops, one finding per line, and what stays as it was."""
        for finding in findings:
            self._complain("error", finding, finding)
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
            with unheard():
                print(line, file=sys.stderr)

    def _log(self, level: str, **content: object) -> None:
        if self.log_json:
            with unheard():
                print(
                    json.dumps({"time": now(), "level": level, **content}, ensure_ascii=False, default=str), flush=True
                )

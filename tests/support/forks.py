"""Commands in processes of their own that start with their packages already imported.

Importing dbt and Great Expectations takes longer than most commands run. So one process of a test run imports them, and
a command is a fork of it: with its own folder, environment, exit code and output, and with the project's code imported
from the folder that it runs in.
"""

import atexit
import functools
import gc
import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parents[2]
# packages only: what belongs to the project is imported from the copy that the command runs in
PACKAGES = [
    "dbt.cli.main",
    "dbt.adapters.duckdb.impl",
    "great_expectations",
    "babel.numbers",
    "openpyxl",
    "pdfplumber",
    "rich.console",
    "typer.main",
    "xlsxwriter",
]
LONGEST_SECONDS = 900  # building the site on a busy machine takes ten minutes

# what a copy of the project compiles, for the next copy in its place
_bytecode = functools.cache(lambda: tempfile.TemporaryDirectory(prefix="fingerplan-bytecode-"))
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(PACKAGES)


def run(
    program: Literal["fingerplan", "dbt"], arguments: tuple[str, ...], folder: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a program in a folder, with exactly this environment, and give its exit code and output.

    Raises:
        TimeoutError: the command did not end in time; it was killed.
    """
    with tempfile.TemporaryDirectory() as said:
        output, errors = Path(said) / "stdout", Path(said) / "stderr"
        process = _processes.Process(
            target=_become,
            args=(program, arguments, folder, environment, output, errors, _bytecode().name),
        )
        process.start()
        process.join(LONGEST_SECONDS)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise TimeoutError(f"{program} {' '.join(arguments)}: did not end within {LONGEST_SECONDS} seconds")
        return subprocess.CompletedProcess(
            [program, *arguments],
            process.exitcode,
            output.read_text(encoding="utf-8"),
            errors.read_text(encoding="utf-8"),
        )


def _become(
    program: str,
    arguments: tuple[str, ...],
    folder: Path,
    environment: dict[str, str],
    output: Path,
    errors: Path,
    bytecode: str,
) -> None:
    gc.freeze()  # what was imported before the fork is not garbage
    for stream, file in ((sys.stdout, output), (sys.stderr, errors)):
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT)
        os.dup2(descriptor, stream.fileno())
        os.close(descriptor)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:] = [str(folder), *(entry for entry in sys.path if entry and Path(entry).resolve() != ROOT)]
    sys.dont_write_bytecode, sys.pycache_prefix = False, bytecode
    sys.argv = [program, *arguments]
    try:
        if program == "dbt":
            from dbt.cli.main import cli

            cli(prog_name="dbt")
        else:
            runpy.run_module(program, run_name="__main__", alter_sys=True)
    finally:
        atexit._run_exitfuncs()  # a process of multiprocessing ends without them

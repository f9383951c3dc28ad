"""What a command asked of the network and which processes it started, as strace saw it."""

import functools
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.forks import LONGEST_SECONDS

# sendmmsg is how the C library asks a name server; with the filter in the kernel, other calls run at full speed
STRACE = (
    *("strace", "--follow-forks", "--seccomp-bpf", "--quiet=all", "--no-abbrev", "--string-limit=4096"),
    *("--trace=connect,sendto,sendmsg,sendmmsg,execve", "--signal=none"),
)
MADE_UP_KEY = "made-up-key-of-a-municipality-0123456789"
# a name server may listen on this machine and ask further, so its port counts as leaving; netlink is the kernel
_HERE = re.compile(
    r'sa_family=(AF_UNIX, sun_path=(?!"[^"]*resolve)|AF_NETLINK|AF_UNSPEC'
    r'|AF_INET, sin_port=htons\((?!53\))\d+\), sin_addr=inet_addr\("127\.[\d.]+"\)'
    r'|AF_INET6, sin6_port=htons\((?!53\))\d+\), .*inet_pton\(AF_INET6, "(::1|::ffff:127\.[\d.]+)")'
)


@dataclass(frozen=True)
class Trace:
    """The lines of strace, one a call."""

    lines: list[str]

    @property
    def outside(self) -> list[str]:
        """The calls with an address that is not on this machine."""
        return [line for line in self.lines if "sa_family=" in _HERE.sub("", line)]

    @property
    def own_start(self) -> str:
        """The call that became the command, with its arguments and environment."""
        return self.lines[0]

    @property
    def started(self) -> list[str]:
        """The calls that became another program, or tried to, with their arguments and environment."""
        return [line for line in self.lines[1:] if "execve(" in line]


def with_key(texts: list[str]) -> list[str]:
    """The texts with the pseudonym key, or with a variable that holds it or names its file."""
    return [text for text in texts if MADE_UP_KEY in text or "FINGERPLAN_PSEUDONYM_KEY" in text]


def read_trace(file: Path) -> Trace:
    """Read what strace wrote."""
    return Trace(file.read_text(encoding="utf-8", errors="replace").splitlines())


@functools.cache
def can_trace() -> bool:
    """Whether strace is here and the machine lets it trace."""
    if shutil.which("strace") is None:
        return False
    return subprocess.run([*STRACE, "true"], capture_output=True, check=False).returncode == 0


def need_strace() -> None:
    """Skip the test where nothing can be traced."""
    if not can_trace():
        pytest.skip("SKIPPED: strace is missing or may not trace here (Debian's package strace)")


def run_traced(file: Path, project: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line of a copied project in a process of its own, and write what strace sees into a file."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FINGERPLAN_", "DBT_"))}
    return subprocess.run(
        [*STRACE, f"--output={file}", sys.executable, "-m", "fingerplan", *arguments],
        cwd=project,
        env={**kept, "PYTHONPATH": str(project), **environment},
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )

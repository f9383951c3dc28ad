"""Look every pinned package up among the known advisories; `make audit`.

pip-audit asks for Python's packages and npm for those of the site. What docs/reference/supply-chain.md judges by name
is printed with the rest but does not count. That nothing is known is believed only with an answer for every package:
pip-audit "skips" those that its source does not answer for, and then says that it found no vulnerability.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.security.locks import NPM_LOCK, ROOT, Pin, python_pins

PAGE = ROOT / "docs" / "reference" / "supply-chain.md"
FOUND, UNREACHABLE = 1, 3  # exit codes


class Unreachable(Exception):  # noqa: N818 - not a defect of ours
    """The advisories could not be asked for; the text says where and why, in one line."""


@dataclass(frozen=True, order=True)
class Finding:
    """An advisory of a pinned package, by every name that it goes under."""

    pin: Pin
    names: tuple[str, ...]

    def is_judged(self, judged: set[tuple[str, str, str]]) -> bool:
        """Whether the page judges this advisory for this very version."""
        return any((self.pin.name, self.pin.version, name) in judged for name in self.names)


def judged_on(page: str) -> set[tuple[str, str, str]]:
    """Read the package, version and advisory of the page's table, whose rows may name several advisories."""
    rows = re.findall(r"^\| `([^`]+)` \| ([^ |]+) \| ([A-Z]+-[^|]+) \|", page, re.M)
    return {(package, version, name) for package, version, names in rows for name in names.split(", ")}


def read_pip_audit(printed: str, asked: Iterable[Pin]) -> list[Finding]:
    """Read pip-audit's JSON.

    Raises:
        Unreachable: it is no JSON, or a package that was asked for has no answer.
    """
    try:
        answers = {answer["name"]: answer for answer in json.loads(printed)["dependencies"]}
    except (ValueError, KeyError):
        raise Unreachable(f"Python: pip-audit had no answer from its source: {_last_line(printed)}") from None
    without = sorted(pin.name for pin in asked if "vulns" not in answers.get(pin.name, {}))
    if without:
        raise Unreachable(f"Python: no answer for {len(without)} packages, among them {without[0]}")
    return [
        Finding(Pin(name, answer["version"]), (found["id"], *found["aliases"]))
        for name, answer in answers.items()
        for found in answer["vulns"]
    ]


def read_npm_audit(printed: str, packages: dict[str, Any]) -> list[Finding]:
    """Read npm's JSON, with the packages of the lock file by their path.

    Raises:
        Unreachable: it is no report.
    """
    try:
        report = json.loads(printed)
        vulnerable = report["vulnerabilities"].values()
    except (ValueError, KeyError):
        said = re.search(r'"(?:message|summary)": "([^"]+)"', printed)
        reason = said[1].split(", reason:")[0] if said else _last_line(printed)
        raise Unreachable(f"npm: no answer from the registry's audit endpoint: {reason}") from None
    return sorted(
        {
            Finding(Pin(found["name"], packages[path]["version"]), (found["url"].rpartition("/")[2],))
            for entry in vulnerable
            for found in entry["via"]
            if isinstance(found, dict)  # else the name of another entry
            for path in entry["nodes"]
        }
    )


def ask_python() -> list[Finding]:
    """Have pip-audit look up every pin; two files, since a package may be pinned for two versions of Python."""
    asked = python_pins()
    first = {pin.name: pin for pin in asked}
    findings = []
    for pins in (list(first.values()), [pin for pin in asked if pin not in first.values()]):
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write("".join(f"{pin.name}=={pin.version}\n" for pin in pins))
            file.flush()
            command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--no-deps", "--format=json"]
            findings += read_pip_audit(_printed([*command, "--progress-spinner=off", "-r", file.name]), pins)
    return sorted(findings)


def ask_npm() -> list[Finding]:
    """Have npm look up every package of the site's lock."""
    packages = json.loads((ROOT / NPM_LOCK).read_text(encoding="utf-8"))["packages"]
    return read_npm_audit(_printed(["npm", "audit", "--package-lock-only", "--json"]), packages)


def audit(sources: Iterable[Callable[[], list[Finding]]], judged: set[tuple[str, str, str]]) -> int:
    """Ask every source and print what it says.

    Returns:
        FOUND where an advisory is not judged; else UNREACHABLE where a source did not answer; else 0.
    """
    outcome = 0
    for ask in sources:
        try:
            findings = ask()
        except Unreachable as error:
            print(f"NOT ASKED: {error}")
            outcome = outcome or UNREACHABLE
            continue
        for finding in findings:
            is_judged = finding.is_judged(judged)
            print(f"{finding.pin.name} {finding.pin.version}: {finding.names[0]}{' (judged)' if is_judged else ''}")
            outcome = outcome if is_judged else FOUND
    return outcome


def _printed(command: list[str]) -> str:
    try:
        outcome = subprocess.run(
            command, cwd=ROOT / Path(NPM_LOCK).parent, capture_output=True, text=True, check=False, timeout=600
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unreachable(f"{command[0]}: {error}") from None
    return outcome.stdout.strip() or outcome.stderr


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2][:200]


if __name__ == "__main__":
    sys.exit(audit((ask_python, ask_npm), judged_on(PAGE.read_text(encoding="utf-8"))))

"""What the lock files pin."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTHON_LOCKS = (
    "requirements.lock",
    "requirements-engines.lock",
    "requirements-audit.lock",
    "evidence/requirements-node.lock",
)
NPM_LOCK = "evidence/package-lock.json"


@dataclass(frozen=True, order=True)
class Pin:
    """A package and its version, by the name that the registry knows it under."""

    name: str
    version: str


def python_pins() -> list[Pin]:
    """List every Python package of every lock, whatever platform or Python it is for."""
    found: set[Pin] = set()
    for lock in PYTHON_LOCKS:
        text = (ROOT / lock).read_text(encoding="utf-8")
        found |= {Pin(*pin) for pin in re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s;\\]+)", text, re.M)}
    return sorted(found)


def npm_licences() -> dict[Pin, str | None]:
    """List every npm package of the lock but this project's own plugin, with the licence that the lock states."""
    packages = json.loads((ROOT / NPM_LOCK).read_text(encoding="utf-8"))["packages"]
    return {
        Pin(package.get("name") or path.rpartition("node_modules/")[2], package["version"]): package.get("license")
        for path, package in packages.items()
        if "node_modules/" in path and not package.get("link")
    }

"""Write THIRD_PARTY.md: every pinned package with its licence, as the package itself states it; `make third-party`.

Python's licences are read from what is installed. What is pinned for another platform or Python is not, and pip fetches
it from the registry. npm's lock file has the licences of its packages.
"""

import re
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

from tests.security.locks import ROOT, Pin, npm_licences, python_pins

FILE = ROOT / "THIRD_PARTY.md"
# packages without a licence in their metadata; read by a person in their text, for cmdk-sv in its repository
READ = {
    "browser-assert": "MIT",
    "cmdk-sv": "MIT",
    "flatbuffers": "Apache-2.0",
    "json-bignum": "MIT",
    "not": "MIT",
    "prelude-ls": "MIT",
    "trim": "MIT",
}
COPYLEFT = re.compile(r"GPL|MPL|Mozilla|EPL|EUPL|CDDL|Artistic|OSL|SSPL")
_UNCHANGED = "used unchanged as a package of its own; its terms are for its own files"
JUDGED = {
    "axe-core": "a tool of the site's tests; not in the built site",
    "certifi": _UNCHANGED,
    "hypothesis": "a tool of the tests",
    "orjson": "a tool of the tests; used unchanged",
    "pathspec": _UNCHANGED,
    "psycopg": "imported unchanged by the tests of the site's plugin; can be replaced by any other build",
    "psycopg-binary": "as psycopg",
    "psycopg2-binary": "imported unchanged by dbt on PostgreSQL, which only `make engines` installs",
    "text-unidecode": "the Artistic License is chosen; used unchanged",
    "tqdm": _UNCHANGED,
}
HEAD = """# Licences of others

The project's own code is under the [MIT licence](LICENSE). It contains no code of the packages below: `make run` and
`make site` fetch them from a registry, each with its own licence text. The built site in `evidence/build` does contain
JavaScript of the npm packages. `make third-party` writes this page from the lock files; a test compares the two.

## Copyleft

No package is under AGPL, and none under GPL alone. Those with terms for who passes on changed copies, or links to them:

| package | licence | judgement |
|---|---|---|
"""


def is_copyleft(licence: str) -> bool:
    """Whether a licence asks that changed copies stay under it."""
    return COPYLEFT.search(licence) is not None


def licence_of(name: str, stated: metadata.PackageMetadata) -> str:
    """Read the licence from a package's metadata: the expression, the classifiers, or else the one line of the field.

    Raises:
        SystemExit: the package states none.
    """
    classified = [text.rpartition(" :: ")[2] for text in stated.get_all("Classifier") or [] if "License ::" in text]
    expression, field = (";".join(stated.get_all(key) or []) for key in ("License-Expression", "License"))
    one_line = field if len(field) < 80 and "\n" not in field else ""
    found = expression or "; ".join(sorted(set(classified))) or one_line or READ.get(name)
    if not found or found.upper() == "UNKNOWN":
        raise SystemExit(f"{name}: states no licence; read its text and name it in READ of {Path(__file__).name}")
    return found


def python_licences(pins: list[Pin], folders: list[str]) -> dict[Pin, str]:
    """Give the licence of every pin, from the folders of installed packages or else from the registry."""
    found = {}
    for package in metadata.distributions(path=folders):
        pin = Pin(re.sub(r"[-_.]+", "-", package.metadata["Name"]).lower(), package.version)
        if pin in pins:
            found[pin] = licence_of(pin.name, package.metadata)
    return found | _from_registry([pin for pin in pins if pin not in found])


def _from_registry(pins: list[Pin]) -> dict[Pin, str]:
    """Have pip fetch what is not installed here; Python 3.12, since this one's versions are installed."""
    found = {}
    for pin in pins:
        with tempfile.TemporaryDirectory() as folder:
            install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile"]
            options = ["--only-binary=:all:", "--python-version=3.12", f"--target={folder}"]
            subprocess.run([*install, *options, f"{pin.name}=={pin.version}"], check=True)
            (package,) = metadata.distributions(path=[folder])
            found[pin] = licence_of(pin.name, package.metadata)
    return found


def page(python: dict[Pin, str], npm: dict[Pin, str]) -> str:
    """Compose the page.

    Raises:
        SystemExit: a copyleft licence has no judgement, or a judgement no package.
    """
    copyleft = {pin.name: licence for pin, licence in (*python.items(), *npm.items()) if is_copyleft(licence)}
    if copyleft.keys() != JUDGED.keys():
        raise SystemExit(f"judge in {Path(__file__).name}: {', '.join(sorted(copyleft.keys() ^ JUDGED.keys()))}")
    lines = [f"| {name} | {copyleft[name]} | {JUDGED[name]} |" for name in sorted(copyleft)]
    for title, licences in (("Python", python), ("npm", npm)):
        lines += ["", f"## {title}", "", "| package | version | licence |", "|---|---|---|"]
        lines += [f"| {pin.name} | {pin.version} | {licences[pin]} |" for pin in sorted(licences)]
    return HEAD + "\n".join(lines) + "\n"


def main(folders: list[str]) -> None:
    """Write the page from the folders of installed packages."""
    npm = {}
    for pin, stated in npm_licences().items():
        licence = stated if stated and not stated.startswith("SEE ") else READ.get(pin.name)
        if licence is None:
            raise SystemExit(f"{pin.name}: states no licence; read its text and name it in READ")
        npm[pin] = licence
    FILE.write_text(page(python_licences(python_pins(), [*folders, *sys.path]), npm), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

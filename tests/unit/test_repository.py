"""What must hold for the tracked files themselves, wherever the project is cloned."""

import ast
import json
import re
import subprocess

import pytest

from tests.support.project import ROOT


def tracked() -> dict[str, str]:
    try:
        git = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"]
        listed = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("SKIPPED: not a git checkout, so there is no list of tracked files")
    files = {}
    for name in listed.split("\0"):
        path = ROOT / name
        if name and path.is_file() and path.suffix != ".png":
            files[name] = path.read_text(encoding="utf-8")
    assert len(files) > 50
    return files


def test_no_registry_and_no_machine_is_named():
    hosts = re.compile(
        "py" + r"pi\.org|python" + r"hosted|registry\.np" + r"mjs|deb\.debian\.org|/" + r"(work|home|root)/[\w.]+/"
    )
    named = [(name, match[0]) for name, text in tracked().items() for match in [hosts.search(text)] if match]
    assert named == []


@pytest.mark.parametrize(
    ("file", "least"),
    [
        ("requirements.lock", 40),
        ("requirements-engines.lock", 40),
        ("requirements-audit.lock", 20),
        ("evidence/requirements-node.lock", 1),
    ],
)
def test_every_requirement_is_pinned_by_hash(file, least):
    text = (ROOT / file).read_text(encoding="utf-8")
    requirements = re.findall(
        r"^[\w.-]+(?:\[[\w,-]+\])?==\S+.*\\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", text, re.M
    )
    assert len(requirements) == len(re.findall(r"^\S.*==", text, re.M)) >= least
    assert not re.search(r"https?://|--index|--find-links", text)


def test_the_packages_of_the_site_are_pinned_without_addresses():
    lock = json.loads((ROOT / "evidence" / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name.startswith("node_modules/")}
    # what a package brings along in its own archive is not fetched
    fetched = {name: package for name, package in packages.items() if not {"link", "inBundle"} & package.keys()}
    assert len(fetched) > 500
    assert [name for name, package in fetched.items() if "resolved" in package or "integrity" not in package] == []
    wanted = json.loads((ROOT / "evidence" / "package.json").read_text(encoding="utf-8"))
    pinned = [*wanted["dependencies"].values(), *wanted["devDependencies"].values(), *wanted["overrides"].values()]
    assert all(re.fullmatch(r"[\d.]+|file:plugins/[\w-]+", version) for version in pinned)


def test_seed_files_stay_below_the_size_that_dbt_compares_by_content():
    assert all(path.stat().st_size < 2**20 for path in (ROOT / "seeds").rglob("*.csv"))


def test_no_data_is_built_into_the_models():
    """A figure belongs in a seed, with its source; in a model it would be a hard-coded result."""
    amounts = re.compile(r"(?<![\w.'-])\d{4,}(?![\w.'-])")
    found = [
        (str(path.relative_to(ROOT)), match)
        for path in (ROOT / "models").rglob("*.sql")
        for match in amounts.findall(re.sub(r"--.*", "", path.read_text(encoding="utf-8")))
    ]
    assert found == []


# beyond these, a step should get a name of its own
LONGEST_FUNCTION = 60
LONGEST_FILE = 400


def python_files() -> dict[str, str]:
    return {name: text for name, text in tracked().items() if name.endswith(".py")}


def test_python_functions_stay_under_sixty_lines():
    functions = [
        (name, node.name, node.end_lineno - node.lineno + 1)
        for name, text in python_files().items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert len(functions) > 500
    assert [function for function in functions if function[2] >= LONGEST_FUNCTION] == []


def test_python_files_stay_under_four_hundred_lines():
    lines = {name: len(text.splitlines()) for name, text in python_files().items()}
    assert len(lines) > 50
    assert {name: count for name, count in lines.items() if count >= LONGEST_FILE} == {}


def test_every_module_is_imported_by_a_unit_test():
    modules = {
        name.removesuffix(".py").replace("/", ".")
        for name in python_files()
        if name.startswith(("fingerplan/", "benchmarks/")) and not name.endswith(("__init__.py", "__main__.py"))
    }
    imported = set()
    for name, text in python_files().items():
        if name.startswith("tests/unit/"):
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Import):
                    imported |= {alias.name for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module:
                    imported |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    assert len(modules) > 80
    assert sorted(modules - imported) == []

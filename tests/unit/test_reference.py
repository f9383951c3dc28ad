"""The reference says what the project can do: nothing is missing from it, and nothing in it is gone."""

import ast
import inspect
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest
import typer.main
import yaml

from fingerplan import errors
from fingerplan.cli import app
from tests.support.project import ROOT

COMMAND_LINE = ROOT / "docs" / "reference" / "command-line.md"
SETTINGS = ROOT / "docs" / "reference" / "settings.md"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
# where a variable of the environment can be read; `.venv` and what npm installs are not ours
CODE = ("fingerplan", "benchmarks", "tests", "profiles", "macros", "evidence/plugins", ".ci", "Makefile")
# folders in which the pages name what is made by running the project
MADE = ("warehouse/", "evidence/build", "evidence/.stage", "target/", "delivery/", "logs/")


@cache
def tracked() -> list[str]:
    git = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("SKIPPED: not a git checkout, so there is no list of tracked files")
    return [name for name in listed.split("\0") if (ROOT / name).is_file()]


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def section(page: Path, heading: str) -> str:
    """The text below a heading of the second level."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", read(page), re.M | re.S)
    assert found, f"{page.name} has no section '{heading}'"
    return found[1]


def first_cells(text: str, pattern: str = r"[^`]+") -> set[str]:
    """What stands in backticks in the first column of the tables."""
    return set(re.findall(rf"^\| `({pattern})` \|", text, re.M))


def commands() -> dict[str, set[str]]:
    """Every command with its options, as the command line declares them."""
    group = typer.main.get_command(app)
    return {
        name: {option for param in command.params for option in param.opts if option.startswith("--")}
        for name, command in vars(group)["commands"].items()
    }


def test_every_command_has_its_section_and_its_line_in_the_table() -> None:
    listed = set(re.findall(r"^\| \[`([\w-]+)`\]\(#", read(COMMAND_LINE), re.M))
    sections = set(re.findall(r"^## ([a-z][a-z-]*)$", read(COMMAND_LINE), re.M))
    assert listed == sections == set(commands())


@pytest.mark.parametrize("command", sorted(commands()))
def test_a_command_is_documented_with_its_options_and_no_other(command: str) -> None:
    documented = {option.split()[0] for option in first_cells(section(COMMAND_LINE, command), "--[^`]+")}
    assert documented == commands()[command]


def test_what_the_pages_call_is_a_command_with_these_options() -> None:
    wrong = []
    for page in PAGES:
        for line in re.findall(r"^(?:exec \S*)?fingerplan ([a-z].*(?:\\\n.*)*)", read(page), re.M):
            name, *words = line.split("#")[0].split(";")[0].split()
            options = {word for word in words if word.startswith("--")}
            if name not in commands() or not options <= commands()[name]:
                wrong.append((page.name, line))
    assert wrong == []


def codes_in(source: str) -> set[int]:
    """The exit codes that a piece of code writes, as a number or by its name in `fingerplan.errors`."""
    named = {name: value for name, value in vars(errors).items() if isinstance(value, int)}
    codes = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("typer.Exit", "sys.exit", "_one_line"):
            numbers = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            codes |= {number for number in numbers if isinstance(number, int)}
        elif isinstance(node, ast.Name) and node.id in named:
            codes.add(named[node.id])
    return codes


def test_every_exit_code_is_in_the_reference() -> None:
    documented = {int(code) for code in first_cells(section(COMMAND_LINE, "Exit codes"), r"\d+")}
    # 2 is click's for a wrong call
    defined = {0, 2, *(value for value in vars(errors).values() if isinstance(value, int))}
    assert documented == defined.union(*(codes_in(read(file)) for file in (ROOT / "fingerplan").rglob("*.py")))


@pytest.mark.parametrize("command", sorted(commands()))
def test_a_command_is_documented_with_its_exit_codes(command: str) -> None:
    line = re.search(r"^Exit codes: (.*?)\n\n", section(COMMAND_LINE, command) + "\n\n", re.M | re.S)
    assert line
    documented = {int(code) for code in re.findall(r"`(\d+)`", line[1])}
    callback = vars(typer.main.get_command(app))["commands"][command].callback
    assert {0, 2} | codes_in(inspect.getsource(inspect.unwrap(callback)).split("\n", 1)[1]) <= documented


def environment() -> set[str]:
    """Every variable of the environment that the code names."""
    literal = r"""(?:environ(?:\.get|\.setdefault)?[\[(]\s*|getenv\(\s*|env_var\(\s*)["']([A-Z][A-Z0-9_]+)["']"""
    names = set()
    for name in tracked():
        if name.startswith(CODE) and Path(name).suffix in (".py", ".yml", ".sql", ".sh", ".js", "") and (
            ROOT / name != Path(__file__)
        ):
            text = read(ROOT / name)
            names |= set(re.findall(r"\bFINGERPLAN_[A-Z0-9_]*[A-Z0-9]\b", text))
            names |= set(re.findall(literal, text)) | set(re.findall(r"process\.env\.([A-Z][A-Z0-9_]+)", text))
    return names - {"PATH"}


def test_every_environment_variable_is_in_the_reference() -> None:
    documented: set[str] = set()
    for heading in re.findall(r"^## (Environment variables .*)$", read(SETTINGS), re.M):
        documented |= first_cells(section(SETTINGS, heading), "[A-Z0-9_]+")
    assert documented == environment()


def test_every_make_target_and_variable_is_in_the_reference() -> None:
    makefile = read(ROOT / "Makefile")
    targets = re.search(r"^\.PHONY: (.*)$", makefile, re.M)
    assert targets
    text = section(SETTINGS, "Make targets")
    assert first_cells(text, "make [a-z-]+") == {f"make {target}" for target in targets[1].split()}
    used = set(re.findall(r"^([A-Z_]+) \?=", makefile, re.M)) | {"WITH_ENGINES", "BENCH_FOLDER"}
    assert first_cells(text, "[A-Z_]+") == used
    assert all(name in makefile for name in used)


def test_every_dbt_target_and_variable_is_in_the_reference() -> None:
    profile = yaml.safe_load(read(ROOT / "profiles" / "profiles.yml"))
    assert first_cells(section(SETTINGS, "dbt targets")) == set(profile["fingerplan"]["outputs"])
    project = yaml.safe_load(read(ROOT / "dbt_project.yml"))
    assert first_cells(section(SETTINGS, "dbt variables")) == set(project["vars"])


def test_every_mart_is_in_the_reference() -> None:
    documented = first_cells(read(ROOT / "docs" / "reference" / "marts.md"), r"(?:dim|fct|rpt)_\w+")
    assert documented == {path.stem for path in (ROOT / "models" / "marts").rglob("*.sql")}


def test_every_generic_test_has_its_line_in_the_readme_with_its_arguments() -> None:
    table = re.search(r"^\| generic test \|.*?\n\n", read(ROOT / "README.md") + "\n\n", re.M | re.S)
    assert table
    documented = {
        name: set(re.findall(r"`(\w+)`", arguments))
        for name, arguments in re.findall(r"^\| `(\w+)` \|.*\| (.*) \|$", table[0], re.M)
    }
    signatures = {}
    for path in (ROOT / "tests" / "data" / "generic").glob("*.sql"):
        signature = re.search(rf"test {path.stem}\((.*?)\)\s*-?%}}", read(path), re.S)
        assert signature
        # a default such as {} or [a, b] may hold commas
        parts = re.split(r",(?![^\[{]*[\]}])", signature[1])
        signatures[path.stem] = {part.split("=")[0].strip() for part in parts} - {"model", ""}
    assert documented == signatures


def without_code_blocks(text: str) -> str:
    return re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_that_a_page_names_exists(page: Path) -> None:
    roots = {name.split("/")[0] for name in tracked()}
    missing = []
    for named in re.findall(r"`([\w./*-]+)`", without_code_blocks(read(page))):
        is_path = "/" in named and named.split("/")[0] in roots and not named.startswith(MADE)
        is_file = "/" not in named and re.fullmatch(r"[\w*][\w*-]*\.(py|sql|csv|yml|js|svelte)", named)
        if is_path and not any(ROOT.glob(named.rstrip("/"))):
            missing.append(named)
        if is_file and not any(Path(name).match(named) for name in tracked()):
            missing.append(named)
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", read(page)):
        if target.startswith("http"):
            continue
        file, _, anchor = target.partition("#")
        linked = (page.parent / file).resolve() if file else page
        if not linked.exists():
            broken.append(target)
        elif anchor:
            headings = re.findall(r"^#+ (.*)$", without_code_blocks(read(linked)), re.M)
            slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            if anchor not in slugs:
                broken.append(target)
    assert broken == []


def test_every_page_is_in_the_index() -> None:
    index = read(ROOT / "docs" / "README.md")
    pages = {str(page.relative_to(ROOT / "docs")) for page in PAGES[1:] if page != ROOT / "docs" / "README.md"}
    assert {page for page in pages if f"({page})" not in index} == set()

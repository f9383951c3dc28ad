"""Check the seed files against their declarations before dbt loads them.

dbt would stop at a bad seed too, but with the database's message and without the row. The declarations are the ones
that dbt reads (`seeds/**/_*__seeds.yml`): the column_types and the arguments of the test `matches_declaration`.
"""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from fingerplan.errors import REJECTED, Refused

MOST_FINDINGS = 20


@dataclass
class Declaration:
    """The declaration of a seed or a delivered extract: its columns with their types, and what must hold for them."""

    name: str
    folder: Path
    column_types: dict[str, str]
    primary_keys: list[list[str]] = field(default_factory=list)
    required: set[str] = field(default_factory=set)
    references: dict[str, tuple[str, str]] = field(default_factory=dict)
    accepted: dict[str, list[str]] = field(default_factory=dict)
    printed_numbers: list[str] = field(default_factory=list)


@dataclass
class Seed:
    """The content of a seed: its file and its records, each with the row it starts on."""

    declaration: Declaration
    file: Path
    records: list[tuple[int, dict[str, str]]]

    def at(self, row: int, column: str) -> str:
        """Name a cell as editors and spreadsheets count: the header is row 1."""
        return f"{self.file}: row {row}, column {column}"


def check_seeds(root: Path) -> dict[str, Seed]:
    """Check every seed below `root/seeds`.

    Returns:
        Every seed by its name.

    Raises:
        Refused: with exit code 3 and one finding a line: file, row, column, value and what to do.
    """
    findings: list[str] = []
    seeds: dict[str, Seed] = {}
    declarations = list(_read_declarations(root, findings))
    declared = {declaration.name for declaration in declarations}
    for file in sorted((root / "seeds").rglob("*.csv")):
        if file.stem not in declared:
            findings.append(f"{file.relative_to(root)}: no declaration; describe it in the folder's __seeds.yml")
    for declaration in declarations:
        seed = _read_seed(root, declaration, findings)
        if seed is not None:
            seeds[declaration.name] = seed
    for seed in seeds.values():
        findings.extend(_check_cells(seed))
        findings.extend(_check_keys(seed))
    # last, so that a cause comes before its consequences: one wrong key breaks every reference to it
    for seed in seeds.values():
        findings.extend(_check_references(seed, seeds))
        findings.extend(_check_printed_numbers(seed, seeds, root))
    if findings:
        shown = findings[:MOST_FINDINGS]
        if len(findings) > len(shown):
            shown.append(f"... and {len(findings) - len(shown)} more findings")
        raise Refused(REJECTED, shown)
    return seeds


def declared_models(root: Path, file: Path) -> dict[str, Declaration]:
    """Read what a file of models declares, by name: the columns that have a data_type, and what must hold for them.

    Raises:
        Refused: exit code 3, where the file is not readable or a model is declared in another way.
    """
    findings: list[str] = []
    declarations = _read_file(root, file, "models", findings)
    if findings:
        raise Refused(REJECTED, findings)
    return {declaration.name: declaration for declaration in declarations}


def _read_declarations(root: Path, findings: list[str]) -> Iterator[Declaration]:
    for file in sorted((root / "seeds").rglob("*.yml")):
        yield from _read_file(root, file, "seeds", findings)


def _load_yaml(file: Path) -> Any:  # as PyYAML types it; what is wrong with the content is found where it is used
    # safe too, and libyaml takes an eighth of the time of PyYAML's own parser
    return yaml.load(file.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506


def _read_file(root: Path, file: Path, section: str, findings: list[str]) -> list[Declaration]:
    try:
        content = _load_yaml(file) or {}
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        findings.append(f"{file.relative_to(root)}: not readable as YAML ({str(error).splitlines()[0]}); fix the file")
        return []
    try:
        return [_declaration(entry, section, file.parent) for entry in content[section]]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        findings.append(
            f"{file.relative_to(root)}: a {section.removesuffix('s')} is not declared as the others are"
            f" ({type(error).__name__}: {error}); compare it with another folder's __{section}.yml"
        )
        return []


def _declaration(entry: dict[str, Any], section: str, folder: Path) -> Declaration:
    """Read the types from a seed's `column_types` or a model's columns, and the arguments of `matches_declaration`."""
    if section == "seeds":
        types = dict(entry["config"]["column_types"])
    else:
        types = {column["name"]: column["data_type"] for column in entry["columns"] if "data_type" in column}
    declaration = Declaration(entry["name"], folder, types)
    tests = [test["matches_declaration"] for test in entry["data_tests"] if "matches_declaration" in test]
    for arguments in (test["arguments"] for test in tests):
        declaration.primary_keys.extend(arguments.get("keys", []))
        declaration.required.update(arguments.get("required", []))
        for reference in arguments.get("references", []):
            target = re.fullmatch(r"ref\(['\"](\w+)['\"]\)", reference["to"])
            if target is None:
                raise ValueError(f"{reference['to']} is not a ref('...')")
            declaration.references[reference["column"]] = (target[1], reference["field"])
        for column, values in arguments.get("accepted", {}).items():
            if column in types:
                declaration.accepted[column] = [str(value) for value in values]
        declaration.printed_numbers.extend(arguments.get("printed_numbers", []))
        nullable = set(arguments.get("nullable", []))
        declaration.required.update({*declaration.references, *declaration.accepted} - nullable)
    for key in declaration.primary_keys:
        declaration.required.update(key)
    return declaration


def _read_seed(root: Path, declaration: Declaration, findings: list[str]) -> Seed | None:
    path = declaration.folder / f"{declaration.name}.csv"
    file = path.relative_to(root)
    expected = list(declaration.column_types)
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            header = next(reader, [])
            if header[:1] and header[0].startswith("\ufeff"):
                findings.append(f"{file}: row 1: the file starts with a byte order mark; save it as UTF-8 without BOM")
                return None
            if header != expected:
                findings.append(_header_finding(file, header, expected))
                return None
            records = []
            row = reader.line_num + 1
            for cells in reader:
                if len(cells) != len(expected):
                    findings.append(
                        f"{file}: row {row}: {len(cells)} fields where the header has {len(expected)}; "
                        "check commas and quotes"
                    )
                else:
                    records.append((row, dict(zip(expected, cells, strict=True))))
                row = reader.line_num + 1
    except FileNotFoundError:
        findings.append(f"{file}: the file is missing; put it back or remove its declaration")
        return None
    except OSError as error:
        findings.append(f"{file}: cannot be read ({error.strerror}); make it a readable file")
        return None
    except (UnicodeDecodeError, csv.Error) as error:
        findings.append(f"{file}: not readable as CSV in UTF-8 ({error}); save it as UTF-8 with commas")
        return None
    return Seed(declaration, file, records)


def _header_finding(file: Path, header: list[str], expected: list[str]) -> str:
    if len(header) == 1 and ";" in header[0]:
        return f"{file}: row 1: the fields are separated by semicolons; save the file with commas"
    doubled = [column for column in header if header.count(column) > 1]
    if doubled:
        return f"{file}: row 1, column {doubled[0]}: appears twice in the header; remove one"
    missing = [column for column in expected if column not in header]
    unknown = [column for column in header if column not in expected]
    if missing:
        return f"{file}: row 1, column {missing[0]}: missing from the header; the columns are {', '.join(expected)}"
    if unknown:
        return f"{file}: row 1, column {unknown[0]}: not declared; the columns are {', '.join(expected)}"
    return f"{file}: row 1: the columns are in another order; the order is {', '.join(expected)}"


def _check_cells(seed: Seed) -> Iterator[str]:
    declaration = seed.declaration
    checks = {column: _type_check(declared) for column, declared in declaration.column_types.items()}
    for row, record in seed.records:
        for column, value in record.items():
            if value == "":
                if column in declaration.required:
                    yield f"{seed.at(row, column)}: empty; a value is needed here"
                continue
            problem = checks[column](value)
            if problem:
                yield f"{seed.at(row, column)}: {value!r} {problem}"
            elif column in declaration.accepted and value not in declaration.accepted[column]:
                yield f"{seed.at(row, column)}: {value!r} is not one of {', '.join(declaration.accepted[column])}"


def _check_keys(seed: Seed) -> Iterator[str]:
    for columns in seed.declaration.primary_keys:
        first_row: dict[tuple[str, ...], int] = {}
        for row, record in seed.records:
            key = tuple(record[column] for column in columns)
            if key in first_row:
                yield (
                    f"{seed.at(row, ', '.join(columns))}: {', '.join(key)!r} is already in row {first_row[key]}; "
                    "remove one of the two"
                )
            else:
                first_row[key] = row


def _check_references(seed: Seed, seeds: dict[str, Seed]) -> Iterator[str]:
    for column, (target, target_column) in seed.declaration.references.items():
        if target not in seeds:
            continue  # the target has its own finding
        known = {record[target_column] for _, record in seeds[target].records}
        for row, record in seed.records:
            value = record[column]
            if value and value not in known:
                yield (
                    f"{seed.at(row, column)}: {value!r} is not a {target_column} in {seeds[target].file}; "
                    "correct it or add it there"
                )


def _check_printed_numbers(seed: Seed, seeds: dict[str, Seed], root: Path) -> Iterator[str]:
    if not seed.declaration.printed_numbers:
        return
    project = _load_yaml(root / "dbt_project.yml")
    pattern = re.compile(project["vars"]["printed_number_pattern"])
    words = {record["number_word"] for _, record in seeds["number_words"].records} if "number_words" in seeds else set()
    for row, record in seed.records:
        for column in seed.declaration.printed_numbers:
            value = record[column]
            if value and not pattern.fullmatch(value) and value.lower() not in words:
                yield (
                    f"{seed.at(row, column)}: {value!r} is not a number as a Dane prints it;"
                    " copy it from the document, or add the word to number_words"
                )


def _type_check(declared: str) -> Callable[[str], str | None]:
    """Return the check of one declared type, which returns the problem of a text, or None."""
    if declared == "integer":
        return lambda text: None if re.fullmatch(r"-?\d{1,9}", text) else "is not a whole number; write digits only"
    if declared == "date":
        return _date_problem
    number = re.fullmatch(r"decimal\((\d+),(\d+)\)", declared)
    if number:
        width, scale = int(number[1]), int(number[2])
        return lambda text: _decimal_problem(text, width, scale)
    return lambda text: "has spaces at an end; remove them" if text != text.strip() else None


def _decimal_problem(text: str, width: int, scale: int) -> str | None:
    parts = re.fullmatch(r"-?(\d+)(?:\.(\d+))?", text)
    if not parts:
        return "is not a number; write digits with a decimal point and no thousands separator"
    if len(parts[1].lstrip("0")) > width - scale or len(parts[2] or "") > scale:
        return f"does not fit decimal({width},{scale}); check the unit, and write no thousands separator"
    return None


def _date_problem(text: str) -> str | None:
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            date.fromisoformat(text)
            return None
    except ValueError:
        pass
    return "is not a date; write it as 2026-06-09"

"""Take the rows that a user added to the seeds of an older checkout over into the seeds of this one.

A row is the user's where the older checkout has it and these seeds do not, by the key of the seed. A row that both have
with other content is a conflict, because nothing says which of the two is right.
"""

from contextlib import nullcontext
from pathlib import Path

from fingerplan import seed_changes
from fingerplan.errors import REJECTED, Refused
from fingerplan.minutes.known_figures import CELL_SEEDS, Axis, line_id
from fingerplan.minutes.registry.seed_files import Record, SeedFile, SeedFiles, change_seeds, update_controls
from fingerplan.seeds import Seed, check_seeds

# the synthetic extracts and what belongs to them are written by `fingerplan sample`
_NOT_TAKEN = "extracts"
# counted again from the cells, so they differ wherever cells were added
_CONTROLS = ("row_count", "column_count", "numeric_cells", "control_total", "position_total")
# what is referred to stands before what refers to it
_FIRST = ("source_documents", "printed_tables", "checks")


def upgrade_seeds(root: Path, old: Path) -> tuple[list[Path], int]:
    """Write the rows that only the seeds below `old` have into the seeds below `root`, all or none.

    Call it within `seed_changes.writing`.

    Returns:
        The files that changed, relative to the root, and how many rows they got.

    Raises:
        Refused: with exit code 3, where `old` has no seeds, a row differs, or the seeds would not be as declared.
        OSError: where a file cannot be read or written.
    """
    if old.resolve() == root.resolve():
        return [], 0
    seeds = {name: seed for name, seed in check_seeds(root).items() if seed.file.parent.name != _NOT_TAKEN}
    taken = _read_old(old, set(seeds))
    findings: list[str] = []
    new = {name: _missing(seed, taken.get(name, []), findings) for name, seed in seeds.items()}
    if findings:
        raise Refused(REJECTED, findings)
    names = sorted((name for name in seeds if new[name]), key=lambda name: name not in _FIRST)
    if not names:
        return [], 0

    def add(files: SeedFiles) -> None:
        for name in names:
            for row in new[name]:
                files[name].add(**row)
        for table_id in sorted({row["table_id"] for name in CELL_SEEDS for row in new[name]}):
            for name in CELL_SEEDS:
                files[name].sort_cells(table_id)
            update_controls(files, table_id)

    changed = change_seeds(root, dict.fromkeys([*_FIRST, *names, *CELL_SEEDS]), add)
    return changed, sum(len(rows) for rows in new.values())


def _read_old(old: Path, names: set[str]) -> dict[str, list[Record]]:
    """Read the seeds of a checkout by their names, whatever folders they are in, with its checks in today's shape."""
    with seed_changes.reading(old) if (old / "seeds").is_dir() else nullcontext():
        rows = {
            file.stem: SeedFile(file).rows
            for file in sorted((old / "seeds").glob("*/*.csv"))
            if file.parent.name != _NOT_TAKEN
        }
    if not rows:
        raise Refused(REJECTED, [f"{old}: no seeds in it; name the folder of the older checkout"])
    if "table_rules" in rows:
        rows["checks"], rows["check_terms"] = _checks(
            rows.pop("table_rules"), rows.pop("text_claims"), rows.pop("text_claim_terms")
        )
    unknown = sorted(name for name in rows if name not in names)
    if unknown:
        raise Refused(REJECTED, [f"{old}: {', '.join(unknown)}: no such seed in this version; move its rows by hand"])
    return rows


def _checks(rules: list[Record], claims: list[Record], claim_terms: list[Record]) -> tuple[list[Record], list[Record]]:
    """Write the rules and claims of versions before 2026-12 as `checks` and `check_terms`."""
    checks: dict[str, Record] = {}
    terms: list[Record] = []
    for rule in rules:
        axis: Axis = "row" if rule["axis"] == "row" else "column"
        checks[rule["rule_id"]] = {
            "check_id": rule["rule_id"],
            "check_kind": rule["check_kind"],
            "description": rule["rule_name"],
            "figure_id": line_id(rule["table_id"], axis, int(rule["position"])),
        }
        terms.append(
            {
                "check_id": rule["rule_id"],
                "role": "numerator",
                "figure_id": line_id(rule["term_table_id"], axis, int(rule["term_position"])),
                "coefficient": rule["coefficient"],
            }
        )
    return [*checks.values(), *claims], [*terms, *claim_terms]


def _missing(seed: Seed, old_rows: list[Record], findings: list[str]) -> list[Record]:
    """List the old rows whose key the seed does not have; adds a finding for each that it has with other content."""
    if not seed.declaration.primary_keys:
        return []
    columns = seed.declaration.primary_keys[0]
    there = {tuple(row[column] for column in columns): row for _, row in seed.records}
    missing: list[Record] = []
    for old_row in old_rows:
        key = tuple(old_row.get(column, "") for column in columns)
        today = there.get(key)
        if today is None:
            missing.append({column: old_row.get(column, "") for column in seed.declaration.column_types})
            continue
        for column, value in old_row.items():
            if column in today and today[column] != value and column not in _CONTROLS:
                findings.append(
                    f"{seed.file}: {', '.join(key)}: {column} is {today[column]!r} here and {value!r} in the older"
                    " checkout; make the two rows the same"
                )
    return missing

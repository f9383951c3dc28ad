"""Mask what version 0.1.0 kept as it was delivered: values, headings and file names.

It stands in the history, in the manifests of the archive and in every file that is kept beside the published one.
"""

import json
import os
import re
import shutil
from pathlib import Path

import duckdb

from fingerplan.atomic_files import replace, write_text
from fingerplan.gate.extracts import declared_extracts
from fingerplan.gate.personal_data import MASKED, mask_cpr_numbers, shown_name
from fingerplan.paths import PROJECT, Warehouse, as_sql
from fingerplan.warehouse.history_tables import readable_records

_QUOTED = re.compile(r"'[^']*[^\W\d_][^']*'")  # with a letter: it could be a name
_COLUMN = re.compile(r"\bcolumn (?!number [0-9])([^:]+?)(?=: )")
_REJECTED = """
select run_id, findings from {} where outcome = 'rejected' and findings is not null and fingerplan_version = '0.1.0'
"""


def masked(findings: str) -> str:
    """Mask the findings of a rejected run, one a line."""
    return "\n".join(map(_masked_line, findings.split("\n")))


def _masked_line(line: str) -> str:
    file, separator, rest = line.partition(": ")
    rest = _COLUMN.sub(lambda found: f"column {found[1] if _is_declared(found[1]) else MASKED}", mask_cpr_numbers(rest))
    return shown_name(file) + separator + _QUOTED.sub(MASKED, rest)


def _is_declared(columns: str) -> bool:
    known = {column for declaration in declared_extracts(PROJECT).values() for column in declaration.column_types}
    return set(columns.split(", ")) <= known


def mask_folder(history: Path) -> int:
    """Mask the findings in the folder of the history; returns in how many runs.

    Raises:
        OSError: where a file cannot be written.
    """
    changed = 0
    with duckdb.connect() as connection:
        relation, _ = readable_records(connection, history, "run")
        found = connection.execute(_REJECTED.format(relation)).fetchall() if relation else []
        for run_id, findings in found:
            if masked(findings) == findings:
                continue
            file = history / run_id / "run.parquet"
            new = file.with_name(".run.parquet.unfinished")
            columns = f"* replace ({as_sql(masked(findings))} as findings)"
            connection.execute(
                f"copy (select {columns} from read_parquet({as_sql(file)})) to {as_sql(new)} (format parquet)"
            )
            replace(new, file)
            changed += 1
    return changed


def mask_manifests(archive: Path) -> int:
    """Mask the names of delivered files in the manifests; returns in how many.

    Raises:
        OSError: where a file cannot be written.
    """
    changed = 0
    for file in sorted(archive.glob("*/month=*/version=*/manifest.json")):
        try:
            manifest = json.loads(file.read_text(encoding="utf-8"))
            name = manifest["file_name"]
        except (OSError, ValueError, KeyError, TypeError):
            continue  # whoever needs the version says so
        if shown_name(name) != name:
            new = file.with_name(".manifest.json.unfinished")
            manifest["file_name"] = shown_name(name)
            write_text(new, json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
            new.chmod(0o400)
            replace(new, file)
            changed += 1
    return changed


def mask_kept_files(warehouse: Warehouse) -> int:
    """Mask the findings in the previous, withdrawn and rejected warehouses; returns in how many.

    Raises:
        OSError: where a file cannot be written.
    """
    name = warehouse.published.name
    kept = [*sorted(warehouse.previous.glob(f"*/{name}")), warehouse.withdrawn, warehouse.rejected]
    return sum(_mask_file(file) for file in kept if file.is_file())


def _mask_file(file: Path) -> bool:
    """Write the file anew, without the blocks that an update would leave in it."""
    try:
        with duckdb.connect(str(file), read_only=True) as connection:
            found = connection.execute(_REJECTED.format("history.run")).fetchall()
    except duckdb.Error:  # no warehouse, or one without a history
        return False
    changes = [(run_id, masked(findings)) for run_id, findings in found if masked(findings) != findings]
    if not changes:
        return False
    copy, new = (file.with_name(f".{file.name}.{part}") for part in ("copy", "unfinished"))
    state = file.stat()
    try:
        for left in (copy, new):
            left.unlink(missing_ok=True)
        shutil.copyfile(file, copy)
        with duckdb.connect() as connection:
            connection.execute(f"attach {as_sql(copy)} as copied; attach {as_sql(new)} as written")
            for run_id, findings in changes:
                connection.execute(
                    f"update copied.history.run set findings = {as_sql(findings)} where run_id = {as_sql(run_id)}"
                )
            connection.execute("copy from database copied to written")
        new.chmod(state.st_mode)
        os.utime(new, ns=(state.st_atime_ns, state.st_mtime_ns))
        replace(new, file)
    finally:
        for left in (copy, copy.with_name(copy.name + ".wal"), new):
            left.unlink(missing_ok=True)
    return True

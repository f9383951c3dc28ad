"""Look for files that a killed command has left: what was delivered is about people, and lies in known places only."""

import re
from pathlib import Path

# below the folder of the warehouse; a delivered row may lie in the archive and in what was published or withdrawn
KNOWN = re.compile(
    r"archive/(?!.*unfinished).+|history/(?!\.unfinished).+|build/(extracts/deliveries\.parquet|dbt/.+)"
    r"|(previous/[^/]+/|withdrawn/)?fingerplan\.duckdb|fingerplan\.duckdb\.lock"
)
# formats that compress rows, so that no text in them can be searched for
UNREADABLE = (".parquet", ".duckdb", ".wal", ".xlsx", ".gz", ".zip")


def find(warehouse: Path, temporary: Path, drop: Path, delivered: list[Path]) -> list[str]:
    """Name the files that may hold a delivered row and are in no known place.

    Args:
        warehouse: the folder of the published file; files in its known places are left out.
        temporary: the folder for temporary files.
        drop: the folder of the delivered files.
        delivered: the delivered files themselves, as CSV; their first two columns that differ from row to row are
            looked for.
    """
    words = {word for file in delivered for word in _identifying(file)}
    found = []
    for folder in (warehouse, temporary, drop):
        for file in sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()):
            name = file.relative_to(folder).as_posix()
            if file in delivered or (folder == warehouse and KNOWN.fullmatch(name)):
                continue
            content = file.read_bytes()
            if content and (file.suffix in UNREADABLE or any(word in content for word in words)):
                found.append(f"left: {folder.name}/{name}")
    return found


def _identifying(file: Path) -> set[bytes]:
    """Give the case ids, or where a file has none, its whole rows."""
    header, *rows = file.read_bytes().splitlines()
    columns = header.split(b",")
    if b"case_id" not in columns:
        return set(rows)
    at = columns.index(b"case_id")
    return {row.split(b",")[at] for row in rows}

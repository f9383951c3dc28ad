"""Where things are: the project, the published warehouse, the files beside it, and what is only in memory."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


def as_sql(value: object) -> str:
    """Write a path, text, number or None as SQL.

    Some statements take no parameters, and DuckDB imports pandas as soon as a statement has one.
    """
    if value is None:
        return "null"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


@contextmanager
def in_memory(content: bytes) -> Iterator[Path]:
    """Give a path by which DuckDB reads bytes that lie in memory only: a killed process leaves nothing on the disk."""
    with os.fdopen(os.memfd_create("delivered"), "wb") as stream:
        stream.write(content)
        stream.flush()
        yield Path(f"/proc/self/fd/{stream.fileno()}")


@dataclass(frozen=True)
class Warehouse:
    """The published file and its companions, all on one file system so that a rename is atomic.

    A build has the same file name as the published file: DuckDB names the catalog after the file, and a view or test
    that was compiled for one name fails under another.
    """

    published: Path

    @classmethod
    def from_environment(cls) -> "Warehouse":
        """Take the path from FINGERPLAN_WAREHOUSE; default: `warehouse/fingerplan.duckdb` in the project."""
        path = os.environ.get("FINGERPLAN_WAREHOUSE") or PROJECT / "warehouse" / "fingerplan.duckdb"
        return cls(Path(path).absolute())

    @property
    def build(self) -> Path:
        """The file that is being built."""
        return self.published.parent / "build" / self.published.name

    @property
    def extracts(self) -> Path:
        """The folder with the list of the archived versions that a build reads."""
        return self.build.parent / "extracts"

    @property
    def rejected(self) -> Path:
        """The last failed build, with its failing rows in the schema audit."""
        return self.published.parent / "rejected" / self.published.name

    @property
    def previous(self) -> Path:
        """The folder of the earlier published versions, each under the published name in its own folder."""
        return self.published.parent / "previous"

    @property
    def withdrawn(self) -> Path:
        """The version that the last rollback withdrew."""
        return self.published.parent / "withdrawn" / self.published.name

    def published_files(self) -> list[Path]:
        """List the files that are or were published and still lie here, the published one first."""
        earlier = sorted(self.previous.glob(f"*/{self.published.name}"), reverse=True)
        return [file for file in (self.published, *earlier, self.withdrawn) if file.is_file()]

    @property
    def archive(self) -> Path:
        """The folder of the accepted extracts."""
        return self.published.parent / "archive"

    @property
    def history(self) -> Path:
        """The folder of the runs, their tests and what they published."""
        return self.published.parent / "history"

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders beside the published file, which are their owner's alone."""
        files = (self.build, self.rejected, self.withdrawn)
        return (*(file.parent for file in files), self.previous, self.archive, self.history)

    @property
    def lock(self) -> Path:
        """The file that is locked while a build runs."""
        return self.published.parent / f"{self.published.name}.lock"

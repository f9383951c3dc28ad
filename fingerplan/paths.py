"""Where things lie: the project, the published warehouse, and the files beside it."""

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


def as_sql(value: object) -> str:
    """Write a path, text, number or None as SQL.

    For statements that take no parameters, and because DuckDB imports pandas as soon as a statement has one.
    """
    if value is None:
        return "null"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


@dataclass(frozen=True)
class Warehouse:
    """The published file and its companions, all on one file system so that a rename is atomic.

    The file that is built has the published file's name: DuckDB names the catalog after the file, and a view or a test
    compiled for one name is wrong in another.
    """

    published: Path

    @classmethod
    def from_environment(cls) -> "Warehouse":
        """Take the path from FINGERPLAN_WAREHOUSE, else `warehouse/fingerplan.duckdb` in the project."""
        path = os.environ.get("FINGERPLAN_WAREHOUSE") or PROJECT / "warehouse" / "fingerplan.duckdb"
        return cls(Path(path).absolute())

    @property
    def build(self) -> Path:
        """The file that is being built."""
        return self.published.parent / "build" / self.published.name

    @property
    def extracts(self) -> Path:
        """The folder of the list of the archive's versions that a build is made from."""
        return self.build.parent / "extracts"

    @property
    def rejected(self) -> Path:
        """The last build that failed, with its failing rows in the schema audit."""
        return self.published.parent / "rejected" / self.published.name

    @property
    def previous(self) -> Path:
        """The folder of the earlier published versions, each in a folder of its own under the published name."""
        return self.published.parent / "previous"

    @property
    def withdrawn(self) -> Path:
        """The version that the last rollback took back."""
        return self.published.parent / "withdrawn" / self.published.name

    @property
    def archive(self) -> Path:
        """The folder of the accepted extracts."""
        return self.published.parent / "archive"

    @property
    def history(self) -> Path:
        """The folder of the runs, their tests and what was published."""
        return self.published.parent / "history"

    @property
    def lock(self) -> Path:
        """Held while a build runs."""
        return self.published.parent / f"{self.published.name}.lock"

"""The archive of accepted extracts: one immutable version for each month and delivery, with a manifest.

    archive/<kind>/month=2026-05-01/version=001/{extract.parquet, manifest.json, data_docs.html}

A version is written beside its place and renamed into it, so that it is there completely or not at all. Which versions
count is decided by the published warehouse, which names those it was built from (`marts.dim_delivery`): publishing and
counting are one step, and a rollback takes the extracts back too.
"""

import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import duckdb

from fingerplan.atomic_files import flush, flush_tree, write_text
from fingerplan.clock import now
from fingerplan.errors import BUILD_FAILED, Refused
from fingerplan.gate.delivery import GATE_VERSION, AcceptedDelivery
from fingerplan.gate.extracts import KINDS
from fingerplan.paths import as_sql, in_memory
from fingerplan.warehouse.lock import account

Key = tuple[str, date]  # kind and month


@dataclass(frozen=True)
class Manifest:
    """What is known about an archived version; amounts are text, since JSON has no decimals."""

    kind: str
    month: str
    version: int
    data_origin: str
    row_count: int
    control_sum: str
    file_name: str
    delivered_by: str
    accepted_at: str
    file_sha256: str
    content_sha256: str
    gate_version: str
    key_id: str | None
    has_total_row: bool
    expectations: int


@dataclass(frozen=True)
class Version:
    """An archived version: its folder and manifest."""

    folder: Path
    manifest: Manifest

    @property
    def parquet(self) -> Path:
        """The rows."""
        return self.folder / "extract.parquet"

    @property
    def key(self) -> Key:
        """Kind and month."""
        return self.manifest.kind, date.fromisoformat(self.manifest.month)

    def has_content_of(self, other: "Version") -> bool:
        """Whether two versions have the same rows, whatever the layout of their files."""
        return self.manifest.content_sha256 == other.manifest.content_sha256

    def case_ids(self) -> frozenset[str]:
        """The ids of a version of cases; empty for another kind."""
        if self.manifest.kind != "cases":
            return frozenset()
        with duckdb.connect() as connection:
            rows = connection.execute("select distinct case_id from read_parquet(?)", [str(self.parquet)]).fetchall()
        return frozenset(case_id for (case_id,) in rows)


class Archive:
    """The folder of the accepted extracts."""

    def __init__(self, folder: Path):
        """Use a folder, which need not exist yet."""
        self.folder = folder

    def versions(self, kind: str, month: date) -> list[Version]:
        """Return the versions of a month, oldest first.

        Raises:
            Refused: exit code 4, where a manifest cannot be read.
        """
        found = [_read(kind, month, folder) for folder in self._version_folders(kind, month)]
        return sorted(found, key=lambda version: version.manifest.version)

    def newest(self) -> dict[Key, Version]:
        """Return the newest version of every kind and month.

        Raises:
            Refused: exit code 4, where a manifest cannot be read.
        """
        return {key: versions[-1] for key in self._keys() if (versions := self.versions(*key))}

    def every_version(self) -> tuple[list[Version], list[str]]:
        """Return every version of every month, and a line for each whose manifest cannot be read."""
        versions, lines = [], []
        for kind, month in self._keys():
            for folder in self._version_folders(kind, month):
                try:
                    versions.append(_read(kind, month, folder))
                except Refused as refusal:
                    lines += refusal.findings
        return versions, lines

    def add(self, delivery: AcceptedDelivery, counted: Version | None = None) -> tuple[Version, bool]:
        """Archive an accepted delivery, unless the version that counts, or the newest, has the same content.

        Returns:
            The version, and whether it is new.

        Raises:
            OSError: where it cannot be written; nothing of it is left behind.
        """
        place = self._month_folder(delivery.kind, delivery.month)
        versions = self.versions(delivery.kind, delivery.month)
        content_sha256 = delivery.content_sha256
        for known in (counted, *versions[-1:]):
            if known is not None and known.manifest.content_sha256 == content_sha256:
                return known, False
        number = versions[-1].manifest.version + 1 if versions else 1
        manifest = Manifest(
            kind=delivery.kind,
            month=delivery.month.isoformat(),
            version=number,
            data_origin=delivery.data_origin,
            row_count=delivery.rows,
            control_sum=f"{delivery.control_sum:f}",
            file_name=delivery.name,
            delivered_by=account(),
            accepted_at=now(),
            file_sha256=delivery.file_sha256,
            content_sha256=content_sha256,
            gate_version=GATE_VERSION,
            key_id=delivery.key_id,
            has_total_row=delivery.has_total_row,
            expectations=delivery.expectations,
        )
        place.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=self.folder))
        try:
            _write_parquet(delivery, unfinished / "extract.parquet")
            write_text(unfinished / "manifest.json", json.dumps(asdict(manifest), indent=2, ensure_ascii=False) + "\n")
            write_text(unfinished / "data_docs.html", delivery.data_docs)
            for file in unfinished.iterdir():
                file.chmod(0o400)
            flush_tree(unfinished)
            final = place / f"version={number:03d}"
            unfinished.rename(final)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
        for folder in (place, place.parent, self.folder):
            flush(folder)
        return Version(final, manifest), True

    def clear_unfinished(self) -> None:
        """Delete what a killed refresh left half written; to be called under the lock."""
        for folder in self.folder.glob(".unfinished-*"):
            shutil.rmtree(folder, ignore_errors=True)

    def has_folder(self, kind: str, month: date, number: int) -> bool:
        """Whether a version has a folder, whatever is in it."""
        folders = self._version_folders(kind, month)
        return any(int(folder.name.removeprefix("version=")) == number for folder in folders)

    def _keys(self) -> Iterator[Key]:
        for kind in KINDS:
            for folder in sorted((self.folder / kind).glob("month=*")):
                if re.fullmatch(r"month=[0-9]{4}-(0[1-9]|1[0-2])-01", folder.name):
                    yield kind, date.fromisoformat(folder.name.removeprefix("month="))

    def _version_folders(self, kind: str, month: date) -> list[Path]:
        """List the folders of a month's versions; one with another name is a copy made by hand."""
        folders = self._month_folder(kind, month).glob("version=*")
        return sorted(folder for folder in folders if re.fullmatch(r"version=[0-9]+", folder.name))

    def _month_folder(self, kind: str, month: date) -> Path:
        return self.folder / kind / f"month={month.isoformat()}"


def _read(kind: str, month: date, folder: Path) -> Version:
    """Read the version in a folder.

    Raises:
        Refused: exit code 4, where its manifest cannot be read, or is that of another version.
    """
    problem = "cannot be read"
    with suppress(OSError, ValueError, TypeError):
        manifest = Manifest(**json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
        place = (kind, month.isoformat(), int(folder.name.removeprefix("version=")))
        if (manifest.kind, manifest.month, manifest.version) == place:
            return Version(folder, manifest)
        problem = "is that of another version"
    raise Refused(BUILD_FAILED, [f"{folder}: its manifest {problem}; restore the archive from the backup"])


def _write_parquet(delivery: AcceptedDelivery, target: Path) -> None:
    """Write the content as Parquet with the declared types; DuckDB guesses nothing."""
    types = {**delivery.declaration.column_types, "data_origin": "varchar"}
    columns = ", ".join(f"'{column}': '{declared}'" for column, declared in types.items())
    with in_memory(delivery.canonical().encode()) as text, duckdb.connect(config={"temp_directory": ""}) as connection:
        connection.execute(
            f"copy (select * from read_csv({as_sql(text)}, columns = {{{columns}}}, auto_detect = false,"
            " header = true, delim = ',', quote = '\"', escape = '\"', dateformat = '%Y-%m-%d', nullstr = ''))"
            f" to {as_sql(target)} (format parquet)"
        )

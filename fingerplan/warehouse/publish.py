"""Build and test a new file beside the published warehouse; swap it in only when every test has passed."""

import os
import shutil
import signal
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from fingerplan import __version__
from fingerplan.atomic_files import flush, replace
from fingerplan.errors import BUILD_FAILED, Refused
from fingerplan.paths import Warehouse
from fingerplan.warehouse import dbt_job, masked_history
from fingerplan.warehouse.archive import Archive, Key, Version
from fingerplan.warehouse.counted import held, read_counted, what_counts
from fingerplan.warehouse.due_months import list_deliveries
from fingerplan.warehouse.history import History, Run, project_sha256
from fingerplan.warehouse.history_tables import CountedVersion
from fingerplan.warehouse.lock import hold
from fingerplan.warehouse.publications import last_publication

KEPT_VARIABLE = "FINGERPLAN_KEEP_VERSIONS"
KEPT_VERSIONS = 3
_MOMENT = "%Y%m%dT%H%M%S%fZ"


@dataclass
class Published:
    """The outcome of a publication; `warnings` are for the user, and none of them undoes it."""

    built: dbt_job.Built
    from_archive: bool
    warnings: list[str] = field(default_factory=list)


@contextmanager
def run_of(warehouse: Warehouse, command: str) -> Iterator[Run]:
    """Hold the lock for one run, clean up after a killed run, and record this run if it is refused.

    Raises:
        Refused: exit code 4, where the warehouse cannot be used; 5, where another run holds the lock.
    """
    if warehouse.published.is_dir():
        raise Refused(BUILD_FAILED, [f"{warehouse.published}: is a folder; name a file in FINGERPLAN_WAREHOUSE"])
    run = Run(f"{datetime.now(UTC):{_MOMENT}}-{os.getpid()}", command)
    history = _history(warehouse)
    with (
        dbt_job.no_garbage_collection(),
        hold(warehouse.lock, run.run_id, command) as killed,
        _for_the_owner_alone(warehouse),
    ):
        with _errors_refused():
            Archive(warehouse.archive).clear_unfinished()
            _clear_unfinished(warehouse)
            history.recover(killed)
            run.is_upgrade = _is_of_another_version(warehouse.published)
            if run.is_upgrade:
                _mask_what_was_kept(warehouse)
        try:
            with _errors_refused():
                yield run
        except Refused as refusal:
            run.findings = refusal.findings
            record(history, run, "rejected" if refusal.exit_code != BUILD_FAILED else "failed", refusal.exit_code)
            raise


@contextmanager
def _for_the_owner_alone(warehouse: Warehouse) -> Iterator[None]:
    """Let no other account read what is, or comes to be, beside the published file."""
    for folder in warehouse.folders:
        with suppress(OSError):  # not there yet, or of another account that shares the folder
            folder.chmod(stat.S_IMODE(folder.stat().st_mode) & 0o7700)
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def _is_of_another_version(published: Path) -> bool:
    """Say whether another version of the command line published the file, or none that can be told."""
    with suppress(duckdb.Error), duckdb.connect(str(published), read_only=True) as connection:
        last = last_publication(connection)
        return last is None or last.fingerplan_version != __version__
    return True


def _mask_what_was_kept(warehouse: Warehouse) -> None:
    masked_history.mask_folder(warehouse.history)
    masked_history.mask_manifests(warehouse.archive)
    masked_history.mask_kept_files(warehouse)


@contextmanager
def _errors_refused() -> Iterator[None]:
    """Turn a full disk, a folder without permissions or a failing query into a one-line refusal."""
    try:
        yield
    except OSError as error:
        raise Refused(BUILD_FAILED, [f"{error.filename or 'the warehouse'}: {error.strerror or error}"]) from None
    except duckdb.Error as error:
        raise Refused(BUILD_FAILED, [str(error).splitlines()[0]]) from None


def _history(warehouse: Warehouse) -> History:
    return History(warehouse.history, warehouse.published_files())


def record_unchanged(warehouse: Warehouse, run: Run) -> None:
    """Record a run that had nothing to publish."""
    record(_history(warehouse), run, "unchanged", 0)


def record_verified(warehouse: Warehouse, run: Run) -> None:
    """Record a run that found the archive as it was accepted."""
    record(_history(warehouse), run, "verified", 0)


def record(history: History, run: Run, outcome: str, exit_code: int) -> None:
    """Add the run to the history; a failure to do so becomes one of the run's findings."""
    try:
        history.add(run, outcome, exit_code)
    except (OSError, duckdb.Error) as error:  # a full disk must not hide the reason of the refusal
        run.findings.append(f"{history.folder}: this run could not be recorded ({error})")


def published_versions(warehouse: Warehouse, archive: Archive) -> dict[Key, Version]:
    """Return the archived versions that count; where nothing that is left tells, the newest of every month.

    Raises:
        Refused: exit code 4, where the published file cannot be read, or a version that counts is not in the archive
            as it was published.
    """
    counts = what_counts(warehouse)
    versions, lines = held(archive, counts.versions)
    if lines:
        raise Refused(BUILD_FAILED, lines)
    return versions if counts.is_last else archive.newest()


def read_by_build(
    warehouse: Warehouse, run: Run, versions: dict[Key, Version], before: dict[Key, Version]
) -> list[Version]:
    """List the versions whose rows a build reads: of a refresh that continues from the published file, the due ones."""
    if not _goes_on(warehouse, run, before):
        return list(versions.values())
    return [v for key, v in versions.items() if key not in before or not v.has_content_of(before[key])]


def build_and_publish(
    warehouse: Warehouse,
    run: Run,
    versions: dict[Key, Version],
    before: dict[Key, Version],
    on_progress: Callable[[int, int], None],
) -> Published:
    """Build from these versions, or from the sample if there are none; test and publish.

    If the same project has published the versions `before`, a refresh continues from a copy of the published file: it
    builds only what depends on the extracts, and only for months whose content has changed. Everything else, and
    `fingerplan build`, builds from nothing. Both give the same marts.

    Whatever fails, the published file stays as it was. Call it within `run_of`.

    Raises:
        Refused: exit code 4, where a build or a test fails; the rejected build is kept.
    """
    # computed now and cached: an edit while dbt reads must not pass for built
    project_sha256()
    refuse_foreign_log(warehouse)
    warehouse.build.parent.mkdir(parents=True, exist_ok=True)
    _remove(warehouse.build)
    extracts = warehouse.extracts if versions else None
    goes_on = _goes_on(warehouse, run, before)
    if extracts:
        list_deliveries(versions, extracts, computed=before if goes_on else None)
    if goes_on:
        shutil.copyfile(warehouse.published, warehouse.build)
    try:
        built = dbt_job.build(
            warehouse.build, extracts, on_progress, *(dbt_job.FOLLOWS_FROM_EXTRACTS if goes_on else ())
        )
        run.tests = built.tests
        run.versions = [
            CountedVersion(*key, v.manifest.version, v.manifest.content_sha256, v.manifest.data_origin)
            for key, v in versions.items()
        ]
        if built.failures:
            raise Refused(BUILD_FAILED, built.failures)
        _write_history(warehouse, run)
    except Refused as refusal:
        refusal.findings += _keep_rejected(warehouse)
        raise
    published = Published(built, bool(versions), list(built.warnings))
    # for the group that reads it; a tool that opens files for writing would leave its log beside it
    warehouse.build.chmod(0o440)
    refuse_foreign_log(warehouse)
    ignore_signals()
    _keep_published(warehouse)
    replace(warehouse.build, warehouse.published)
    # it is published now, and no later failure may say otherwise
    published.warnings += _after_publishing(warehouse, run)
    return published


def refuse_foreign_log(warehouse: Warehouse) -> None:
    """Refuse if somebody has opened the published file for writing: DuckDB would apply that log to the next file too.

    Raises:
        Refused: exit code 4.
    """
    log = warehouse.published.with_name(warehouse.published.name + ".wal")
    if log.exists():
        raise Refused(
            BUILD_FAILED,
            [f"{log}: somebody has opened the published file for writing; end that session and remove this file"],
        )


def is_published(warehouse: Warehouse, versions: dict[Key, Version], before: dict[Key, Version]) -> bool:
    """Say whether this project has published exactly these versions, so that a build would give the same file again."""
    if not warehouse.published.is_file() or {k: v.folder for k, v in versions.items()} != {
        k: v.folder for k, v in before.items()
    }:
        return False
    return _published_by_this_project(warehouse, before)


def _goes_on(warehouse: Warehouse, run: Run, before: dict[Key, Version]) -> bool:
    if run.goes_on is None:
        run.goes_on = run.command == "refresh" and bool(before) and _published_by_this_project(warehouse, before)
    return run.goes_on


def _published_by_this_project(warehouse: Warehouse, versions: dict[Key, Version]) -> bool:
    """Say whether this project has published the file from these versions, which may count without being in it."""
    if not warehouse.published.is_file():
        return False
    with duckdb.connect(str(warehouse.published), read_only=True) as connection:
        last = last_publication(connection)
        built_from = {(known.kind, known.month, known.version) for known in read_counted(connection)}
    return (
        last is not None
        and last.project_sha256 == project_sha256()
        and built_from == {(*key, version.manifest.version) for key, version in versions.items()}
    )


def _write_history(warehouse: Warehouse, run: Run) -> None:
    try:
        _history(warehouse).write_into(warehouse.build, warehouse.published, run)
    except duckdb.Error as error:
        raise Refused(BUILD_FAILED, [f"{warehouse.build}: {str(error).splitlines()[0]}"]) from None
    if warehouse.build.with_name(warehouse.build.name + ".wal").exists():
        raise Refused(BUILD_FAILED, [f"{warehouse.build}: its log was not merged: it is incomplete; run again"])


def _keep_rejected(warehouse: Warehouse) -> list[str]:
    if not warehouse.build.exists():
        return []
    try:
        warehouse.rejected.parent.mkdir(exist_ok=True)
        _remove(warehouse.rejected)
        for suffix in ("", ".wal"):
            file = warehouse.build.with_name(warehouse.build.name + suffix)
            if file.exists():
                file.replace(warehouse.rejected.with_name(warehouse.rejected.name + suffix))
    except OSError as error:
        return [f"{warehouse.rejected}: the rejected build could not be kept ({error.strerror or error})"]
    return [f"the rejected build is kept as {warehouse.rejected}"]


def _keep_published(warehouse: Warehouse) -> None:
    """Keep the published file among the previous versions, by a second link, so that it never leaves its place."""
    if not warehouse.published.is_file():
        return
    before = sorted(warehouse.previous.glob(f"*/{warehouse.published.name}"))
    if any(file.samefile(warehouse.published) for file in before):
        return
    name = f"{datetime.fromtimestamp(warehouse.published.stat().st_mtime, UTC):{_MOMENT}}"
    if before and before[-1].parent.name >= name:  # a clock was ahead; the names tell the order of the versions
        with suppress(ValueError):
            last = datetime.strptime(before[-1].parent.name, _MOMENT)
            name = f"{last + timedelta(microseconds=1):{_MOMENT}}"
    kept = warehouse.previous / name / warehouse.published.name
    kept.parent.mkdir(parents=True, exist_ok=True)
    try:
        kept.hardlink_to(warehouse.published)
    except OSError:  # a file system without links
        unfinished = kept.with_name(f".{kept.name}.unfinished")
        shutil.copy2(warehouse.published, unfinished)
        flush(unfinished)
        unfinished.rename(kept)
    flush(kept.parent)
    flush(warehouse.previous)


def _after_publishing(warehouse: Warehouse, run: Run) -> list[str]:
    warnings = []
    try:
        History(warehouse.history).publish(warehouse.published, run.run_id)
    except (OSError, duckdb.Error, MemoryError) as error:
        warnings.append(f"{warehouse.history}: will be written by the next run ({error})")
    try:
        for old in earlier_versions(warehouse)[_kept_versions() :]:
            shutil.rmtree(old.parent)
        if run.is_upgrade:  # the file that was published until now is kept too
            masked_history.mask_kept_files(warehouse)
    except (OSError, duckdb.Error, MemoryError) as error:
        reason = getattr(error, "strerror", None) or error
        warnings.append(f"{warehouse.previous}: old versions could not be removed or masked ({reason})")
    return warnings


def _kept_versions() -> int:
    try:
        return max(0, int(os.environ.get(KEPT_VARIABLE, KEPT_VERSIONS)))
    except ValueError:
        return KEPT_VERSIONS


def _clear_unfinished(warehouse: Warehouse) -> None:
    """Delete what a killed run was building or copying: whatever the next run does, no rows are left lying about."""
    _remove(warehouse.build)
    for folder in (warehouse.withdrawn.parent, warehouse.rejected.parent, *warehouse.previous.glob("*")):
        for left in folder.glob(f".{warehouse.published.name}.*"):
            left.unlink()


def earlier_versions(warehouse: Warehouse) -> list[Path]:
    """List the earlier published files, newest first, without the one that is published now."""
    return [
        file
        for file in sorted(warehouse.previous.glob(f"*/{warehouse.published.name}"), reverse=True)
        if not (warehouse.published.exists() and file.samefile(warehouse.published))
    ]


def ignore_signals() -> None:
    """Ignore every signal short of a kill from here to the end.

    The exit code must match what was done, so nothing may interrupt between the swap and the report.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def _remove(file: Path) -> None:
    """Remove a DuckDB file, the log beside it and what its queries had no memory for."""
    for path in (file, file.with_name(file.name + ".wal")):
        path.unlink(missing_ok=True)
    shutil.rmtree(file.with_name(file.name + ".tmp"), ignore_errors=True)

"""The gate and the archive of a monthly refresh: check every delivered file, and archive them once all are accepted."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path

from fingerplan.atomic_files import write_beside_others
from fingerplan.clock import month_after, month_before
from fingerplan.errors import REJECTED, Refused
from fingerplan.gate.check import Terms, check_file
from fingerplan.gate.delivery import AcceptedDelivery, Finding, LastMonth, RejectedDelivery
from fingerplan.gate.extracts import declared_extracts
from fingerplan.paths import PROJECT
from fingerplan.seeds import Seed
from fingerplan.warehouse.archive import Archive, Key, Version


def gate(
    files: dict[str | None, Path],
    month: date | None,
    counted: dict[Key, Version],
    seeds: dict[str, Seed],
    today: date,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[AcceptedDelivery]:
    """Check the files of one delivery, and leave a report beside each rejected one.

    Args:
        files: the files by kind, the cases first; under None, a file whose columns tell its kind.
        month: the month that they must hold; None takes each file's own.
        counted: the published versions, which the files are compared with.
        seeds: the checked seeds.
        today: the day of the refresh.
        on_progress: called with (files done, files in all).

    Raises:
        Refused: exit code 3, with a line for each kind of finding and the location of each report.
    """
    published = _Published(counted, set(files))
    terms = Terms(declared_extracts(PROJECT), seeds, month, today, published.last_month, published.misplaced)
    # postings and key figures have no id that tells their origin: it is that of the cases delivered with them
    origin = next((version.manifest.data_origin for version in counted.values()), "reported")
    accepted, lines = [], []
    for number, (kind, path) in enumerate(files.items()):
        on_progress(number, len(files))
        outcome = check_file(path, terms, kind, origin)
        if kind == "cases":
            origin = outcome.data_origin or origin
        _remove_reports(path)
        if isinstance(outcome, AcceptedDelivery):
            accepted.append(outcome)
        else:
            lines += [*outcome.summary(), _report(outcome)]
    if lines:
        raise Refused(REJECTED, lines)
    return accepted


class _Published:
    """The published versions that a delivery is compared with; it replaces those of its own kinds and month."""

    def __init__(self, counted: dict[Key, Version], kinds: set[str | None]):
        self.counted = counted
        self.kinds = kinds

    def last_month(self, kind: str, month: date) -> LastMonth | None:
        """The previous month, or the next one where a month is delivered in front of all others."""
        version = self.counted.get((kind, month_before(month))) or self.counted.get((kind, month_after(month)))
        if version is None:
            return None
        return LastMonth(
            version.key[1],
            version.manifest.row_count,
            Decimal(version.manifest.control_sum),
            version.case_ids(),
            version.manifest.key_id,
            version.manifest.has_total_row,
        )

    def misplaced(self, kind: str, month: date, data_origin: str) -> list[Finding]:
        """Find a gap between this month and the published ones, and synthetic cases mixed with real ones."""
        findings = []
        months = [published for of, published in self.counted if of == kind]
        if months and not month_before(min(months)) <= month <= month_after(max(months)):
            missing = month_after(max(months)) if month > max(months) else month_before(min(months))
            problem = f"{missing:%Y-%m} has not been delivered yet; deliver that month first"
            findings.append(Finding(None, None, None, problem))
        replaced = {(of, month) for of in (*self.kinds, kind)}
        kept = {version.manifest.data_origin for key, version in self.counted.items() if key not in replaced}
        if kept - {data_origin}:
            cases = "synthetic cases" if data_origin == "sample" else "a municipality's own cases"
            remedy = "the archive holds the other kind; start a separate archive (FINGERPLAN_WAREHOUSE)"
            findings.append(Finding(None, None, None, f"holds {cases}, {remedy}"))
        return findings


def _reports(path: Path) -> tuple[Path, Path]:
    return path.with_name(f"{path.name}.report.txt"), path.with_name(f"{path.name}.report.html")


def _remove_reports(path: Path) -> None:
    """Remove the reports of an earlier rejection."""
    for report in _reports(path):
        with suppress(OSError):
            report.unlink(missing_ok=True)


def _report(rejected: RejectedDelivery) -> str:
    """Write the report of a rejected file beside it; returns a line with its location, or why it was not written."""
    text, page = _reports(rejected.path)
    try:
        write_beside_others(text, "\n".join(rejected.lines()) + "\n")
        if rejected.data_docs:
            write_beside_others(page, rejected.data_docs)
    except OSError as error:
        return f"{rejected.name}: its report could not be written beside it ({error.strerror or error})"
    endings = ".report.txt and .report.html" if rejected.data_docs else ".report.txt"
    counted = "1 finding" if len(rejected.findings) == 1 else f"{len(rejected.findings)} findings"
    return f"{rejected.name}: {counted} in all, written beside it to {endings}"


def archive_all(
    deliveries: list[AcceptedDelivery], archive: Archive, counted: dict[Key, Version]
) -> tuple[dict[Key, Version], list[str]]:
    """Archive accepted deliveries; one with the content of a version that counts becomes no new version.

    Returns:
        Their versions, and a line for each that says whether it is new.

    Raises:
        OSError: where the archive cannot be written.
    """
    versions, lines = {}, []
    for delivery in deliveries:
        version, is_new = archive.add(delivery, counted.get((delivery.kind, delivery.month)))
        versions[version.key] = version
        state = f"version {version.manifest.version}" + ("" if is_new else ", the same as before")
        lines.append(f"{delivery.kind} of {delivery.month:%Y-%m} ({state})")
    return versions, lines

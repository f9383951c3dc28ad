"""Build the Evidence site from the published warehouse beside the served site, and swap it in as a whole."""

import fcntl
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from fingerplan import bi
from fingerplan.atomic_files import flush, write_text
from fingerplan.errors import BUILD_FAILED, LOCKED, Refused
from fingerplan.paths import PROJECT, Warehouse
from fingerplan.warehouse.lock import open_lock
from fingerplan.warehouse.publications import last_publication
from fingerplan.warehouse.status import ShownSite

SOURCE = PROJECT / "evidence"
EVIDENCE = SOURCE / "node_modules" / ".bin" / "evidence"
SITE_VARIABLE = "FINGERPLAN_SITE"
LEAST_NODE = 20
# Evidence waits forever for what it cannot fetch; a build takes about two minutes
LONGEST_SECONDS = 900
# of memory for what Node.js has just made: with the 16 MB of its own it collects garbage for a tenth of the build
NODE_OPTIONS = "--max-semi-space-size=64"
# of the caller's environment, what npm, Node.js, Evidence and the Python of its bridge need: a list, because what is
# left out is not handed to hundreds of packages
PASSED_ON = re.compile(
    r"PATH|HOME|USER|LOGNAME|SHELL|TERM|CI|TZ|LANG|LANGUAGE|LC_\w+|TMPDIR|TMP|TEMP|XDG_CACHE_HOME|XDG_CONFIG_HOME"
    r"|LD_LIBRARY_PATH|PYTHONPATH|PYTHONHOME|SSL_CERT_FILE|SSL_CERT_DIR|NODE_OPTIONS|NODE_EXTRA_CA_CERTS"
    r"|(https?|all|no)_proxy|npm_config_.+|EVIDENCE_\w+",
    re.IGNORECASE,
)
STEPS = ("packages", "sources", "pages", "swap")
# the parts of the site; Evidence copies them once more into its template
PARTS = ("components", "pages", "partials", "sources", "static", "app.css", "evidence.config.yaml", "package.json")
STAMP = "publication.json"
# Runs a command, and ends all of it when standard input closes, as it does when the process that holds the other end is
# killed: a build that nobody waits for would go on for minutes, and write into the stage of the next one.
GUARD = """
import os, signal, subprocess, sys, threading

def end_with_parent():
    os.read(0, 1)
    os.killpg(0, signal.SIGKILL)

threading.Thread(target=end_with_parent, daemon=True).start()
sys.exit(subprocess.call(sys.argv[1:], stdin=subprocess.DEVNULL))
"""


@dataclass(frozen=True)
class Built:
    """The outcome of a build: number of pages, and the seconds to load the sources and to build the pages."""

    pages: int
    sources_seconds: float
    pages_seconds: float


def site_folder() -> Path:
    """Return the served folder: FINGERPLAN_SITE; default: `evidence/build` in the project."""
    return Path(os.environ.get(SITE_VARIABLE) or SOURCE / "build").absolute()


def published_run(file: Path) -> str:
    """Return the id of the run that published the warehouse.

    Raises:
        Refused: exit code 4, where no command has published the file, or it cannot be read.
    """
    try:
        with duckdb.connect(str(file), read_only=True) as connection:
            published = last_publication(connection)
    except duckdb.Error as error:
        raise Refused(BUILD_FAILED, [f"{file}: {str(error).splitlines()[0]}; run fingerplan build"]) from None
    if published is None:
        raise Refused(BUILD_FAILED, [f"{file}: was not published; run fingerplan build"])
    return published.run_id


def shown_site(folder: Path) -> ShownSite | None:
    """Return the served site and the run whose figures it shows; None where there is no site."""
    try:
        return ShownSite(folder, json.loads((folder / STAMP).read_text(encoding="utf-8"))["run_id"])
    except (OSError, ValueError, KeyError):
        return None


def build_site(warehouse: Warehouse, folder: Path, on_progress: Callable[[int, int], None]) -> Built:
    """Build the site and replace the one in `folder`.

    The folder is a link to a build beside it, so that one rename swaps every file; an open page keeps what it has
    loaded, and the previous build stays until the next one.

    Args:
        warehouse: the published file is read by the URL for BI tools.
        folder: the served folder.
        on_progress: called with (steps done, steps in all).

    Raises:
        Refused: exit code 4, where Node, a package, a source or a page fails; 5, where another build of the site runs.
            The served site stays as it was.
    """
    with _alone(), _one_line_each():
        on_progress(0, len(STEPS))
        node = find_node()
        install_packages(node)
        on_progress(1, len(STEPS))
        stage = SOURCE / ".stage"
        _lay_out(stage)
        shown = _hold(warehouse.published, stage)
        run_id = published_run(shown)
        environment = _environment(node, shown)
        started = time.monotonic()
        _load_sources(stage, environment)
        on_progress(2, len(STEPS))
        loaded = time.monotonic()
        pages = _build_pages(stage, environment)
        on_progress(3, len(STEPS))
        built = Built(len(list(pages.rglob("index.html"))), loaded - started, time.monotonic() - loaded)
        write_text(pages / STAMP, json.dumps({"run_id": run_id}))
        _give_to_group(pages)
        _swap_in(pages, folder)
        shutil.rmtree(stage, ignore_errors=True)
        on_progress(4, len(STEPS))
    return built


@contextmanager
def _alone() -> Iterator[None]:
    with open_lock(SOURCE / ".lock") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(LOCKED, [f"{SOURCE}: another build of the site is running; wait for it to end"]) from None
        yield


@contextmanager
def _one_line_each() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refused(BUILD_FAILED, [f"{error.filename or SOURCE}: {error.strerror or error}"]) from None


def find_node() -> Path:
    """Find the folder of node, npm and npx: that of the machine, or else that of this environment.

    Raises:
        Refused: exit code 4, where there is none, or it is too old.
    """
    for folder in (*os.get_exec_path(), str(Path(sys.executable).parent)):
        node = Path(folder) / "node"
        if not (os.access(node, os.X_OK) and node.with_name("npm").exists()):
            continue
        found = subprocess.run([node, "--version"], env=_passed_on(), capture_output=True, text=True, check=False)
        version = re.match(r"v(\d+)", found.stdout)
        if version and int(version[1]) >= LEAST_NODE:
            return node.parent
    raise Refused(
        BUILD_FAILED,
        [f"Node.js {LEAST_NODE} or later is needed for the site, with npm; install it, or run make site, which does"],
    )


def _passed_on() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if PASSED_ON.fullmatch(name)}


def _with_node(node: Path) -> dict[str, str]:
    return {**_passed_on(), "PATH": f"{node}{os.pathsep}{os.environ.get('PATH', '')}"}


def _environment(node: Path, published: Path) -> dict[str, str]:
    url = bi.url(published).render_as_string(hide_password=False)
    sources = [folder.name for folder in (SOURCE / "sources").iterdir() if folder.is_dir()]
    return {
        **_with_node(node),
        "EVIDENCE_SQLALCHEMY_PYTHON": sys.executable,
        "NODE_OPTIONS": f"{os.environ.get('NODE_OPTIONS', '')} {NODE_OPTIONS}".strip(),
        "SEND_ANONYMOUS_USAGE_STATS": "no",
        "npm_config_update_notifier": "false",
        **{f"EVIDENCE_SOURCE__{name}__url": url for name in sources},
    }


def install_packages(node: Path) -> None:
    """Install the packages of the lock file and apply the patches, unless that has been done for their current state.

    Args:
        node: the folder of node and npm.

    Raises:
        Refused: exit code 4, where npm cannot fetch them or a patch does not fit.
    """
    pinned = hashlib.sha256()
    for file in (SOURCE / "package-lock.json", *sorted((SOURCE / "patches").iterdir())):
        pinned.update(file.read_bytes())
    installed = SOURCE / "node_modules" / ".installed"
    if installed.is_file() and installed.read_text(encoding="utf-8") == pinned.hexdigest():
        return
    # no package may run its own scripts; the patches are part of this project
    npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error"]
    for command in (npm, ["node_modules/.bin/patch-package", "--error-on-fail"]):
        log, code = _run(command, SOURCE, _with_node(node))
        if code != 0:
            lines = [line for line in log.splitlines() if line.strip()]
            raise Refused(BUILD_FAILED, [f"{' '.join(command[:2])}: {line}" for line in lines[:3]] or ["npm ci failed"])
    installed.write_text(pinned.hexdigest(), encoding="utf-8")


def _lay_out(stage: Path) -> None:
    """Copy the parts of the site to the stage: Evidence writes its result into the folder that it is called in."""
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(mode=0o700)  # it holds what no page shows
    for part in PARTS:
        source = SOURCE / part
        if source.is_dir():
            shutil.copytree(source, stage / part)
        else:
            shutil.copy2(source, stage / part)
    (stage / "node_modules").symlink_to(SOURCE / "node_modules")


def _hold(published: Path, stage: Path) -> Path:
    """Keep the published file as it is now: a refresh while the sources load would mix two publications."""
    held = stage / published.name
    try:
        held.hardlink_to(published)
    except OSError:  # another file system, or one without links
        shutil.copy2(published, held)
    return held


def _load_sources(stage: Path, environment: dict[str, str]) -> None:
    log, code = _run([str(EVIDENCE), "sources", "--strict"], stage, environment)
    findings = _source_findings(stage, log)
    if code != 0 or findings:
        raise Refused(BUILD_FAILED, findings or [f"evidence sources: {_last_line(log)}"])


def _build_pages(stage: Path, environment: dict[str, str]) -> Path:
    log, code = _run([str(EVIDENCE), "build"], stage, environment)
    # Evidence also builds a page whose query fails, with an error where its figures should be
    findings = _page_findings(log)
    if code != 0 or findings:
        raise Refused(BUILD_FAILED, findings or [f"evidence build: {_last_line(log)}"])
    built = stage / "build"
    missing = [page for page in _pages() if not (built / page / "index.html").is_file()]
    if missing:
        raise Refused(BUILD_FAILED, [f"{page or 'the first page'}: was not built" for page in missing])
    return built


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> tuple[str, int]:
    """Run a command; return its output and exit code, and end everything that it has started."""
    closes_with_us, held = os.pipe()
    with (
        os.fdopen(held, "wb"),
        os.fdopen(closes_with_us, "rb") as guarded,
        subprocess.Popen(
            [sys.executable, "-c", GUARD, *command],
            cwd=folder,
            env=environment,
            stdin=guarded,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        ) as process,
    ):
        try:
            log, _ = process.communicate(timeout=LONGEST_SECONDS)
        except subprocess.TimeoutExpired:
            raise Refused(
                BUILD_FAILED, [f"{Path(command[0]).name} {command[1]}: did not end within {LONGEST_SECONDS} seconds"]
            ) from None
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    return re.sub(r"\x1b\[[0-9;]*m", "", log), process.returncode


def _source_findings(stage: Path, log: str) -> list[str]:
    """Name what did not load; for a source that cannot connect, Evidence prints a line and exits with 0."""
    manifest = stage / ".evidence" / "template" / "static" / "data" / "manifest.json"
    try:
        rendered = json.loads(manifest.read_text(encoding="utf-8"))["renderedFiles"]
    except (OSError, ValueError, KeyError):
        rendered = {}
    loaded = {(source, Path(file).stem) for source, files in rendered.items() for file in files}
    wanted = {(query.parent.name, query.stem) for query in (SOURCE / "sources").glob("*/*.sql")}
    said = [line.strip(" -✗[]!") for line in log.splitlines() if re.search("error", line, re.IGNORECASE)]
    return [f"evidence/sources/{source}/{query}.sql: not loaded" for source, query in sorted(wanted - loaded)] + (
        said if wanted - loaded else []
    )


def _page_findings(log: str) -> list[str]:
    findings = []
    for name, problem in re.findall(r"^\s*(\w+) \| Error in Query! (.*)$", log, re.MULTILINE):
        pages = [
            str(page.relative_to(PROJECT))
            for page in sorted((*(SOURCE / "pages").rglob("*.md"), *(SOURCE / "partials").glob("*.md")))
            if f"```sql {name}\n" in page.read_text(encoding="utf-8")
        ]
        finding = f"{' or '.join(pages) or 'a page'}: query {name}: {problem}"
        if finding not in findings:
            findings.append(finding)
    return findings


def _pages() -> list[str]:
    """List the address of every page that has its own file; '' is the first page."""
    names = [page.relative_to(SOURCE / "pages").with_suffix("") for page in (SOURCE / "pages").rglob("*.md")]
    addresses = [str(name.parent if name.name == "index" else name) for name in names]
    return sorted("" if address == "." else address for address in addresses if "[" not in address)


def _last_line(log: str) -> str:
    lines = [line.strip() for line in log.splitlines() if re.search(r"error|failed", line, re.IGNORECASE)]
    return lines[0] if lines else "ended without a message"


def _give_to_group(pages: Path) -> None:
    """Let the group read the site, such as the account of a web server, and nobody else."""
    for path in (pages, *pages.rglob("*")):
        path.chmod(0o750 if path.is_dir() else 0o640)


def _swap_in(built: Path, folder: Path) -> None:
    """Serve a build by renaming a link; killed at any moment, it leaves the old site or the new one.

    A folder that this command did not put there is first moved aside, where it stays until the next build, because no
    link can be renamed onto it.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    before = folder.resolve() if folder.is_symlink() else None
    place = _beside(folder, datetime.now(UTC))
    shutil.move(built, place)
    link = folder.with_name(f".{folder.name}.link")
    link.unlink(missing_ok=True)
    link.symlink_to(place.name)
    if folder.is_dir() and before is None:
        before = folder.rename(_beside(folder, datetime.fromtimestamp(folder.stat().st_mtime, UTC)))
    link.replace(folder)
    with suppress(OSError):  # it is served now, and no later failure may say otherwise
        flush(folder.parent)
    for old in folder.parent.glob(f".{folder.name}-*"):
        # not the builds of a site whose name begins with this one's
        is_ours = re.fullmatch(r"\d{8}T\d{12}Z", old.name.removeprefix(f".{folder.name}-"))
        if is_ours and old not in (place, before):
            shutil.rmtree(old, ignore_errors=True)


def _beside(folder: Path, moment: datetime) -> Path:
    return folder.with_name(f".{folder.name}-{moment:%Y%m%dT%H%M%S%fZ}")

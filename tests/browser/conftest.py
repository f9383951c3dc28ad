"""The site, built once from a warehouse of its own, served on 127.0.0.1 and opened in the machine's Chromium."""

import functools
import http.server
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.support.page_checks import Opened
from tests.support.project import WITHOUT_UNIT_TESTS, run_fingerplan
from tests.support.shared import make_once
from tests.support.site import Site, copy_site_project
from tests.support.strace import MADE_UP_KEY, Trace, can_trace, need_strace, read_trace, run_traced

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# what makes Chromium contact hosts that a closed network cannot reach
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site; built under strace where there is one, with a pseudonym key in the environment of the command."""

    def build(project: Path) -> None:
        copy_site_project(project)
        outcome = run_fingerplan(project, "build", **WITHOUT_UNIT_TESTS)
        assert outcome.returncode == 0, outcome.stderr
        if can_trace():
            outcome = run_traced(project / "site.strace", project, "site", FINGERPLAN_PSEUDONYM_KEY=MADE_UP_KEY)
        else:
            outcome = run_fingerplan(project, "site")
        assert outcome.returncode == 0, outcome.stderr
        project.with_name("site.txt").write_text(outcome.stdout, encoding="utf-8")

    project = make_once(tmp_path_factory, "site", build)
    folder = project / "evidence" / "build"
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        printed = project.with_name("site.txt").read_text(encoding="utf-8")
        yield Site(project, folder, f"http://127.0.0.1:{server.server_port}", printed)
        server.shutdown()


@pytest.fixture(scope="session")
def site_trace(site: Site) -> Trace:
    """What the build of the site did."""
    need_strace()
    return read_trace(site.project / "site.strace")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("SKIPPED: no Chromium on this machine (Debian's package chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def visit(chromium: Browser, site: Site) -> Callable[..., AbstractContextManager[Opened]]:
    """Open a page of the site with every other address blocked, and wait until its charts are drawn."""

    @contextmanager
    def open_page(path: str, theme: str = "light") -> Iterator[Opened]:
        context = chromium.new_context(
            viewport={"width": 1280, "height": 900}, color_scheme=theme, locale="da-DK", accept_downloads=True
        )
        context.route(lambda url: not url.startswith(site.address), lambda route: route.abort())
        opened = Opened(context.new_page())
        opened.page.on("request", lambda request: opened.asked.append(request.url))
        opened.page.on(
            "console",
            lambda message: opened.complaints.append(message.text) if message.type in ("error", "warning") else None,
        )
        opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        opened.page.goto(site.address + path, wait_until="networkidle")
        opened.page.wait_for_function("document.querySelectorAll('.chart:not(.is-live)').length === 0")
        yield opened
        context.close()

    return open_page

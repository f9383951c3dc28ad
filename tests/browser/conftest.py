"""The site, built from a warehouse of its own, served on 127.0.0.1 and opened in the machine's Chromium."""

import functools
import http.server
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.project import run_fingerplan
from tests.support.site import Site, copy_site_project

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# Chromium of its own accord asks hosts that a closed network has not
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
    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    project = copy_site_project(tmp_path_factory.mktemp("site"))
    for command in ("build", "site"):
        outcome = run_fingerplan(project, command)
        assert outcome.returncode == 0, outcome.stderr
    folder = project / "evidence" / "build"
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Site(project, folder, f"http://127.0.0.1:{server.server_port}", outcome.stdout)
        server.shutdown()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("SKIPPED: no Chromium on this machine (Debian's package chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@dataclass
class Opened:
    """A page, what its browser asked for and complained of, and how much the checks have looked at."""

    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    charts: int = 0
    synthetic: int = 0


@pytest.fixture(scope="session")
def visit(chromium: Browser, site: Site) -> Callable[..., AbstractContextManager[Opened]]:
    """Open a page of the site with every other address cut off, and wait until it stands still."""

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

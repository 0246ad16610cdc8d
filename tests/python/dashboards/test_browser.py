"""The dashboard in Chromium: every page draws, in light and dark, on a desk and on a phone, and asks no other host."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from exhaustive import EXHAUSTIVE
from published import ONLINE_RETAIL, publish, publish_operations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ViewportSize

pytestmark = pytest.mark.browser

PROJECT = Path(__file__).resolve().parents[3]
# Address of each page, or part of one, and the least number of charts on it.
PAGES = {
    "": 7,
    "customers": 5,
    "behaviour": 5,
    "products": 5,
    "recommendations": 2,
    "recommendations?part=Offline+score": 4,
    "recommendations?part=Experiments": 0,
    "recommendations?part=Coverage": 4,
    "recommendations?part=Explore": 0,
    "forecast": 1,
    "forecast?part=Products": 0,
    "forecast?part=Customers": 2,
    "forecast?part=Back-test": 2,
    "quality": 1,
    "quality?part=Over+time": 2,
    "quality?part=Data": 1,
    "quality?part=Unusual": 0,
    "quality?part=Service": 2,
    "quality?part=Lineage": 1,
    "ask": 0,
}
DESK: ViewportSize = {"width": 1440, "height": 1000}
PHONE: ViewportSize = {"width": 390, "height": 844}
BACKGROUNDS = {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 24, 31)"}


@dataclass
class Visit:
    """A browser page that keeps a list of the hosts it asked and of the errors it met."""

    browser: Browser
    address: str
    color_scheme: str = "light"
    viewport: ViewportSize = field(default_factory=lambda: DESK)

    def __post_init__(self) -> None:
        self.hosts: set[str | None] = set()
        self.errors: list[str] = []
        self.page = self.browser.new_context(viewport=self.viewport).new_page()
        self.page.emulate_media(color_scheme=self.color_scheme)  # type: ignore[arg-type]
        self.page.on("request", lambda request: self._note(request.url))
        self.page.on("websocket", lambda websocket: self._note(websocket.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _note(self, url: str) -> None:
        if not url.startswith(("data:", "blob:")):
            self.hosts.add(urlsplit(url).hostname)

    def open(self, path: str) -> None:
        """Open a page and wait until its script has ended."""
        self.page.goto(f"{self.address}/{path}")
        self.page.locator("h1").wait_for()
        self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()

    def wait_for_charts(self, least: int) -> None:
        """Wait until at least so many charts are drawn."""
        self.page.wait_for_function(
            "least => document.querySelectorAll('[data-testid=stVegaLiteChart] :is(svg, canvas)').length >= least",
            arg=least,
        )

    def is_wider_than_its_window(self) -> bool:
        """Tell whether the page must be moved sideways to be read."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


@pytest.fixture(scope="module")
def data_dir(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    publish(folder / "published", "run_1")
    publish_operations(folder / "published", "run_1")
    return folder


@pytest.fixture(scope="module")
def address(data_dir: Path) -> Iterator[str]:
    """A dashboard server over the published directory."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = data_dir / "streamlit.log"
    with (
        log.open("w") as output,
        subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "dashboards/app.py", "--server.port", str(port)],
            cwd=PROJECT,
            env={**os.environ, "SHELFWISE_DATA_DIR": str(data_dir)},
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as server,
    ):
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}", server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def wait_until_healthy(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the server answers; fail with its log when it ends or stays silent for a minute."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=1)  # noqa: S310  our own server
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"the dashboard did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The script of axe-core as the lock file of tests/node has it."""
    if not shutil.which("npm"):
        reason = "no npm: install it (apt-get install nodejs npm)"
        if os.environ.get("SHELFWISE_REQUIRE_NODE") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("node")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(PROJECT / "tests" / "node" / name, folder)
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder, check=True)
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Callable[..., Visit]]:
    """Open visits, and check at the end that none met an error or asked another host."""
    visits: list[Visit] = []

    def start(**options: object) -> Visit:
        visits.append(Visit(browser, address, **options))  # type: ignore[arg-type]
        return visits[-1]

    yield start
    for each in visits:
        assert each.hosts == {"127.0.0.1"}
        assert each.errors == []
        assert each.page.locator("[data-testid=stException]").count() == 0
        each.page.context.close()


@pytest.mark.parametrize("color_scheme", ["light", pytest.param("dark", marks=EXHAUSTIVE)])
def test_every_page_draws_and_shuts_nobody_out(color_scheme: str, visit: Callable[..., Visit], axe: str) -> None:
    """On a desk and on a phone; and axe-core, which knows how the blind read pages, finds nothing serious."""
    shown = visit(color_scheme=color_scheme)
    for path, charts in PAGES.items():
        shown.open(path)
        shown.wait_for_charts(charts)
        assert shown.page.locator("[data-testid=stException], [data-testid=stAlertContentError]").count() == 0
        background = shown.page.locator("[data-testid=stApp]").evaluate("app => getComputedStyle(app).backgroundColor")
        assert background == BACKGROUNDS[color_scheme]
        assert not shown.is_wider_than_its_window()
        shown.page.evaluate(axe)
        found = shown.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        serious = {
            violation["id"]: [node["html"][:200] for node in violation["nodes"]]
            for violation in found["violations"]
            if violation["impact"] in ("serious", "critical")
        }
        assert serious == {}, path or "today"
        shown.page.set_viewport_size(PHONE)
        shown.page.wait_for_timeout(1_000)  # charts are drawn anew
        assert not shown.is_wider_than_its_window(), path or "today"
        shown.page.set_viewport_size(DESK)


def test_tables_of_runs_and_data_show_all_their_columns(visit: Callable[..., Visit]) -> None:
    shown = visit()
    shown.open("quality?part=Data")
    shown.wait_for_charts(1)
    shown.page.wait_for_function(  # books and freshness; laid out some time after the page
        """() => {
            const tables = [...document.querySelectorAll('[data-testid=stDataFrame] .dvn-scroller')];
            return tables.length === 2 && tables.every(table => table.scrollWidth <= table.clientWidth);
        }"""
    )


def test_pages_are_reached_by_the_menu_and_keep_the_filters(visit: Callable[..., Visit]) -> None:
    shown = visit()
    shown.open("?shop=Online+retail&period=7+days")
    shown.wait_for_charts(1)  # a shop without clicks has fewer of them
    shown.page.get_by_role("link", name="Behaviour").click()
    shown.page.get_by_text("has no clicks").wait_for()  # only the shop in the address has none
    shown.page.wait_for_url(lambda url: "shop=Online" in url and "period=7" in url, timeout=10_000)


def test_pictures_of_recommended_products_are_drawn(visit: Callable[..., Visit]) -> None:
    shown = visit()
    shown.open("recommendations?part=Explore")
    image = shown.page.locator("[data-testid=stImage] img").first
    image.wait_for()
    assert image.evaluate("image => image.complete && image.naturalWidth") > 0


def test_a_view_is_shared_by_its_address(visit: Callable[..., Visit]) -> None:
    shown = visit()
    shown.open("forecast")
    shown.page.get_by_role("radio", name="Units").click()
    shown.page.wait_for_url(lambda url: "metric=Units" in url)
    other = visit()
    other.page.goto(shown.page.url)
    other.page.get_by_role("radio", name="Units", checked=True).wait_for()


def test_an_answer_is_downloaded(visit: Callable[..., Visit]) -> None:
    shown = visit()
    shown.open("ask?sql=select+42+as+n")
    shown.page.get_by_role("button", name="Ask").click()
    shown.page.get_by_text("1 row in").wait_for()
    for kind, start in (("CSV", b"n\r\n42"), ("Parquet", b"PAR1")):
        with shown.page.expect_download() as download:
            shown.page.get_by_role("button", name=f"↓ {kind}").click()
        assert Path(download.value.path()).read_bytes().startswith(start)


@pytest.mark.parametrize("sessions", [4, pytest.param(20, marks=EXHAUSTIVE)])
def test_many_sessions_at_once_meet_no_error(sessions: int, visit: Callable[..., Visit]) -> None:
    paths = [path for path in PAGES if path]
    visits = [visit() for _ in range(sessions)]
    for number, each in enumerate(visits):
        each.page.goto(f"{each.address}/{paths[number % len(paths)]}", wait_until="commit")
    for each in visits:
        each.page.locator("[data-testid=stApp][data-test-script-state=notRunning] h1").wait_for(timeout=120_000)
        assert each.page.locator("[data-testid=stException], [data-testid=stAlertContentError]").count() == 0


@pytest.mark.slow
def test_an_open_page_shows_the_next_version_by_itself(visit: Callable[..., Visit], data_dir: Path) -> None:
    shown = visit()
    shown.open("")
    shown.page.get_by_text("run_1", exact=True).wait_for()
    publish(data_dir / "published", "run_2", shops=(ONLINE_RETAIL,))
    publish_operations(data_dir / "published", "run_2", failed_step="gate_marts")
    shown.page.get_by_text("run_2", exact=True).wait_for(timeout=60_000)
    shown.page.get_by_text("Last run failed at the gate for the marts").wait_for()

"""Visits in Chromium: how long until a page is drawn, and until it has answered to a click."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from shelfwise.errors import ShelfwiseError

CHROMIUM = "/usr/bin/chromium"
PATIENCE_MS = 120_000
# Drawn: the script has ended, nothing is a placeholder, and every chart and table has something painted in it.
DRAWN = """() => {
    const app = document.querySelector('[data-testid=stApp]');
    if (!app || app.dataset.testScriptState !== 'notRunning' || !document.querySelector('h1')) return false;
    if (document.querySelector('[data-testid=stSkeleton], [data-testid=stSpinner]')) return false;
    const filled = (kind, inside) => [...document.querySelectorAll(`[data-testid=${kind}]`)]
        .every(each => each.querySelector(inside));
    return filled('stVegaLiteChart', 'svg, canvas') && filled('stDataFrame', 'canvas');
}"""
# Counts how often the script ended from now on.
COUNT_RUNS = """() => {
    window.runsEnded = 0;
    const app = document.querySelector('[data-testid=stApp]');
    new MutationObserver(() => { if (app.dataset.testScriptState === 'notRunning') window.runsEnded += 1; })
        .observe(app, {attributes: true, attributeFilter: ['data-test-script-state']});
}"""


@dataclass(frozen=True)
class Visit:
    """A page, and what a visitor does on it: a button to press, or a period to choose."""

    name: str
    path: str
    press: str = ""


VISITS = (
    Visit("Today", "", "Orders"),
    Visit("Customers", "customers", "Lifetime value"),
    Visit("Behaviour", "behaviour", "Category"),
    Visit("Products", "products"),
    Visit("Recommendations", "recommendations?part=Offline+score", "Recall"),
    Visit("Recommendations: Coverage", "recommendations?part=Coverage", "Explore"),
    Visit("Recommendations: Explore", "recommendations?part=Explore", "A product"),
    Visit("Forecast", "forecast", "Units"),
    Visit("Forecast: Customers", "forecast?part=Customers", "Back-test"),
    Visit("Data quality", "quality", "Over time"),
    Visit("Data quality: Data", "quality?part=Data", "Service"),
    Visit("Ask", "ask"),
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give a headless browser. Raises ShelfwiseError where there is none."""
    executable = Path(os.environ.get("SHELFWISE_CHROMIUM", CHROMIUM))
    if not executable.is_file():
        raise ShelfwiseError(f"there is no Chromium at {executable}", remedy="Install it or set SHELFWISE_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield browser
        browser.close()


def measure(browser: Browser, address: str, visit: Visit) -> dict[str, Any]:
    """Return the seconds until a page was drawn in a browser that knows nothing yet, and until a click was answered."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    page.goto(f"{address}/{visit.path}", wait_until="commit")
    page.wait_for_function(DRAWN, timeout=PATIENCE_MS, polling="raf")
    first_paint = float(page.evaluate("performance.now()")) / 1000
    page.wait_for_timeout(500)
    found = {"name": visit.name, "first_paint_s": round(first_paint, 2), "interaction_s": interaction(page, visit)}
    context.close()
    return found


def interaction(page: Page, visit: Visit) -> float:
    """Return the seconds from a click to the page that answers it."""
    page.evaluate(COUNT_RUNS)
    if visit.press:
        target = page.get_by_role("radio", name=visit.press, exact=True).first
    else:
        page.get_by_role("combobox", name="Period").click()
        target = page.get_by_role("option", name="7 days", exact=True)
    target.wait_for()
    began = time.monotonic()
    target.click()
    page.wait_for_function(f"() => window.runsEnded > 0 && ({DRAWN})()", timeout=PATIENCE_MS, polling="raf")
    return round(time.monotonic() - began, 2)


def many(browser: Browser, address: str, sessions: int) -> int:
    """Open so many sessions at once, each on a page of its own choice, and press in each; return how many failed."""
    pages = []
    for number in range(sessions):
        page = browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()
        page.goto(f"{address}/{VISITS[number % len(VISITS)].path}", wait_until="commit")
        pages.append((page, VISITS[number % len(VISITS)]))
    for page, _ in pages:
        page.wait_for_function(DRAWN, timeout=PATIENCE_MS, polling=250)
    for page, visit in pages:
        interaction(page, visit)
    failed = sum(page.locator("[data-testid=stException]").count() > 0 for page, _ in pages)
    for page, _ in pages:
        page.context.close()
    return failed

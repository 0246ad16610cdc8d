"""The whole journey in a browser: what a shopper does changes the shelves, and is on disk as events afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import httpx
import pyarrow.parquet as pq
import pytest
from browser_pages import open_page
from live_server import wait_until
from playwright.sync_api import Browser

from shelfwise.collector.compaction import compact
from shelfwise.collector.segments import ask_for_handover
from shelfwise.settings import Settings

pytestmark = pytest.mark.browser


def landed(settings: Settings) -> list[dict[str, Any]]:
    """Return the events that the collector has taken up to now, landed as a run does it."""
    ask_for_handover(settings, wait_seconds=10)
    compact(settings)
    return rows_in(settings.landing_path / "web")


def rows_in(folder: Path) -> list[dict[str, Any]]:
    """Return the rows of a folder's files."""
    return [row for path in folder.rglob("*.parquet") for row in pq.read_table(path).to_pylist()]


def until_landed(settings: Settings, is_there: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
    """Wait until the landed events are as wanted, and return them."""
    wait_until(lambda: is_there(landed(settings)), "the events have landed")
    return landed(settings)


def test_from_the_first_page_to_an_order(browser: Browser, website: httpx.Client, settings: Settings) -> None:
    page, faults = open_page(browser, f"{website.base_url}/shop/")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("Signed in as C1").wait_for()
    page.wait_for_timeout(1200)  # the shelf is seen
    page.locator(".shelf").get_by_role("link", name="Linen shade").click()
    page.get_by_role("heading", name="Linen shade", level=1).wait_for()
    page.get_by_role("button", name="Add to basket").click()
    page.get_by_role("heading", name="Your basket", level=1).wait_for()
    page.get_by_role("link", name="To the checkout").click()
    page.get_by_role("button", name="Place the order").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    page.reload()
    page.get_by_role("link", name="Go on shopping").click()
    waved = page.locator(".shelf .card").first
    title = waved.locator(".title").inner_text()
    waved.get_by_role("button", name="Not for me").click()
    page.locator(".shelf", has_not_text=title).wait_for()
    assert faults == []
    page.close()

    rows = until_landed(
        settings, lambda rows: {"Recommendation Dismissed", "Order Completed"} <= {row["event"] for row in rows}
    )
    first_of = {row["message_id"]: row for row in rows}
    counts = Counter(row["event"] or row["type"] for row in first_of.values())
    assert counts["Order Completed"] == 1  # though its page was looked at twice
    assert counts["identify"] == 1
    assert counts["Recommendation Clicked"] == 1
    assert counts["Product Added"] == 1
    assert {row["namespace"] for row in rows} == {"sample_shop"}
    assert len({row["anonymous_id"] for row in rows}) == 1
    by_event = {row["event"]: row for row in rows}
    assert by_event["Recommendation Clicked"]["product_id"] == "P2"
    (order,) = rows_in(settings.landing_path / "sample_shop" / "orders")
    assert order["order_id"] == by_event["Order Completed"]["order_id"]
    assert order["device_id"] == by_event["Order Completed"]["anonymous_id"]
    viewed = next(row for row in rows if row["event"] == "Recommendation Viewed")
    assert '"P2"' in viewed["products"]
    assert viewed["recommendation_id"] == by_event["Recommendation Clicked"]["recommendation_id"]


def test_a_visit_is_done_by_keyboard_alone(browser: Browser, website: httpx.Client) -> None:
    page, faults = open_page(browser, f"{website.base_url}/shop/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.get_by_label("Search the shop").focus()
    page.keyboard.type("oak")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="1 product for “oak”").wait_for()
    page.get_by_role("link", name="Oak lamp").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Add to basket").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Your basket", level=1).wait_for()
    assert faults == []
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [340, 1100])
def test_pages_fit_and_show_their_pictures(
    browser: Browser, website: httpx.Client, width: int, scheme: Literal["light", "dark"]
) -> None:
    page, faults = open_page(browser, f"{website.base_url}/shop/", width, scheme)
    for path in ("/shop/", "/shop/categories/Home", "/shop/products/sample_shop:P2", "/shop/cart"):
        page.goto(f"{website.base_url}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        drawn = page.locator("main img").evaluate_all(
            "images => Promise.all(images.map(async image => "
            "{ image.loading = 'eager'; await image.decode(); return image.naturalWidth; }))"
        )
        assert min(drawn, default=1) > 0
    assert faults == []
    page.close()

"""Our tracker in a real browser, on pages of another host."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from live_collector import KEY, collecting, letters, on_disk, settings_in, wait_until
from pages import shop_of
from playwright.sync_api import Browser, BrowserContext, Page, Route

from shelfwise.settings import Settings

pytestmark = pytest.mark.browser

SHELF = """
<div style="height: 1500px">above the fold</div>
<section data-shelfwise-recommendation-id="r1" data-shelfwise-list-id="home">
  <article data-product-id="p1" data-shelfwise-position="1">
    <a href="#mug">Mug</a> <button data-shelfwise-dismiss>not for me</button>
  </article>
</section>
<script>
  setTimeout(() => document.body.insertAdjacentHTML("afterbegin",
    '<section data-shelfwise-recommendation-id="r2"><p data-product-id="p2">came later</p></section>'), 200);
</script>"""


def test_it_is_small_and_asks_nobody_else(project_dir: Path) -> None:
    text = (project_dir / "python/shelfwise/collector/static/shelfwise.js").read_bytes()
    assert len(gzip.compress(text, 9)) <= 3000
    assert text.count(b"http") == 1  # the example in its first lines


@dataclass
class Shop:
    """A shop whose pages have the tracker, and a collector that may be made to fail."""

    settings: Settings
    context: BrowserContext
    address: str

    def open(self, path: str = "/plain") -> Page:
        page = self.context.new_page()
        page.goto(self.address + path)
        page.wait_for_function("window.shelfwise && !Array.isArray(shelfwise)", timeout=10_000)
        return page

    def events(self, count: int) -> list[dict[str, Any]]:
        wait_until(lambda: len(on_disk(self.settings)) >= count, f"{count} events are on disk")
        return on_disk(self.settings)

    def fail(self, status: int | None) -> None:
        """Answer in the collector's place; None: as if it were not there."""

        def answer(route: Route) -> None:
            if status is None:
                route.abort()
            else:
                route.fulfill(status=status, headers={"Access-Control-Allow-Origin": "*"})

        self.context.route("**/v1/batch", answer)

    def mend(self) -> None:
        self.context.unroute("**/v1/batch")


@pytest.fixture
def shop(tmp_path: Path, browser: Browser) -> Iterator[Shop]:
    with opened(tmp_path, browser) as shop:
        yield shop


@contextmanager
def opened(folder: Path, browser: Browser, *, attributes: str = "", before: str = "", **options: Any) -> Iterator[Shop]:
    settings = settings_in(folder, cors_origins="*")
    with collecting(settings) as client:
        tag = f'<script async src="{client.base_url}/shelfwise.js" data-write-key="{KEY}" {attributes}></script>'
        page = f"<!doctype html><title>Shop</title>{before}{tag}<body>"
        pages = {"/plain": page, "/other": page.replace(tag, ""), "/shelf": page + SHELF}
        with shop_of(pages) as address:
            context = browser.new_context(**options)
            faults: list[str] = []
            context.on("weberror", lambda error: faults.append(str(error.error)))
            yield Shop(settings, context, address)
            context.close()
            assert faults == []
    assert letters(settings) == []


def test_one_tag_counts_pages_and_a_visitor_keeps_their_id(shop: Shop) -> None:
    shop.open("/plain?utm_source=mail&token=T").close()
    page = shop.open()
    page.evaluate("shelfwise.track('Product Viewed', { product_id: 'p1', price: 12.5 })")
    first, second, viewed = shop.events(3)
    assert [event["type"] for event in (first, second, viewed)] == ["page", "page", "track"]
    assert first["page_url"] == f"{shop.address}/plain?utm_source=mail"
    assert (viewed["product_id"], viewed["price"]) == ("p1", "12.50")
    assert "Chrome" in viewed["user_agent"]
    assert len({event["anonymous_id"] for event in (first, second, viewed)}) == 1


def test_a_customer_is_known_until_they_leave(shop: Shop) -> None:
    page = shop.open()
    page.evaluate("shelfwise.identify('c1')")
    page.evaluate("shelfwise.track('Size Chosen')")
    page.evaluate("shelfwise.reset()")
    page.evaluate("shelfwise.track('Size Chosen')")
    events = shop.events(4)
    assert [event.get("user_id") for event in events] == [None, "c1", "c1", None]
    assert events[2]["anonymous_id"] != events[3]["anonymous_id"]


def test_what_happens_offline_comes_later_and_once(shop: Shop) -> None:
    page = shop.open()
    shop.events(1)
    shop.context.set_offline(True)
    for number in range(3):
        page.evaluate(f"shelfwise.track('Product Viewed', {{ product_id: 'p{number}' }})")
    page.wait_for_timeout(1500)
    assert len(on_disk(shop.settings)) == 1
    shop.context.set_offline(False)
    events = shop.events(4)
    page.wait_for_timeout(1000)
    assert len(on_disk(shop.settings)) == 4
    assert [event.get("product_id") for event in events] == [None, "p0", "p1", "p2"]


@pytest.mark.parametrize("status", [None, 429, 503, 401])
def test_a_collector_in_trouble_is_tried_again(shop: Shop, status: int | None) -> None:
    shop.fail(status)
    page = shop.open()
    page.wait_for_timeout(1000)
    assert on_disk(shop.settings) == []
    shop.mend()
    (event,) = shop.events(1)
    assert event["type"] == "page"


def test_what_an_earlier_page_could_not_send_a_later_one_does(shop: Shop) -> None:
    shop.fail(None)
    page = shop.open()
    page.evaluate("shelfwise.track('Product Viewed', { product_id: 'p1' })")
    page.wait_for_timeout(700)
    page.close()
    shop.mend()
    shop.open()
    assert {event.get("product_id") for event in shop.events(3)} == {None, "p1"}


def test_leaving_a_page_at_once_loses_nothing(shop: Shop) -> None:
    page = shop.open()
    shop.events(1)
    page.evaluate("shelfwise.track('Product Clicked', { product_id: 'p1' })")
    page.goto(f"{shop.address}/other")
    assert shop.events(2)[1]["product_id"] == "p1"


def test_the_queue_is_bounded_and_keeps_the_latest(shop: Shop) -> None:
    shop.fail(None)
    page = shop.open()
    page.evaluate("for (let n = 0; n < 250; n++) shelfwise.track('Product Viewed', { product_id: 'p' + n })")
    assert page.evaluate("JSON.parse(localStorage.shelfwise_queue).length") == 200
    page.wait_for_timeout(700)
    shop.mend()
    assert [event["product_id"] for event in shop.events(200)] == [f"p{n}" for n in range(50, 250)]


def test_who_does_not_want_it_is_left_alone(shop: Shop) -> None:
    page = shop.open()
    shop.events(1)
    page.evaluate("shelfwise.optOut()")
    page.evaluate("shelfwise.track('Size Chosen')")
    page.evaluate("shelfwise.identify('c1')")
    page.wait_for_timeout(1000)
    assert not page.evaluate("localStorage.shelfwise_user_id || localStorage.shelfwise_anonymous_id")
    assert len(on_disk(shop.settings)) == 1
    page.evaluate("shelfwise.optIn()")
    page.evaluate("shelfwise.track('Size Chosen')")
    assert len(shop.events(2)) == 2


def test_do_not_track_is_heard(tmp_path: Path, browser: Browser) -> None:
    with opened(tmp_path, browser) as shop:
        shop.context.add_init_script("Object.defineProperty(navigator, 'doNotTrack', { get: () => '1' })")
        shop.open().wait_for_timeout(1000)
        assert on_disk(shop.settings) == []


def test_consent_may_be_asked_for_first(tmp_path: Path, browser: Browser) -> None:
    with opened(tmp_path, browser, attributes='data-consent="required"') as shop:
        page = shop.open()
        page.wait_for_timeout(1000)
        assert on_disk(shop.settings) == []
        assert page.evaluate("Object.keys(localStorage)") == []
        page.evaluate("shelfwise.optIn()")
        page.evaluate("shelfwise.page()")
        assert len(shop.events(1)) == 1


def test_calls_made_before_it_has_loaded_are_kept(tmp_path: Path, browser: Browser) -> None:
    early = "<script>window.shelfwise = []; shelfwise.push(['track', 'Product Viewed', { product_id: 'p1' }])</script>"
    with opened(tmp_path, browser, attributes="data-no-page", before=early) as shop:
        shop.open()
        (event,) = shop.events(1)
        assert event["product_id"] == "p1"


def test_a_page_may_say_who_the_visitor_is_and_give_an_event_its_id(tmp_path: Path, browser: Browser) -> None:
    with opened(tmp_path, browser, attributes='data-no-page data-anonymous-id="visitor-7"') as shop:
        page = shop.open()
        for _ in range(2):
            page.evaluate("shelfwise.track('Order Completed', { product_id: 'p1' }, { messageId: 'order-77' })")
        assert {(event["message_id"], event["anonymous_id"]) for event in shop.events(2)} == {("order-77", "visitor-7")}


def test_without_local_storage_a_cookie_keeps_the_visitor(tmp_path: Path, browser: Browser) -> None:
    with opened(tmp_path, browser) as shop:
        shop.context.add_init_script(
            "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no') } })"
        )
        shop.open()
        shop.open()
        first, second = shop.events(2)
        assert first["anonymous_id"] == second["anonymous_id"]


def test_shelves_tell_when_they_are_seen_clicked_and_waved_away(shop: Shop) -> None:
    page = shop.open("/shelf")
    page.wait_for_timeout(2000)
    seen = [event.get("recommendation_id") for event in shop.events(2)]
    assert seen == [None, "r2"]  # the other lies below the fold
    page.locator("section", has_text="Mug").scroll_into_view_if_needed()
    shop.events(3)
    page.get_by_role("link", name="Mug").click()
    page.get_by_role("button", name="not for me").click()
    page.get_by_text("came later").click()
    _, _, viewed, clicked, dismissed, other = shop.events(6)
    assert (viewed["event"], viewed["recommendation_id"], viewed["list_id"]) == ("Recommendation Viewed", "r1", "home")
    assert json.loads(viewed["products"]) == [{"product_id": "p1", "position": 1}]
    assert (clicked["event"], clicked["product_id"], clicked["position"]) == ("Recommendation Clicked", "p1", 1)
    assert (dismissed["event"], dismissed["product_id"]) == ("Recommendation Dismissed", "p1")
    assert (other["event"], other["recommendation_id"], other["product_id"]) == ("Recommendation Clicked", "r2", "p2")

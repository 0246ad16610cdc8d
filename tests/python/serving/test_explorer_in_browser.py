"""The page in a browser: it fits a phone, works by keyboard, asks no other host, and is allowed all it needs."""

from __future__ import annotations

from typing import Literal

import httpx
import pytest
from browser_pages import open_page
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

# Pictures below the fold load lazily: load them now, and give their widths.
DRAWN_WIDTHS = """images => Promise.all(images.map(async image => {
    image.loading = "eager";
    await image.decode();
    return image.naturalWidth;
}))"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [340, 1100])
def test_the_page_fits_and_shows_its_pictures(
    browser: Browser, client: httpx.Client, width: int, scheme: Literal["light", "dark"]
) -> None:
    page, faults = open_page(browser, str(client.base_url), width, scheme)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    drawn = page.locator(".cards img").evaluate_all(DRAWN_WIDTHS)
    assert len(drawn) == 3
    assert min(drawn) > 0
    ground, ink = page.locator("body").evaluate(
        "body => [getComputedStyle(body).backgroundColor, getComputedStyle(body).color]"
    )
    assert (brightness(ground) > brightness(ink)) == (scheme == "light")
    assert faults == []
    page.close()


@pytest.mark.parametrize("width", [340, 1100])
def test_the_description_of_the_api_fits_and_is_read_without_a_network(
    browser: Browser, client: httpx.Client, width: int
) -> None:
    page, faults = open_page(browser, str(client.base_url), width)
    page.get_by_role("link", name="API description").click()
    page.get_by_role("heading", name="GET /v1/recommendations").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.get_by_role("cell", name="Comma-separated: products never to be shown.").count() == 1
    assert faults == []
    page.close()


def test_a_shopper_is_found_by_keyboard_and_a_product_by_a_click(browser: Browser, client: httpx.Client) -> None:
    page, faults = open_page(browser, str(client.base_url))
    page.get_by_label("Customer").focus()
    page.keyboard.type("C1")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Recommended for C1").wait_for()
    page.locator(".bought").get_by_role("link", name="Oak lamp").click()
    page.get_by_role("heading", name="Oak lamp", level=1).wait_for()
    assert page.get_by_text("Often bought together").count() == 2
    assert page.get_by_label("Customer").input_value() == "C1"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert faults == []
    page.close()


def brightness(colour: str) -> int:
    """Return the sum of red, green and blue of `rgb(r, g, b)`."""
    return sum(int(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3])

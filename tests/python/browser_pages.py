"""Pages of ours in a browser, with all that goes wrong on them."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page


def open_page(
    browser: Browser, address: str, width: int = 1100, scheme: Literal["light", "dark"] = "light"
) -> tuple[Page, list[str]]:
    """Open a page; the list gathers its errors, its warnings, and every request to another host."""
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    faults: list[str] = []
    own = urlsplit(address).netloc
    page.on("console", lambda message: faults.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: faults.append(request.url) if urlsplit(request.url).netloc != own else None)
    page.goto(address)
    return page, faults

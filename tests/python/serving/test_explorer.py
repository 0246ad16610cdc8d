"""The page, its pictures and its files."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import httpx
import pytest

from shelfwise.serving.page_templates import format_price


class Page(HTMLParser):
    """Collects a page's addresses and headings."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of a tag."""
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src", "action"}]
        assert not any(name == "style" or name.startswith("on") for name, _ in attrs)


def test_a_customer_sees_recommendations_reasons_and_purchases(client: httpx.Client) -> None:
    text = client.get("/", params={"customer_id": "C1"}).text
    assert "Recommended for C1" in text
    assert "You looked at Oak lamp" in text
    assert "£1,200.00" in text
    bought = text[text.index('id="bought"') :]
    assert bought.index("Oak lamp") < bought.index("Kerze „Föhr“ 🕯")  # latest first, each once, returns are none
    assert "Linen shade" not in bought


def test_a_stranger_sees_what_is_popular(client: httpx.Client) -> None:
    text = client.get("/", params={"customer_id": "C999"}).text
    assert "Popular now" in text
    assert "no recommendations for C999" in text
    assert "Popular now" in client.get("/").text


def test_a_clicked_product_shows_similar_ones(client: httpx.Client) -> None:
    text = client.get("/", params={"customer_id": "C1", "product_id": "sample_shop:P1"}).text
    assert "<h1>Oak lamp</h1>" in text
    assert "Often bought together" in text
    assert "Recommended for C1" in text


def test_an_unknown_product_is_said(client: httpx.Client) -> None:
    answer = client.get("/", params={"product_id": "P999"})
    assert answer.status_code == 404
    assert "not in the published catalogue" in answer.text


def test_titles_and_ids_are_text_never_markup(client: httpx.Client) -> None:
    hostile = '"><script>alert(1)</script>'
    answer = client.get("/", params={"customer_id": hostile})
    assert "script" not in Page(answer.text).tags
    assert "&lt;b&gt;throw" in client.get("/", params={"customer_id": "C1"}).text
    assert "b" not in Page(client.get("/", params={"customer_id": "C1"}).text).tags
    assert "&lt;b&gt;" in client.get("/pictures/sample_shop:P3.svg").text


@pytest.mark.parametrize("query", ["", "?customer_id=C1", "?customer_id=C1&product_id=P1", "?product_id=P4"])
def test_the_page_asks_no_other_host_and_all_it_links_to_is_there(client: httpx.Client, query: str) -> None:
    page = Page(client.get(f"/{query}").text)
    for address in set(page.addresses):
        assert address.startswith(("/", "#"))
        assert client.get(address).status_code == 200
    assert "url(" not in client.get("/static/explorer.css").text


def test_pictures_are_drawn_for_any_product_and_kept_by_browsers(client: httpx.Client) -> None:
    first = client.get("/pictures/sample_shop:P1.svg")
    assert first.headers["content-type"].startswith("image/svg+xml")
    assert re.match(r"\s*<svg[\s>]", first.text)
    assert "max-age" in first.headers["cache-control"]
    again = client.get("/pictures/sample_shop:P1.svg", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/pictures/P1.svg").text == first.text


def test_files_of_the_page_are_a_closed_list(client: httpx.Client) -> None:
    assert client.get("/static/..%2fapp.py").status_code == 404
    assert client.get("/static/app.py").status_code == 404


@pytest.mark.parametrize(
    ("price", "currency", "text"),
    [(1200.0, "GBP", "£1,200.00"), (3.5, "SEK", "3.50 SEK"), (3.5, None, "3.50"), (None, "GBP", "")],
)
def test_prices_read_as_shoppers_expect(price: float | None, currency: str | None, text: str) -> None:
    assert format_price(price, currency) == text

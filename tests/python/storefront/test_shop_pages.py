"""The shop's pages over real HTTP: what a visitor does shows on the next page, and odd input does no harm."""

from __future__ import annotations

import json
import re
from html import unescape

import httpx
import pytest
from live_server import running, settings_in
from published_shops import Shop, publish

from shelfwise.website import create_website


def events(page: httpx.Response) -> list[str]:
    """The names of the events that a page's script sends."""
    (block,) = re.findall(r'<script type="application/json" id="events">(.*?)</script>', page.text)
    return [event["event"] for event in json.loads(block)["events"]]


def shelf(page: httpx.Response) -> list[str]:
    """The products of a page's shelf."""
    section = page.text.partition('class="shelf"')[2].partition("</section>")[0]
    return [unescape(product_id) for product_id in re.findall(r'<li class="card" data-product-id="([^"]+)"', section)]


def add(website: httpx.Client, product_id: str, **fields: str) -> httpx.Response:
    return website.post("/shop/cart", data={"product_id": f"sample_shop:{product_id}", **fields})


def test_the_first_page_has_departments_and_what_is_popular(website: httpx.Client) -> None:
    page = website.get("/shop/")
    assert page.status_code == 200
    assert "Popular now" in page.text
    assert shelf(page) == ["P4", "P1", "P3"]
    assert 'href="/shop/categories/Home"' in page.text
    assert events(page) == []


def test_who_signs_in_sees_the_own_list(website: httpx.Client) -> None:
    page = website.post("/shop/sign-in", data={"customer_id": "sample_shop:C1"})
    assert "Signed in as C1" in page.text
    assert shelf(page)[:2] == ["P2", "P3"]
    assert "You looked at Oak lamp" in page.text
    assert "Signed in as" not in website.post("/shop/sign-out").text


@pytest.mark.parametrize("cookie", ["sample_shop%3AC1!9999999999.00", "sample_shop%3AC1", "!", "x!y.z"])
def test_nobody_is_signed_in_by_a_cookie_of_their_own(website: httpx.Client, cookie: str) -> None:
    website.cookies.set("shelfwise_customer", cookie)
    assert "Signed in as" not in website.get("/shop/").text


def test_a_category_and_a_search_list_products(website: httpx.Client) -> None:
    assert "Linen shade" in website.get("/shop/categories/Home%20%3E%20Light").text
    page = website.get("/shop/search", params={"q": "oak"})
    assert "1 product for “oak”" in page.text
    assert events(page) == ["Products Searched"]
    assert "Nothing has these words" in website.get("/shop/search", params={"q": "zebra"}).text


def test_a_product_says_what_goes_with_it(website: httpx.Client) -> None:
    page = website.get("/shop/products/sample_shop:P1")
    assert "£12.50" in page.text
    assert shelf(page)[:2] == ["P2", "P3"]
    assert "P1" not in shelf(page)
    assert events(page) == ["Product Viewed"]


def test_from_the_basket_to_an_order(website: httpx.Client) -> None:
    add(website, "P1")
    page = add(website, "P2")
    assert "Your basket" in page.text
    assert not {"P1", "P2"} & set(shelf(page))
    assert 'value="3"' in add(website, "P1", units="3").text
    checkout = website.get("/shop/checkout")
    assert events(checkout) == ["Checkout Started"]
    assert "£1,200.00" in checkout.text
    order = website.post("/shop/checkout")
    assert order.url.path == "/shop/order"
    assert events(order) == ["Order Completed"]
    (block,) = re.findall(r'id="events">(.*?)</script>', order.text)
    placed = json.loads(block)["events"][0]["properties"]
    assert [(line["product_id"], line["quantity"], line["price"]) for line in placed["products"]] == [
        ("P2", 1, 1200.0),
        ("P1", 3, 12.5),
    ]
    assert "There is nothing in it yet" in website.get("/shop/cart").text
    assert website.get("/shop/checkout").url.path == "/shop/cart"


def test_what_is_not_for_me_goes_from_every_shelf(website: httpx.Client) -> None:
    page = website.post("/shop/dismiss", data={"product_id": "sample_shop:P4", "back": "/shop/"})
    assert page.url.path == "/shop/"
    assert shelf(page) == ["P1", "P3"]


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/v1/version", "/shop/\\evil", ""])
def test_a_form_leads_to_no_other_site(website: httpx.Client, back: str) -> None:
    page = website.post("/shop/dismiss", data={"product_id": "sample_shop:P4", "back": back})
    assert page.url.path == "/shop/"


def test_a_form_of_another_site_does_nothing(website: httpx.Client) -> None:
    data = {"product_id": "sample_shop:P1"}
    own = {"Origin": str(website.base_url).rstrip("/")}
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, own | {"Sec-Fetch-Site": "cross-site"}):
        assert website.post("/shop/cart", data=data, headers=headers).status_code == 403
    assert "cart" not in website.cookies
    for headers in (own, {"Origin": "null", "Sec-Fetch-Site": "same-origin"}):
        assert website.post("/shop/cart", data=data, headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/shop/products/none", 404),
        ("/shop/categories/none", 404),
        ("/shop/static/none", 404),
        ("/shop/search?page=0", 422),
        ("/shop/search?q=lamp&page=9999", 200),
        ("/shop/static/..%2f..%2fpages.py", 404),
    ],
)
def test_what_is_not_there_is_said(website: httpx.Client, path: str, status: int) -> None:
    assert website.get(path).status_code == status


def test_too_long_a_form_is_refused(website: httpx.Client) -> None:
    assert website.post("/shop/cart", content=b"a=" + b"x" * 20_000).status_code == 413
    assert website.post("/shop/cart", content=b"\xff\xfe=1").status_code == 400
    assert add(website, "none").status_code == 404


def test_titles_and_searches_are_shown_as_text(tmp_path) -> None:
    settings = settings_in(tmp_path)
    attack = "<script>alert(1)</script>\"'--></script>"
    publish(settings, "run-1", [Shop(title=attack)])
    with running(create_website(settings, demo_key="k", demo_secret="s")) as client:
        for path in ("/shop/", "/shop/products/sample_shop:P3", "/shop/search"):
            page = client.get(path, params={"q": attack}).text
            assert "<script>alert" not in page
            assert page.count("</script>") == 3


def test_a_source_that_is_not_published_is_said(tmp_path) -> None:
    settings = settings_in(tmp_path, demo_shop="bakery")
    publish(settings, "run-1")
    with running(create_website(settings, demo_key="k", demo_secret="s")) as client:
        answer = client.get("/shop/")
    assert answer.status_code == 404
    assert "SHELFWISE_DEMO_SHOP" in answer.json()["remedy"]


def test_with_keys_there_is_no_demo_shop(tmp_path) -> None:
    settings = settings_in(tmp_path, server_keys=("a-key-that-is-hard-to-guess",))
    publish(settings, "run-1")
    with running(create_website(settings, demo_key="k", demo_secret="s")) as client:
        assert client.get("/shop/").status_code == 404


def test_metrics_tell_of_lists_and_of_events(website: httpx.Client) -> None:
    website.get("/shop/")
    event = {"anonymousId": "d1", "event": "Product Viewed", "properties": {"product_id": "P1"}, "writeKey": "demo-key"}
    assert website.post("/v1/track", json=event).status_code == 200
    assert website.post("/v1/track", json=event | {"writeKey": "another"}).status_code == 401
    metrics = website.get("/metrics").text.splitlines()
    assert 'shelfwise_lists_total{placement="home",fallback="popular",variant=""} 1' in metrics
    assert "shelfwise_collector_accepted_events_total 1" in metrics
    assert 'shelfwise_collector_refused_requests_total{status="401"} 1' in metrics

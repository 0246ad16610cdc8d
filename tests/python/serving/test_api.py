"""The JSON routes, over HTTP, on one small published shop."""

from __future__ import annotations

import re
from urllib.parse import quote

import httpx
import pytest
from live_server import serving
from published_shops import Shop, publish

from shelfwise.serving import recommending
from shelfwise.serving.schemas import RecommendationsAnswer, SimilarAnswer
from shelfwise.settings import Settings

WEIRD_IDS = [
    "../../etc/passwd",
    "..%2f..%2fetc",
    "C1'; drop table x",
    "<script>alert(1)</script>",
    "名前🛒",
    "a\x00b",
    "a/b",
    ":",
    "::",
]


def ids(products: list[dict[str, object]]) -> list[object]:
    """Return the product ids of a list."""
    return [product["product_id"] for product in products]


@pytest.mark.parametrize("customer_id", ["C1", "sample_shop:C1"])
def test_recommendations_of_a_known_customer(client: httpx.Client, customer_id: str) -> None:
    answer = client.get("/v1/recommendations", params={"customer_id": customer_id, "n": 2})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert re.fullmatch("[0-9a-f]{28}", body.pop("recommendation_id"))
    assert body == {
        "customer_id": "sample_shop:C1",
        "recommendations": [
            {
                "product_id": "sample_shop:P2",
                "title": "Linen shade",
                "price": 1200.0,
                "currency": "GBP",
                "image_url": "https://shop.example/p2.jpg",
                "rank": 1,
                "score": 0.5,
                "reason": "You looked at Oak lamp",
            },
            {
                "product_id": "sample_shop:P3",
                "title": "Wool <b>throw</b>",
                "price": 3.0,
                "currency": "GBP",
                "image_url": "/pictures/sample_shop:P3.svg",
                "rank": 2,
                "score": 0.25,
                "reason": "Goes with Oak lamp",
            },
        ],
        "model_version": "model-run-1",
        "run_id": "run-1",
        "data_until": "2026-11-21T23:59:00Z",
        "fallback": None,
        "placement": "home",
        "variant": None,
    }


def test_a_list_is_filled_up_with_what_is_popular(client: httpx.Client) -> None:
    body = client.get("/v1/recommendations", params={"customer_id": "C1"}).json()
    assert ids(body["recommendations"]) == ["sample_shop:P2", "sample_shop:P3", "sample_shop:P4", "sample_shop:P1"]
    assert [product["rank"] for product in body["recommendations"]] == [1, 2, 3, 4]
    assert body["fallback"] is None
    assert body["recommendations"][2]["reason"] == "Popular with other shoppers"


def test_answers_are_as_openapi_describes_them(client: httpx.Client) -> None:
    for params in ({"customer_id": "C1"}, {}, {"placement": "cart", "item_ids": "P1"}, {"item_ids": "P1", "n": "1"}):
        answer = client.get("/v1/recommendations", params=params)
        RecommendationsAnswer.model_validate_json(answer.content, extra="forbid")
    SimilarAnswer.model_validate_json(client.get("/v1/products/P1/similar").content, extra="forbid")


def test_each_list_has_an_id_of_its_own_and_later_ones_sort_later(client: httpx.Client) -> None:
    made = [client.get("/v1/recommendations").json()["recommendation_id"] for _ in range(20)]
    assert len(set(made)) == 20
    assert [name[:12] for name in made] == sorted(name[:12] for name in made)


@pytest.mark.parametrize(
    ("params", "customer_id"),
    [
        ({"customer_id": "C3"}, "sample_shop:C3"),  # known, without recommendations
        ({"customer_id": "C999"}, "sample_shop:C999"),
        ({"customer_id": ""}, None),
        ({}, None),
        ({"source": "sample_shop"}, None),
    ],
)
def test_popular_products_where_nothing_is_personal(
    client: httpx.Client, params: dict[str, str], customer_id: str | None
) -> None:
    answer = client.get("/v1/recommendations", params=params).json()
    assert (answer["customer_id"], answer["fallback"]) == (customer_id, "popular")
    assert ids(answer["recommendations"]) == ["sample_shop:P4", "sample_shop:P1", "sample_shop:P3"]
    assert {product["reason"] for product in answer["recommendations"]} == {"Popular with other shoppers"}


def test_n_shortens_a_list(client: httpx.Client) -> None:
    answer = client.get("/v1/recommendations", params={"customer_id": "C1", "n": 1}).json()
    assert ids(answer["recommendations"]) == ["sample_shop:P2"]


@pytest.mark.parametrize("path", ["/v1/recommendations", "/v1/products/P1/similar"])
@pytest.mark.parametrize("n", ["0", "-1", "51", "1.5", "many", "", "9" * 40])
def test_a_bad_n_is_refused(client: httpx.Client, path: str, n: str) -> None:
    answer = client.get(path, params={"n": n})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"].startswith("n: ")


def test_similar_products(client: httpx.Client) -> None:
    answer = client.get("/v1/products/P1/similar").json()
    assert (answer["product_id"], answer["fallback"]) == ("sample_shop:P1", None)
    assert ids(answer["similar_products"]) == ["sample_shop:P2", "sample_shop:P3"]
    assert answer["similar_products"][0]["reason"] == "Often bought together"
    assert client.get("/v1/products/sample_shop:P4/similar").json()["similar_products"] == []


def test_an_unknown_product_is_a_problem_with_a_remedy(client: httpx.Client) -> None:
    answer = client.get("/v1/products/P999/similar")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["remedy"]


@pytest.mark.parametrize("weird", WEIRD_IDS)
def test_weird_ids_are_merely_unknown(client: httpx.Client, weird: str) -> None:
    answer = client.get("/v1/recommendations", params={"customer_id": weird})
    assert (answer.status_code, answer.json()["fallback"]) == (200, "popular")
    assert client.get(f"/v1/products/{quote(weird, safe='')}/similar").status_code == 404
    assert client.get(f"/pictures/{quote(weird, safe='')}.svg").status_code == 404


def test_a_very_long_id_is_refused_and_not_echoed(client: httpx.Client) -> None:
    long_id = "x" * 5000
    answer = client.get("/v1/recommendations", params={"customer_id": long_id})
    assert answer.status_code == 422
    assert "xxx" not in answer.text
    assert client.get(f"/v1/products/{long_id}/similar").status_code == 422


def test_an_unknown_source_is_refused(client: httpx.Client) -> None:
    answer = client.get("/v1/recommendations", params={"source": "elsewhere"})
    assert answer.status_code == 422
    assert "sample_shop" in answer.json()["remedy"]


def test_ids_say_their_shop_when_several_are_published(settings: Settings) -> None:
    publish(settings, "run-1", [Shop(), Shop(source="online_retail", namespace="online_retail")])
    with serving(settings) as client:

        def ask(**params: str) -> httpx.Response:
            return client.get("/v1/recommendations", params=params)

        for known in ({"customer_id": "online_retail:C2"}, {"customer_id": "C2", "source": "online_retail"}):
            found = ids(ask(**known).json()["recommendations"])
            assert found == ["online_retail:P1", "online_retail:P4", "online_retail:P3"]
        assert ask(item_ids="P1").status_code == 422
        viewed = ask(item_ids="online_retail:P1", placement="product").json()
        assert ids(viewed["recommendations"])[:2] == ["online_retail:P2", "online_retail:P3"]
        assert ids(ask(item_ids="sample_shop:P1", customer_id="online_retail:C3").json()["recommendations"]) == ids(
            ask(customer_id="online_retail:C3").json()["recommendations"]
        )
        assert ask(customer_id="C2").status_code == 422
        assert ask().status_code == 422
        assert ask(customer_id="sample_shop:C2", source="online_retail").status_code == 422
        stranger = ask(customer_id="online_retail:C999").json()
        assert stranger["fallback"] == "popular"
        assert ids(stranger["recommendations"])[0] == "online_retail:P4"
        assert client.get("/v1/products/P1/similar").status_code == 422
        assert client.get("/v1/products/P1/similar", params={"source": "sample_shop"}).status_code == 200
        assert client.get("/", params={"customer_id": "C2"}).status_code == 422
        assert "online_retail:P1" in client.get("/", params={"customer_id": "C2", "source": "online_retail"}).text


def test_two_sources_may_share_a_shop(settings: Settings) -> None:
    publish(
        settings,
        "run-1",
        extra_sql="""
        insert into dim_products by name
        select 'sample_shop:P9' as product_id, 'a_second_source' as namespace, 'Brass hook' as title
        """,
    )
    with serving(settings) as client:
        assert ids(client.get("/v1/recommendations").json()["recommendations"])[0] == "sample_shop:P4"
        assert client.get("/v1/products/P9/similar").json()["similar_products"] == []


def test_version_says_what_is_served(client: httpx.Client) -> None:
    answer = client.get("/v1/version").json()
    assert answer.pop("loaded_at")
    assert answer == {
        "run_id": "run-1",
        "model_version": "model-run-1",
        "data_until": "2026-11-21T23:59:00Z",
        "published_at": "2026-11-22T04:10:00Z",
        "sources": ["sample_shop"],
        "product_count": 4,
        "customer_count": 3,
        "refused": None,
    }


def test_openapi_describes_every_json_route_and_the_cdn_page_is_off(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/v1/recommendations", "/v1/products/{product_id}/similar", "/healthz", "/readyz", "/v1/version"} <= set(
        paths
    )
    for path in ("/redoc", "/nothing-here"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["status"]) == (404, 404)
    assert client.post("/v1/recommendations").status_code == 405


def test_every_answer_carries_the_security_headers(client: httpx.Client) -> None:
    for path in (
        "/",
        "/v1/recommendations",
        "/nothing-here",
        "/v1/recommendations?n=0",
        "/pictures/sample_shop:P1.svg",
    ):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
    assert client.get("/v1/recommendations").headers["cache-control"] == "no-store"


def test_a_fault_of_ours_is_a_problem_without_its_inside(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the inside")

    publish(settings, "run-1")
    monkeypatch.setattr(recommending, "plan", fail)
    with serving(settings) as client:
        answer = client.get("/v1/recommendations", params={"customer_id": "C1"})
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "the inside" not in answer.text
    assert answer.headers["cache-control"] == "no-store"

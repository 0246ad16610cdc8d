"""Whatever is sent, the answer is a list or a problem, never a fault."""

from __future__ import annotations

import json

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from shelfwise.serving.schemas import RecommendationsAnswer, SimilarAnswer

NAMES = ["customer_id", "device_id", "customer_token", "placement", "item_ids", "cart_ids", "n", "source", "else"]
PRODUCTS = ["p0003", "shop:p0004", "p0059", "nothing", "shop:", ":", ",", "", "p0003,p0004", "shop:p0001,,x,p0002"]
VALUES = st.one_of(
    st.sampled_from([*PRODUCTS, "c", "shop", "home", "cart", "search", "product", "0", "3", "50", "-1", "1e3", "nan"]),
    st.text(max_size=30),
)


@settings(max_examples=300, deadline=None)
@given(params=st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=8))
def test_any_parameters(session_client: httpx.Client, params: list[tuple[str, str]]) -> None:
    is_well_answered(session_client.get("/v1/recommendations", params=params))


@settings(max_examples=200, deadline=None)
@given(query=st.binary(max_size=60))
def test_any_bytes_of_a_query(session_client: httpx.Client, query: bytes) -> None:
    safe = b"".join(b"%c" % byte if 0x21 <= byte < 0x7F and byte != 0x23 else b"%%%02X" % byte for byte in query)
    is_well_answered(session_client.get(httpx.URL("/v1/recommendations", query=safe)))


@settings(max_examples=150, deadline=None)
@given(product_id=st.text(min_size=1, max_size=40), n=VALUES)
def test_any_product(session_client: httpx.Client, product_id: str, n: str) -> None:
    path = "".join(f"%{byte:02X}" for byte in product_id.encode("utf-8", "surrogatepass"))
    is_well_answered(session_client.get(f"/v1/products/{path}/similar", params={"n": n}))


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(st.sampled_from(PRODUCTS[:4]), max_size=6), placement=st.sampled_from(["home", "product", "cart"])
)
def test_equal_questions_get_equal_lists(session_client: httpx.Client, steps: list[str], placement: str) -> None:
    params = {"item_ids": ",".join(steps), "placement": placement}
    first, second = (session_client.get("/v1/recommendations", params=params).json() for _ in range(2))
    assert first.pop("recommendation_id") != second.pop("recommendation_id")
    assert first == second


def is_well_answered(answer: httpx.Response) -> None:
    """Fail on anything but a list or a problem that says what is wrong."""
    assert answer.status_code in (200, 404, 422), answer.text
    body = json.loads(answer.content)
    if answer.status_code == 200:
        model = RecommendationsAnswer if "recommendations" in body else SimilarAnswer
        model.model_validate_json(answer.content, extra="forbid")
        products = body.get("recommendations", body.get("similar_products"))
        assert [product["rank"] for product in products] == list(range(1, len(products) + 1))
    else:
        assert body["detail"]
        assert body["remedy"]

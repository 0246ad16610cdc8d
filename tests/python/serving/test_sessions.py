"""Answers within a session: the scorer of training, over HTTP."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from live_server import settings_in
from published_shops import publish
from session_shops import CATALOGUE, N_PRODUCTS, SessionShop

from shelfwise.scoring.candidates import session_candidates
from shelfwise.scoring.prefixes import Prefixes
from shelfwise.scoring.ranker_file import SavedRanker
from shelfwise.serving import batches
from shelfwise.serving.batches import SessionBatches
from shelfwise.serving.loading import load_current
from shelfwise.serving.schemas import RecommendationsAnswer
from shelfwise.serving.sessions import STEPS_USED, ShopSessions

PRODUCTS = [f"shop:p{number:04}" for number in range(N_PRODUCTS)]
Answer = dict[str, object]


def ask(client: httpx.Client, item_ids: list[str], **params: object) -> httpx.Response:
    """Ask for the next products of a session."""
    return client.get("/v1/recommendations", params={"item_ids": ",".join(item_ids), **params})


def ids(body: dict[str, list[dict[str, object]]]) -> list[object]:
    """Return the product ids of an answer."""
    return [product["product_id"] for product in body["recommendations"]]


@pytest.mark.parametrize("steps", [["shop:p0003"], ["p0003", "p0004", "p0005"], PRODUCTS[10:30], ["p0007", "p0007"]])
def test_the_api_says_what_the_trained_recommender_says(
    session_client: httpx.Client, session_shop: SessionShop, steps: list[str]
) -> None:
    """Up to the cap of five of one category, which training does not know: products below 20 are of one."""
    numbers = session_shop.numbers([f"shop:{step.removeprefix('shop:')}" for step in steps])[-STEPS_USED:]
    prefix = Prefixes.of([numbers])
    n_candidates = len(session_candidates(session_shop.index, prefix).products)
    expected = session_shop.recommender.recommend(session_shop.index, prefix, n_candidates)[0]
    names = [session_shop.index.product_ids[number] for number in expected]
    low = [name for name in names if name < "shop:p0020"]
    allowed = [name for name in names if name not in low[5:]]
    assert len(allowed) >= 5
    body = ask(session_client, steps, n=min(len(allowed), 20)).json()
    assert ids(body) == allowed[:20]
    assert body["fallback"] is None
    scores = [product["score"] for product in body["recommendations"]]
    assert scores == sorted(scores, reverse=True)


def test_the_saved_trees_score_candidates_to_the_last_bit(session_shop: SessionShop) -> None:
    ranker = SavedRanker.load(session_shop.folder / "shop" / "ranker.npz")
    found = session_candidates(session_shop.index, Prefixes.of([[1, 2, 3], [40], [5, 9, 20, 21]]))
    features = found.columns(ranker.feature_names)
    assert np.array_equal(
        ranker.decision_function(features), session_shop.recommender.ranker_.decision_function(features)
    )


def test_reasons_are_about_the_session(session_client: httpx.Client) -> None:
    body = ask(session_client, ["p0030", "p0031"], n=20).json()
    reasons = {product["product_id"]: product["reason"] for product in body["recommendations"]}
    assert reasons["shop:p0030"] == "You looked at this recently"
    assert reasons["shop:p0032"] == "Often viewed together with Thing 31"


def test_what_was_looked_at_comes_again_on_the_home_page_alone(session_client: httpx.Client) -> None:
    steps = ["p0030", "p0031", "p0032"]
    viewed = {f"shop:{step}" for step in steps}
    assert viewed & set(ids(ask(session_client, steps, n=20).json()))
    assert "shop:p0031" not in ids(ask(session_client, steps, n=20, cart_ids="p0031").json())
    for placement in ("product", "cart", "search"):
        assert not viewed & set(ids(ask(session_client, steps, n=50, placement=placement).json()))


def test_unknown_products_of_a_session_are_passed_over(session_client: httpx.Client) -> None:
    known = ask(session_client, ["p0030", "p0031"]).json()
    with_unknown = ask(session_client, ["p0030", "nothing", "p0031", "elsewhere:p1"]).json()
    assert ids(known) == ids(with_unknown)


def test_a_product_without_sessions_falls_back_to_similar_ones_then_to_popular_ones(
    session_client: httpx.Client,
) -> None:
    body = ask(session_client, ["p0059"], n=3).json()
    assert body["fallback"] == "similar"
    assert ids(body) == ["shop:p0007", "shop:p0059", "shop:p0058"]
    assert body["recommendations"][0]["reason"] == "Often bought together"
    assert ask(session_client, ["nothing"], n=3).json()["fallback"] == "popular"


def test_a_cart_that_nothing_is_bought_with_falls_back_to_the_session(session_client: httpx.Client) -> None:
    answer = ask(session_client, ["p0030", "p0031"], placement="cart")
    assert RecommendationsAnswer.model_validate_json(answer.content, extra="forbid").fallback == "session"
    assert "shop:p0032" in ids(answer.json())


def test_a_customers_country_goes_before_the_whole_shop(session_client: httpx.Client) -> None:
    body = session_client.get("/v1/recommendations", params={"customer_id": "c", "n": 2}).json()
    assert (ids(body), body["fallback"]) == (["shop:p0030", "shop:p0059"], "popular_in_country")
    assert body["recommendations"][0]["reason"] == "Popular with shoppers in your country"


def test_asked_at_once_or_one_by_one_the_answers_are_the_same(session_client: httpx.Client) -> None:
    sessions = [[f"p{(start + step) % N_PRODUCTS:04}" for step in range(1 + start % 6)] for start in range(40)]
    alone = [ids(ask(session_client, steps, n=20).json()) for steps in sessions]
    with ThreadPoolExecutor(16) as pool:
        together = list(pool.map(lambda steps: ids(ask(session_client, steps, n=20).json()), sessions))
    assert together == alone


@pytest.fixture(scope="module")
def shop(session_shop: SessionShop, tmp_path_factory: pytest.TempPathFactory) -> ShopSessions:
    """The published shop as the server loads it."""
    settings = settings_in(tmp_path_factory.mktemp("loaded"))
    publish(settings, "run-1", shops=[], extra_sql=CATALOGUE, session_index=session_shop.folder)
    return load_current(settings)[1].sessions["shop"]


@settings(max_examples=30, deadline=None)
@given(sessions=st.lists(st.lists(st.integers(0, N_PRODUCTS - 2), min_size=1, max_size=12), min_size=1, max_size=20))
def test_a_batch_gives_each_session_what_it_gets_alone(shop: ShopSessions, sessions: list[list[int]]) -> None:
    steps = [shop.steps_of(session) for session in sessions]

    async def ask_all() -> list[object]:
        gathered = SessionBatches()
        return await asyncio.gather(*(gathered.next_products(shop, each) for each in steps))

    assert asyncio.run(ask_all()) == [shop.next_products([each])[0] for each in steps]


def test_a_fault_in_a_batch_reaches_each_who_asked(shop: ShopSessions, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no answer")

    monkeypatch.setattr(ShopSessions, "next_products", fail)

    async def ask_all() -> list[object]:
        gathered = SessionBatches()
        asked = [gathered.next_products(shop, [1]) for _ in range(2 * batches.MOST_AT_ONCE + 1)]
        return await asyncio.gather(*asked, return_exceptions=True)

    answers = asyncio.run(ask_all())
    assert len(answers) == 2 * batches.MOST_AT_ONCE + 1
    assert all(isinstance(answer, RuntimeError) for answer in answers)


def test_whoever_has_gone_is_not_answered_and_holds_up_nobody(shop: ShopSessions) -> None:
    async def ask_two() -> object:
        gathered = SessionBatches()
        gone = asyncio.create_task(gathered.next_products(shop, [1]))
        stays = asyncio.create_task(gathered.next_products(shop, [2]))
        await asyncio.sleep(0)
        gone.cancel()
        return await stays

    assert asyncio.run(ask_two()) == shop.next_products([[2]])[0]

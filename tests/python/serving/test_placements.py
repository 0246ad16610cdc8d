"""Where lists come from, and what is never in one."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from live_server import serving, settings_in
from published_shops import publish

from shelfwise.settings import Settings

# Ten products; P5 and P6 are not offered, K products are of one category.
SHOP = """
delete from dim_products;
delete from similar_products;
delete from popular_products;
delete from recommendations;
insert into dim_products by name
select
    'sample_shop:' || id as product_id, 'sample_shop' as namespace, 'Title ' || id as title,
    if(id like 'K%', 'Kitchen', null) as category, id <> 'P6' as is_in_stock
from unnest(['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'K1', 'K2', 'K3', 'K4']) as products (id);
insert into product_offers
select product_id, namespace, product_id not in ('sample_shop:P5', 'sample_shop:P6') from dim_products;
update recommendation_rules set rule_value = 2;
insert into dismissed_recommendations by name
select 'sample_shop:d1' as device_id, customer_id, product_id
from (values (null, 'sample_shop:K4'), ('sample_shop:C2', 'sample_shop:K3')) as waved (customer_id, product_id);
insert into withheld_products values ('sample_shop:C1', 'sample_shop:P3');
insert into recommendations by name
select
    'sample_shop:C1' as customer_id, 'sample_shop' as namespace, rank, 'sample_shop:' || id as product_id,
    1.0 / rank as score, 'For you' as reason
from (values ('K1', 1), ('K2', 2), ('P5', 3), ('K3', 4), ('P1', 5)) as listed (id, rank);
insert into similar_products by name
select
    'sample_shop:' || id as product_id, 'sample_shop' as namespace, rank, 'sample_shop:' || other as similar_product_id,
    score, 'Often viewed together' as reason
from (
    values
        ('P1', 'P2', 1, 0.9), ('P1', 'P6', 2, 0.8), ('P1', 'P4', 3, 0.3), ('P2', 'P1', 1, 0.9), ('P2', 'P4', 2, 0.7),
        ('K1', 'K2', 1, 0.9), ('K1', 'K3', 2, 0.8), ('K1', 'K4', 3, 0.7)
) as pairs (id, other, rank, score);
insert into basket_affinity by name
select
    'sample_shop' as namespace, 'sample_shop:' || id as product_id, rank, 'sample_shop:' || other as other_product_id,
    9 as order_count, confidence
from (
    values ('P1', 'P3', 1, 0.5), ('P1', 'P4', 2, 0.4), ('P2', 'P4', 1, 0.3), ('P2', 'P5', 2, 0.9), ('P2', 'P1', 3, 0.2)
) as pairs (id, other, rank, confidence);
insert into popular_products by name
select
    'sample_shop' as namespace, 'all' as segment_type, 'all' as segment, rank, 'sample_shop:' || id as product_id,
    0.1 as score, 1 as buyer_count
from (values ('P6', 1), ('K4', 2), ('K3', 3), ('K2', 4), ('P3', 5), ('P1', 6)) as popular (id, rank);
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a server of the shop above."""
    settings = settings_in(tmp_path_factory.mktemp("placements"))
    publish(settings, "run-1", extra_sql=SHOP)
    with serving(settings) as client:
        yield client


def listed(client: httpx.Client, **params: object) -> tuple[list[str], str | None]:
    """Return the ids of a list, without the shop's name, and its fallback."""
    answer = client.get("/v1/recommendations", params=params)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    return [product["product_id"].partition(":")[2] for product in body["recommendations"]], body["fallback"]


def test_a_customers_list_keeps_the_rules_and_is_filled_up(shop: httpx.Client) -> None:
    """P5 is not offered, K3 is the third of its category, P3 is withheld from this customer."""
    assert listed(shop, customer_id="C1") == (["K1", "K2", "P1"], None)


def test_a_stranger_sees_what_is_popular_under_the_same_rules(shop: httpx.Client) -> None:
    assert listed(shop) == (["K4", "K3", "P3", "P1"], "popular")
    assert listed(shop, customer_id="C3", n=2) == (["K4", "K3"], "popular")


def test_what_was_waved_away_is_not_shown_to_the_device_nor_the_customer(shop: httpx.Client) -> None:
    assert listed(shop, device_id="d1") == (["K2", "P3", "P1"], "popular")
    assert listed(shop, customer_id="C2") == (["K4", "K2", "P3", "P1"], "popular")
    assert listed(shop, device_id="d2") == listed(shop)


def test_what_is_in_the_cart_is_never_shown(shop: httpx.Client) -> None:
    assert listed(shop, customer_id="C1", cart_ids="K1") == (["K2", "K3", "P1"], None)


def test_a_product_page_shows_what_goes_with_the_product(shop: httpx.Client) -> None:
    assert listed(shop, placement="product", item_ids="P1", n=2) == (["P2", "P4"], None)


def test_what_goes_with_a_product_may_all_be_of_its_category(shop: httpx.Client) -> None:
    assert listed(shop, placement="product", item_ids="K1", n=3) == (["K2", "K3", "K4"], None)


def test_a_cart_shows_what_is_bought_together_with_all_of_it(shop: httpx.Client) -> None:
    """P4 goes with both (0.4 + 0.3), P3 with one (0.5); P5 is not offered, P1 is in the cart."""
    assert listed(shop, placement="cart", item_ids="P1,P2", n=2) == (["P4", "P3"], None)
    body = shop.get("/v1/recommendations", params={"placement": "cart", "item_ids": "P1,P2", "n": 1}).json()
    assert body["recommendations"][0]["reason"] == "Often bought together with Title P1"
    assert body["recommendations"][0]["score"] == pytest.approx(0.7)


def test_a_cart_of_what_nothing_is_bought_with_falls_back_to_what_is_similar(shop: httpx.Client) -> None:
    assert listed(shop, placement="cart", item_ids="K1", n=2) == (["K2", "K3"], "similar")


def test_a_search_shows_what_goes_with_all_that_was_found(shop: httpx.Client) -> None:
    """P4 goes with both (0.3 + 0.7); what was found is on the page already."""
    assert listed(shop, placement="search", item_ids="P1,P2", n=1) == (["P4"], None)


def test_known_customers_never_see_what_is_withheld(shop: httpx.Client) -> None:
    for params in (
        {"placement": "cart", "item_ids": "P1"},
        {"placement": "product", "item_ids": "P1"},
        {"item_ids": "P1,P2"},
        {"placement": "search"},
    ):
        assert "P3" not in listed(shop, customer_id="C1", n=50, **params)[0]
    assert "P3" in listed(shop, placement="cart", item_ids="P1", n=50)[0]


@pytest.mark.parametrize("placement", ["home", "product", "cart", "search"])
@pytest.mark.parametrize("items", ["", "P1", "P1,P2,K1", "nothing", "P5", ",,P1,"])
@pytest.mark.parametrize("customer", ["", "C1", "C2"])
def test_no_answer_breaks_a_rule(shop: httpx.Client, placement: str, items: str, customer: str) -> None:
    found, _ = listed(shop, placement=placement, item_ids=items, customer_id=customer, n=50)
    assert len(set(found)) == len(found)
    assert not {"P5", "P6"} & set(found)
    if placement != "home":
        assert not set(items.split(",")) & set(found)
    if not (placement == "product" and items in ("P1", "P5", ",,P1,")):
        assert sum(name.startswith("K") for name in found) <= 2


def test_similar_products_keep_the_rules(shop: httpx.Client) -> None:
    body = shop.get("/v1/products/P1/similar").json()
    assert [product["product_id"] for product in body["similar_products"]] == ["sample_shop:P2", "sample_shop:P4"]
    assert [product["rank"] for product in body["similar_products"]] == [1, 2]
    empty = shop.get("/v1/products/P6/similar").json()
    assert (empty["similar_products"], empty["fallback"]) == ([], "none")


def test_an_empty_shop_gives_an_empty_list_and_says_so(settings: Settings) -> None:
    publish(settings, "run-1", shops=[])
    with serving(settings) as client:
        assert listed(client, customer_id="C1", item_ids="P1,P2", placement="cart") == ([], "none")


def test_too_many_or_too_long_items_are_refused(shop: httpx.Client) -> None:
    for items in (",".join(["P1"] * 51), "x" * 201):
        answer = shop.get("/v1/recommendations", params={"item_ids": items})
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
        assert "item_ids" in answer.json()["detail"]
    assert listed(shop, item_ids=",".join(["P1"] * 50))[0]
    assert shop.get("/v1/recommendations", params={"placement": "garage"}).status_code == 422


def test_a_version_of_an_earlier_release_is_served_with_the_rules_it_knows(settings: Settings) -> None:
    older = "; ".join(
        f"drop table {name}"
        for name in (
            "product_offers",
            "withheld_products",
            "recommendation_rules",
            "basket_affinity",
            "dim_experiment_arms",
            "dismissed_recommendations",
        )
    )
    publish(settings, "run-1", extra_sql=f"{SHOP}; {older}")
    with serving(settings) as client:
        assert listed(client, customer_id="C1") == (["K1", "K2", "P5", "K3", "P1", "K4", "P3"], None)

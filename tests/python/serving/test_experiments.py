"""Arms by a hash that SQL can repeat."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from live_server import serving
from published_shops import publish

from shelfwise.serving.experiments import Arm, Experiment, arm_of, assign, place_of
from shelfwise.serving.loading import load_current
from shelfwise.settings import Settings

TODAY = date(2026, 11, 23)
HALVES = (Arm("control", "popular", 0, 0.5), Arm("trained", "trained", 0.5, 1))
EXPERIMENTS = """
insert into dim_experiment_arms by name
select
    experiment_name, 'sample_shop' as namespace, arm, arm_number, share_from, share_until, unit, date '2020-01-01'
    as starts_on, placement, strategy
from (
    values
        ('home_test', 'popular', 1, 0, 0.5, 'customer', 'home', 'popular'),
        ('home_test', 'trained', 2, 0.5, 1, 'customer', 'home', 'trained'),
        ('cart_test', 'similar', 1, 0, 1, 'device', 'cart', 'similar')
) as rows (experiment_name, arm, arm_number, share_from, share_until, unit, placement, strategy);
"""


def experiment(**others: object) -> Experiment:
    """An experiment that runs now, everywhere, on customers."""
    made = {
        "name": "test", "namespace": "shop", "unit": "customer", "placement": None, "starts_on": TODAY, "ends_on": None,
        "arms": HALVES,
    }  # fmt: skip
    return Experiment(**{**made, **others})


@given(st.text("abc:|é🛒 09", max_size=12), st.text("abc:|é🛒 09", max_size=12))
def test_sql_finds_the_same_place(name: str, unit: str) -> None:
    found = duckdb.execute(
        "select ('0x' || substr(sha256(? || ':' || ?), 1, 16))::ubigint::double / 18446744073709551616.0", [name, unit]
    ).fetchall()
    assert found == [(place_of(name, unit),)]
    assert 0 <= place_of(name, unit) <= 1


def test_arms_get_their_shares_and_who_is_left_takes_no_part() -> None:
    arms = (Arm("a", "popular", 0, 0.2), Arm("b", "trained", 0.2, 0.7))
    found = Counter(
        arm.name if (arm := arm_of(experiment(arms=arms), f"shop:c{number}")) else None for number in range(20_000)
    )
    assert found["a"] / 20_000 == pytest.approx(0.2, abs=0.015)
    assert found["b"] / 20_000 == pytest.approx(0.5, abs=0.015)
    assert found[None] / 20_000 == pytest.approx(0.3, abs=0.015)


def test_two_experiments_draw_apart() -> None:
    one, other = experiment(name="one"), experiment(name="other")
    same = sum(arm_of(one, f"c{number}") is arm_of(other, f"c{number}") for number in range(10_000))
    assert same / 10_000 == pytest.approx(0.5, abs=0.03)


def test_every_place_is_in_one_arm() -> None:
    for place in (0.0, 0.25, 0.5, 0.75, 1.0):
        assert sum(arm.holds(place) for arm in HALVES) == 1


def test_an_experiment_runs_on_its_days_on_its_placement_in_its_shop() -> None:
    running = experiment(placement="home", ends_on=TODAY + timedelta(days=1))
    assert assign([running], "home", "shop:c", None, TODAY)
    assert assign([running], "home", "shop:c", None, TODAY + timedelta(days=1))
    assert assign([running], "home", "shop:c", None, TODAY - timedelta(days=1)) is None
    assert assign([running], "home", "shop:c", None, TODAY + timedelta(days=2)) is None
    assert assign([running], "cart", "shop:c", None, TODAY) is None
    assert assign([running], "home", "other:c", None, TODAY) is None
    assert assign([running], "home", None, "shop:d", TODAY) is None
    assert assign([experiment(unit="device")], "cart", None, "shop:d", TODAY)


def test_each_arm_shows_its_list_and_says_so(settings: Settings) -> None:
    publish(settings, "run-1", extra_sql=EXPERIMENTS)
    with serving(settings) as client:

        def ask(**params: str) -> dict[str, object]:
            return client.get("/v1/recommendations", params=params).json()

        seen = {}
        for number in range(1, 30):
            body = ask(customer_id=f"C{number}")
            seen[body["variant"]] = number
            assert ask(customer_id=f"C{number}")["variant"] == body["variant"]
            place = place_of("home_test", f"sample_shop:C{number}")
            assert body["variant"] == ("home_test/popular" if place < 0.5 else "home_test/trained")
        assert set(seen) == {"home_test/popular", "home_test/trained"}
        cart = ask(placement="cart", item_ids="P1", device_id="d1", n="2")
        assert cart["variant"] == "cart_test/similar"
        assert [product["product_id"] for product in cart["recommendations"]] == ["sample_shop:P2", "sample_shop:P3"]
        assert ask(placement="cart", item_ids="P1")["variant"] is None
        assert ask(device_id="d1")["variant"] is None


def test_the_popular_arm_shows_known_customers_what_is_popular(settings: Settings) -> None:
    everyone = EXPERIMENTS.replace("0, 0.5, 'customer'", "0, 1, 'customer'")
    publish(settings, "run-1", extra_sql=everyone)
    with serving(settings) as client:
        body = client.get("/v1/recommendations", params={"customer_id": "C1"}).json()
    assert [product["product_id"] for product in body["recommendations"]][:2] == ["sample_shop:P4", "sample_shop:P1"]
    assert body["fallback"] is None


@pytest.mark.parametrize("broken", ["strategy = 'guessing'", "unit = 'household'"])
def test_an_experiment_that_makes_no_sense_is_not_run(
    settings: Settings, broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    publish(settings, "run-1", extra_sql=f"{EXPERIMENTS} update dim_experiment_arms set {broken} where arm = 'popular'")
    _, lookups = load_current(settings)
    assert [one.name for one in lookups.experiments] == ["cart_test"]
    assert "home_test" in caplog.text

"""The loop's shoppers are honest, its books are right; the whole of it, small, is exhaustive."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import httpx
import numpy as np
from exhaustive import EXHAUSTIVE

from bench.loop.days import Town
from bench.loop.nights import add_experiment, make_checkout
from bench.loop.results import count_lost
from bench.loop.website import Event, Website
from shelfwise.files import swap_symlink
from shelfwise.sample_shop.parameters import ShopParameters
from shelfwise.settings import Settings

HISTORY = 14
Chooser = Callable[[Town, Mapping[str, Any]], Sequence[int]]


class ToldWebsite(Website):
    """Answers with lists that the test chooses, and keeps what it is told."""

    def __init__(self, town: Town, choose: Chooser, variant: str = "none") -> None:
        super().__init__(httpx.Client(), "key", "sample_shop")
        self.town, self.choose, self.variant = town, choose, variant
        self.told: list[Event] = []

    def recommend(self, **query: str | int | None) -> Mapping[str, Any]:
        ids = self.town.preferences.catalogue.product_ids
        listed = [{"product_id": f"sample_shop:{ids[product]}"} for product in self.choose(self.town, query)]
        return {
            "recommendation_id": "r",
            "variant": self.variant,
            "model_version": self.variant,
            "recommendations": listed,
        }

    def send(self, events: Sequence[Event], *, twice: bool = False) -> None:  # noqa: ARG002  as its parent
        with self._lock:
            self.told.extend(events)

    def click_through(self) -> float:
        seen = sum(len(event["properties"]["products"]) for event in self.of("Recommendation Viewed"))
        return len(self.of("Recommendation Clicked")) / seen

    def of(self, name: str) -> list[Event]:
        return [event for event in self.told if event.get("event") == name]


def a_town() -> Town:
    return Town.after(ShopParameters(3, 200, HISTORY, date(2026, 9, 9)))


def best_sellers(town: Town, _: Mapping[str, Any]) -> Sequence[int]:
    return np.argsort(-town.preferences.catalogue.popularity)[:6].tolist()


def least_sold(town: Town, _: Mapping[str, Any]) -> Sequence[int]:
    return np.argsort(town.preferences.catalogue.popularity)[:6].tolist()


def browsed(tmp_path: Path, choose: Chooser, variant: str = "none", days: int = 2) -> ToldWebsite:
    website = ToldWebsite(a_town(), choose, variant)
    for day in range(HISTORY, HISTORY + days):
        website.town.browse(day, website, Settings(data_dir=tmp_path))
    return website


def without_message_ids(events: Sequence[Event]) -> list[str]:
    return sorted(json.dumps({**event, "messageId": ""}, sort_keys=True, default=str) for event in events)


def test_shoppers_see_products_and_nothing_of_the_arm(tmp_path: Path) -> None:
    one = browsed(tmp_path / "one", best_sellers, "loop/popular")
    other = browsed(tmp_path / "other", best_sellers, "loop/trained")
    assert min(len(one.of(f"Recommendation {done}")) for done in ("Viewed", "Clicked")) > 0
    assert one.of("Order Completed")
    assert without_message_ids(one.told) == without_message_ids(other.told)


def test_shoppers_click_what_they_like(tmp_path: Path) -> None:
    liked, disliked = browsed(tmp_path / "liked", best_sellers, days=4), browsed(tmp_path / "not", least_sold, days=4)
    assert liked.click_through() > 2 * disliked.click_through()


def test_an_order_that_is_told_has_landed(tmp_path: Path) -> None:
    website = browsed(tmp_path, best_sellers)
    landed = duckdb.read_parquet(str(tmp_path / "landing/sample_shop/orders/dt=*/*.parquet"), hive_partitioning=False)
    told = {event["properties"]["order_id"] for event in website.of("Order Completed")}
    assert {row[0] for row in landed.select("order_id").fetchall()} == told


def test_only_what_was_acknowledged_whole_is_in_the_books() -> None:
    answers = iter(
        [
            httpx.Response(200, json={"success": True}),
            httpx.Response(503),
            httpx.Response(200, json={"success": True, "accepted": 1, "rejected": 1, "reasons": {"bad": 1}}),
        ]
    )
    client = httpx.Client(transport=httpx.MockTransport(lambda _: next(answers)), base_url="http://shop")
    website = Website(client, "key", "sample_shop")
    for name in ("kept", "refused", "half"):
        website.send([{"messageId": name, "event": "Product Viewed", "properties": {}}])
    assert website.books.acknowledged == {"kept": 1}
    assert (website.books.requests, website.books.errors, website.books.events) == (3, 2, 1)


def test_lost_and_doubled_events_are_found(tmp_path: Path) -> None:
    settings = Settings(project_dir=tmp_path, data_dir=tmp_path / "data")
    version = settings.published_path / "versions" / "run-1"
    version.mkdir(parents=True)
    ids = ["s:whole", "s:list", "s:list/2", "s:part", "s:twice", "s:twice/2"]
    with duckdb.connect(str(version / "warehouse.duckdb")) as connection:
        connection.execute("create table fct_events as select unnest($1) as event_id, 'web' as source_name", [ids])
    manifest = {
        "run_id": "run-1", "published_at": "2026-10-01T00:00:00Z", "data_until": None,
        "row_counts": {"landing": {}, "marts": {}}, "gate": "passed", "model_version": None, "versions": {},
        "checksums": {},
    }  # fmt: skip
    (version / "manifest.json").write_text(json.dumps(manifest))
    swap_symlink(settings.published_path / "current", "versions/run-1")
    acknowledged = {"whole": 1, "list": 2, "part": 2, "twice": 1, "gone": 1}
    assert count_lost(settings, acknowledged) == (2, 1)


def test_the_experiment_is_a_row_of_a_checkout_of_its_own(project_dir: Path, tmp_path: Path) -> None:
    before = (project_dir / "seeds" / "experiments.csv").read_text()
    make_checkout(project_dir, tmp_path / "checkout")
    add_experiment(tmp_path / "checkout", "loop", "home", (("a", "popular"), ("b", "trained")), date(2026, 9, 10))
    assert (project_dir / "seeds" / "experiments.csv").read_text() == before
    rows = duckdb.read_csv(str(tmp_path / "checkout" / "seeds" / "experiments.csv"))
    assert rows.select("arm, strategy, share, is_control, starts_on").fetchall() == [
        ("a", "popular", 0.5, True, date(2026, 9, 10)),
        ("b", "trained", 0.5, False, date(2026, 9, 10)),
    ]


@EXHAUSTIVE[0]
@EXHAUSTIVE[1]
def test_two_days_and_nights_lose_nothing(project_dir: Path) -> None:
    size = ["--customers", "500", "--days", "2", "--workers", "1"]
    done = subprocess.run([sys.executable, "-m", "bench.loop", *size], cwd=project_dir, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads((project_dir / "build" / "bench" / "loop.json").read_text())
    assert (found["errors"], found["lost_events"], found["doubled_events"]) == (0, 0, 0)
    assert found["sessions"] > 20
    # two days are no experiment
    assert found["verdict"] == found["aa_verdict"] == "not enough data yet"

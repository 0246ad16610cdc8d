"""From a request to a fact: a run asks the collector that is at work, and dbt builds on what has landed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from live_collector import KEY, Event, collecting, event, on_disk

from shelfwise.collector.rows import device_of_server
from shelfwise.errors import ShelfwiseError
from shelfwise.pipeline.history import RunOptions
from shelfwise.pipeline.land import default_sources, land_collected
from shelfwise.settings import Settings


@pytest.fixture
def settings(project_dir: Path, tmp_path: Path) -> Settings:
    return Settings(project_dir=project_dir, data_dir=tmp_path, sources=("web",), threads=1, write_keys=f"{KEY}:tea")


def now(name: str, **changes: object) -> Event:
    """An event of this moment: an old one would be quarantined some day."""
    return event(name, **changes) | {"timestamp": None}


def land(settings: Settings) -> list[str]:
    told: list[str] = []
    land_collected(settings, RunOptions(), told.append)
    return told


def test_a_run_has_web_among_its_sources_once_events_were_taken(settings: Settings) -> None:
    assert default_sources(settings) == ("sample_shop",)
    with collecting(settings) as client:
        client.post("/v1/track", json=event())
        assert default_sources(settings) == ("web",)
        assert land(settings) == []
        assert on_disk(settings) == []
    assert default_sources(settings) == ("web",)


def test_a_run_of_web_alone_says_what_is_missing(settings: Settings) -> None:
    with pytest.raises(ShelfwiseError, match="nothing landed for web") as caught:
        land(settings)
    assert "shelfwise collect" in caught.value.remedy


@pytest.mark.slow
def test_what_was_sent_a_moment_ago_is_a_fact_once(settings: Settings, dbt: Callable[..., str]) -> None:
    order = {
        "order_id": "o1",
        "currency": "GBP",
        "products": [
            {"product_id": "p1", "price": 12.5, "quantity": 2},
            {"product_id": "p2", "price": 1, "quantity": 1},
        ],
    }
    dismissed = {"product_id": "p1", "recommendation_id": "r1"}
    sent = [
        now("viewed"),
        now("bought", event="Order Completed", properties=order),
        now("bought", event="Order Completed", properties=order),  # the sender had not heard that it was taken
        now("dismissed", event="Recommendation Dismissed", properties=dismissed),
        now("server", anonymousId=None, userId="c1"),
        now("coupon", event="Coupon Entered"),
    ]
    with collecting(settings) as client:
        for one in sent:
            assert client.post("/v1/track", json=one).status_code == 200
        land(settings)
        client.post("/v1/track", json=now("later"))

        build = ["build", "--quiet", "--select", "+fct_events", "+quarantined_rows"]
        only_events = ["--vars", '{"events_only_sources": ["web"]}']
        dbt(settings, *build, "--exclude-resource-type", "test", "unit_test", *only_events)

    with duckdb.connect(str(settings.build_database), read_only=True) as connection:
        facts = connection.execute(
            "select event_id, event_name, device_id, product_id, recommendation_id from fct_events order by event_id"
        ).fetchall()
        quarantined = connection.execute("select reason, count(*) from quarantined_rows group by all").fetchall()
    assert facts == [
        ("tea:mbought", "purchase", "tea:d1", "tea:p1", None),
        ("tea:mbought/2", "purchase", "tea:d1", "tea:p2", None),
        ("tea:mdismissed", "dismiss_recommendation", "tea:d1", "tea:p1", "tea:r1"),
        ("tea:mserver", "view_item", f"tea:{device_of_server('c1')}", "tea:p1", None),
        ("tea:mviewed", "view_item", "tea:d1", "tea:p1", None),
    ]
    assert quarantined == [("unknown_event_name", 1)]

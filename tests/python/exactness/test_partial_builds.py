"""Builds of some models only, between landings: the next whole build must still end where a full refresh ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from comparison import summary
from landed import land, named, own_path
from loads import Loads
from shops import event, load, page, product, shop_of
from warehouses import ask

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800), pytest.mark.xdist_group("partial_builds")]

EVENT_DAY_INDEX = "intermediate.int_events__classified__days_of_"

SHOP = shop_of(
    "partly",
    load(1, product("p1"), event("e1", "2026-03-01 10:00:00")),
    load(1, page("e2", "2026-03-02 10:00:00"), name="mistaken"),
    load(1, page("e3", "2026-03-03 10:00:00"), name="corrected"),
    load(2, page("e4", "2026-03-04 10:00:00"), name="correction", supersedes="corrected"),
    load(3, page("e5", "2026-03-01 12:00:00", device="d2", user_agent="ExampleBot/1.0 (+https://bot.example)")),
)


def test_what_was_built_in_parts_is_made_good(make_loads: Callable[..., Loads], tmp_path: Path) -> None:
    loads = make_loads(tmp_path, sources=("web", "shop"), for_training=False)
    landing = loads.loaded.landing_path

    def whole() -> None:
        loads.run(loads.loaded, "run", *loads.excluded())

    def events() -> list[tuple[object, ...]]:
        return ask(loads.loaded, "select split_part(event_id, ':', 2) from fct_events order by all")

    land([SHOP], 1, landing)
    loads.run(loads.loaded, "seed")
    whole()
    land([SHOP], 2, landing)
    whole()
    assert events() == [("e1",), ("e2",), ("e4",)]

    # two files are gone, and marts are built from facts that still hold them
    (landing / own_path(SHOP, named(SHOP, "mistaken", "web.events"))).unlink()
    (landing / own_path(SHOP, named(SHOP, "correction", "web.events"))).unlink()
    loads.run(loads.loaded, "run", "--select", "daily_funnel", "int_daily_visitors", "search_terms", "cart_abandonment")
    whole()
    assert events() == [("e1",), ("e3",)]

    # the events' index of days is gone: they are asked themselves, and it is made again
    with duckdb.connect(str(loads.loaded.build_database)) as connection:
        for of in ("events", "devices"):
            connection.execute(f"drop table {EVENT_DAY_INDEX}{of}")

    # an agent that int_user_agents has not read, in a build that closes the books without it
    land([SHOP], 3, landing)
    loads.run(loads.loaded, "run", "--select", "int_events__classified+", *loads.excluded())
    whole()
    assert events() == [("e1",), ("e3",)]

    assert ask(loads.loaded, f"select count(*) > 0 from {EVENT_DAY_INDEX}events") == [(True,)]

    loads.refresh()
    found = loads.compare()
    assert not found, summary(found)

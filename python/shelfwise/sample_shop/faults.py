"""Real life's faults: what goes wrong between a shop and its warehouse, each kind counted.

Faults are added to the true history and take nothing from it: every true event and order line lands unharmed, late at
worst, so that a warehouse which removes exactly the faults has exactly the truth.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from shelfwise.sample_shop import pages
from shelfwise.sample_shop.catalogue import Ints
from shelfwise.sample_shop.events import DETAILS
from shelfwise.sample_shop.simulation import DAY, SECOND, Shop
from shelfwise.sample_shop.user_agents import BOT_USER_AGENTS, USER_AGENTS

LATE_SHARE = 0.008
OFFLINE_SHARE = 0.012
DUPLICATE_SHARE = 0.01
MALFORMED_SHARE = 0.0002  # of each kind
BOT_SHARE = 0.02
BEHAVIOURAL_BOTS = 4
DEVICES_PER_BOT_AGENT = 2
YEAR = 365 * DAY
FaultCounts = dict[str, int]


def receive_events(shop: Shop, counts: FaultCounts) -> pd.DataFrame:
    """Return the true events as a collector takes them in: `key` (unique), `agent` and `received` added.

    Most arrive within seconds, some when a phone is online again, and a few one to five days late.
    """
    rng = shop.parameters.random("received")
    end = shop.parameters.days * DAY - 1
    events = shop.events.drop(columns=["visit", "step"])
    occurred = events["occurred"].to_numpy()
    delay = (50 + rng.exponential(700, len(events))).astype(np.int64)
    offline = rng.random(len(events)) < OFFLINE_SHARE
    delay[offline] = rng.integers(60 * SECOND, 1_200 * SECOND, offline.sum())
    delay = np.minimum(delay, end - occurred)
    lateness = rng.integers(DAY, 5 * DAY, len(events))
    late = (rng.random(len(events)) < LATE_SHARE) & (occurred + lateness <= end)
    counts["late_events"] = int(late.sum())
    agent = shop.preferences.people.device_agent[events["device"]]
    received = occurred + np.where(late, lateness, delay)
    return events.assign(key=np.arange(len(events)), agent=agent, currency=0, received=received)


def add_event_faults(shop: Shop, events: pd.DataFrame, counts: FaultCounts) -> pd.DataFrame:
    """Return the events with bots, malformed rows and repeated deliveries added."""
    rng = shop.parameters.random("event faults")
    added = [
        crawl(shop, len(events), rng, counts),
        browse_like_a_machine(shop, len(events), rng, counts),
        malform(shop, events, rng, counts),
    ]
    key = len(events)
    for rows in added:
        rows["key"] = np.where(rows["key"] < 0, rows["key"], np.arange(key, key + len(rows)))
        key += len(rows)
    return pd.concat([events, *added, repeat(shop, events, rng, counts)], ignore_index=True)


def crawl(shop: Shop, event_count: int, rng: np.random.Generator, counts: FaultCounts) -> pd.DataFrame:
    """Return page views of crawlers, which say so in their user agent."""
    devices = len(BOT_USER_AGENTS) * DEVICES_PER_BOT_AGENT
    runs = max(devices, round(event_count * BOT_SHARE / 35))
    length = rng.integers(10, 61, runs)
    device = np.where(np.arange(runs) < devices, np.arange(runs), rng.integers(0, devices, runs))
    rows = machine_run(shop, length, device, 3 * SECOND, rng)
    rows["agent"] = len(USER_AGENTS) + rows["device"] // DEVICES_PER_BOT_AGENT
    rows["device"] += len(shop.preferences.people.device_agent)
    counts["bot_user_agent_events"], counts["bot_user_agent_devices"] = len(rows), devices
    return rows


def browse_like_a_machine(shop: Shop, event_count: int, rng: np.random.Generator, counts: FaultCounts) -> pd.DataFrame:
    """Return hundreds of product pages in a machine's rhythm, under a person's user agent."""
    runs = max(1, round(event_count * BOT_SHARE / 3 / 350))
    devices = min(runs, BEHAVIOURAL_BOTS)
    device = np.arange(runs) % devices
    rows = machine_run(shop, rng.integers(250, 451, runs), device, 2 * SECOND, rng)
    is_report = np.arange(len(rows)) % 2 == 1
    rows["name"] = np.where(is_report, pages.VIEW_ITEM, pages.PAGE_VIEW)
    product = np.repeat(rows["product"].to_numpy()[::2], 2)[: len(rows)]
    rows["page"] = pages.FIRST_PRODUCT_PAGE + product
    rows["product"] = np.where(is_report, product, -1)
    day = rows["occurred"].to_numpy() // DAY
    rows["price"] = np.where(is_report, shop.preferences.catalogue.prices[day, product], -1)
    rows["agent"] = rows["device"] % len(USER_AGENTS)
    rows["device"] += len(shop.preferences.people.device_agent) + len(BOT_USER_AGENTS) * DEVICES_PER_BOT_AGENT
    counts["behavioural_bot_events"], counts["behavioural_bot_devices"] = len(rows), devices
    return rows


def machine_run(shop: Shop, length: Ints, device: Ints, pause: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return product page views in runs of the given lengths, one every `pause` milliseconds within a tenth."""
    catalogue = shop.preferences.catalogue
    total = int(length.sum())
    start = np.repeat(rng.integers(0, shop.parameters.days * DAY - 2_000 * SECOND, len(length)), length)
    place = np.arange(total) - np.repeat(np.cumsum(length) - length, length)
    known = np.flatnonzero(catalogue.launch_day < 0)
    product = known[(rng.integers(0, len(known)) + np.arange(total)) % len(known)]
    occurred = start + place * pause + rng.integers(0, pause // 10, total)
    return empty_events(total).assign(
        name=pages.PAGE_VIEW, page=pages.FIRST_PRODUCT_PAGE + product, product=product, key=0,
        device=np.repeat(device, length), occurred=occurred, received=occurred + 120,
    )  # fmt: skip


def empty_events(count: int) -> pd.DataFrame:
    """Return events that carry nothing yet."""
    return pd.DataFrame({**dict.fromkeys((*DETAILS, "customer", "agent"), -1), "currency": 0}, index=range(count))


def malform(shop: Shop, events: pd.DataFrame, rng: np.random.Generator, counts: FaultCounts) -> pd.DataFrame:
    """Return copies of events, each with one field that cannot be."""
    kinds: dict[str, tuple[int, str, Callable[[Ints], Ints]]] = {
        "null_event_id": (pages.PAGE_VIEW, "key", constant(-1)),
        "null_device_id": (pages.PAGE_VIEW, "device", constant(-1)),
        "unknown_event_name": (pages.PAGE_VIEW, "name", constant(len(pages.EVENT_NAMES))),
        "timestamp_in_past": (pages.PAGE_VIEW, "occurred", lambda times: times - 9 * YEAR),
        "timestamp_in_future": (pages.VIEW_ITEM, "occurred", lambda times: times + 6 * YEAR),
        "negative_price": (pages.VIEW_ITEM, "price", constant(-999)),
        "absurd_price": (pages.ADD_TO_CART, "price", constant(999_999_999_00)),
        "nonpositive_quantity": (pages.PURCHASE, "quantity", lambda units: -2 * (np.arange(len(units)) % 2)),
        "unknown_product": (pages.VIEW_ITEM, "product", constant(len(shop.preferences.catalogue))),
        "unknown_currency": (pages.ADD_TO_CART, "currency", constant(1)),
    }
    each = max(3, round(len(events) * MALFORMED_SHARE))
    malformed = []
    for kind, (name, field, spoil) in kinds.items():
        pool = np.flatnonzero(events["name"] == name)
        rows = events.iloc[np.sort(rng.choice(pool, each))] if len(pool) else events.iloc[:0]
        rows = rows.assign(key=0)
        counts[kind] = len(rows)
        malformed.append(rows.assign(**{field: spoil(rows[field].to_numpy())}))
    return pd.concat(malformed, ignore_index=True)


def constant(value: int) -> Callable[[Ints], Ints]:
    """Return a function that puts one value in every place."""
    return lambda values: np.full_like(values, value)


def repeat(shop: Shop, events: pd.DataFrame, rng: np.random.Generator, counts: FaultCounts) -> pd.DataFrame:
    """Return events that the sender delivers once more: seconds to hours later, or days."""
    count = len(events)
    soon = rng.integers(SECOND, 7_200 * SECOND, count)
    days_later = rng.integers(DAY, 3 * DAY, count)
    received = events["received"].to_numpy() + np.where(rng.random(count) < 0.75, soon, days_later)
    chosen = (rng.random(count) < DUPLICATE_SHARE) & (received < shop.parameters.days * DAY)
    counts["duplicate_events"] = int(chosen.sum())
    return events[chosen].assign(received=received[chosen])


def add_order_faults(
    shop: Shop, orders: pd.DataFrame, lines: pd.DataFrame, counts: FaultCounts
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return orders and lines with the shop staff's test orders, lines without an order, and repeated lines added.

    Lines get `landed`, the time of their export, and orders `is_test`.
    """
    rng = shop.parameters.random("order faults")
    end = shop.parameters.days * DAY
    tests, orphans = max(3, round(len(orders) * 0.004)), max(3, round(len(lines) * 0.0008))
    known = np.flatnonzero(shop.preferences.catalogue.launch_day < 0)
    test_orders = pd.DataFrame({"order": len(orders) + np.arange(tests), "person": -1, "customer": -1})
    test_orders["device"] = len(shop.preferences.people.device_agent) - 1
    test_orders["occurred"] = np.sort(rng.integers(0, end, tests))
    extra = np.concatenate([np.repeat(test_orders["order"], 2), len(orders) + tests + np.arange(orphans)])
    occurred = np.concatenate([np.repeat(test_orders["occurred"], 2), np.sort(rng.integers(0, end, orphans))])
    product = rng.choice(known, len(extra))
    odd = pd.DataFrame({"order": extra, "product": product, "quantity": 1, "occurred": occurred})
    odd["line"] = odd.groupby("order").cumcount() + 1
    odd["price"] = shop.preferences.catalogue.prices[odd["occurred"] // DAY, product]
    lines = pd.concat([lines, odd], ignore_index=True)
    delay = np.where(rng.random(len(lines)) < 0.5, 0, DAY)
    repeated = (rng.random(len(lines)) < 0.004) & (lines["occurred"] + delay < end)
    repeated |= np.arange(len(lines)) < 3
    lines["landed"] = lines["occurred"]
    again = lines[repeated].assign(landed=(lines["occurred"] + delay)[repeated])
    counts |= {
        "test_orders": tests, "test_order_lines": 2 * tests, "orphan_order_lines": orphans,
        "duplicate_order_lines": len(again),
    }  # fmt: skip
    orders = pd.concat([orders.assign(is_test=False), test_orders.assign(is_test=True)], ignore_index=True)
    return orders, pd.concat([lines, again], ignore_index=True)

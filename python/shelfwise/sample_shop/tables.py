"""The simulated history as the tables that the shop would send: ids, names and types instead of numbers.

Every table has a column `landed_day`, the day it arrives counted from the first; rows are in the order of arrival.
Columns and types are those of `models/staging/sample_shop/_sample_shop__sources.yml`, names dictionary-encoded until a
day's rows are written, for a large shop would not fit into memory otherwise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, time, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from shelfwise.sample_shop import pages
from shelfwise.sample_shop.catalogue import Ints, product_versions
from shelfwise.sample_shop.customers import customer_ids
from shelfwise.sample_shop.faults import (
    FaultCounts,
    add_event_faults,
    add_order_faults,
    receive_events,
)
from shelfwise.sample_shop.recommended import add_recommendations
from shelfwise.sample_shop.shelves import search_terms
from shelfwise.sample_shop.simulation import DAY, SECOND, Shop
from shelfwise.sample_shop.user_agents import BOT_USER_AGENTS, USER_AGENTS
from shelfwise.sample_shop.vocabulary import BRANDS, COUNTRIES, LEAVES

MONEY = pa.decimal128(18, 2)
MIXER = np.uint64(0x9E3779B97F4A7C15)  # odd, so that the product is a permutation of 64-bit numbers


def build_tables(shop: Shop) -> tuple[dict[str, pa.Table], FaultCounts]:
    """Return what the shop sends, by table name, and how often each fault occurs in it."""
    counts: FaultCounts = {}
    events = add_event_faults(shop, receive_events(shop, counts), counts)
    events = add_recommendations(shop, events)
    orders, lines = add_order_faults(shop, shop.orders, shop.lines, counts)
    tables = {
        "events": events_table(shop, events),
        "products": products_table(shop),
        "customers": customers_table(shop),
        "orders": orders_table(shop, orders),
        "order_lines": order_lines_table(lines, shop),
    }
    return tables, counts


def events_table(shop: Shop, events: pd.DataFrame) -> pa.Table:
    """Return the events in the order in which they were received."""
    events = events.sort_values(["received", "key", "occurred"], kind="stable", ignore_index=True)
    products = [*shop.preferences.catalogue.product_ids, "P99999"]
    column = {name: events[name].to_numpy() for name in events.columns}
    return pa.table(
        {
            "event_id": hexadecimal(column["key"], b"event"),
            "event_name": named([*pages.EVENT_NAMES, "vieuw_item"], column["name"]),
            "occurred_at": timestamps(shop, column["occurred"]),
            "received_at": timestamps(shop, column["received"]),
            "device_id": device_ids(column["device"]),
            "customer_id": named(customer_ids(shop.preferences.people.account_count), column["customer"]),
            "product_id": named(products, column["product"]),
            "quantity": integers(column["quantity"]),
            "unit_price": money(column["price"]),
            "currency": named(["GBP", "XXX"], np.where(column["price"] == -1, -1, column["currency"])),
            "order_id": order_ids(column["order"]),
            "page_url": named(pages.page_urls(shop.preferences.catalogue), column["page"]),
            "search_term": named(search_terms(), column["search"]),
            "list_id": named(pages.list_ids(), column["list_number"]),
            "position": integers(column["position"]),
            "recommendation_id": hexadecimal(column["recommendation"], b"recommendation"),
            "user_agent": named([agent for _, agent in USER_AGENTS] + list(BOT_USER_AGENTS), column["agent"]),
            "landed_day": column["received"] // DAY,
        }
    )


def products_table(shop: Shop) -> pa.Table:
    """Return the whole catalogue on the first day, and later each day's new and changed products."""
    catalogue = shop.preferences.catalogue
    day, product = product_versions(catalogue)
    began = np.where(catalogue.launch_day[product] < 0, catalogue.launch_day[product], day)
    began = np.where(day == 0, began, day) * DAY
    brands = [brand for brands in BRANDS.values() for brand in brands]
    return pa.table(
        {
            "product_id": named(catalogue.product_ids, product),
            "title": named(catalogue.titles, product),
            "category_path": named([leaf.path for leaf in LEAVES], catalogue.leaf[product]),
            "brand": named(brands, catalogue.brand[product]),
            "price": money(catalogue.prices[day, product]),
            "currency": pa.repeat("GBP", len(product)),
            "in_stock": pa.array(catalogue.in_stock[day, product]),
            "is_replenishable": pa.array(catalogue.is_replenishable[product]),
            "image_url": named([f"/pictures/{each}.svg" for each in catalogue.product_ids], product),
            "updated_at": timestamps(shop, began),
            "landed_day": day,
        }
    )


def customers_table(shop: Shop) -> pa.Table:
    """Return all accounts on the first day, later those opened and those whose owner moved to another country.

    One in a hundred owners moves.
    """
    rng = shop.parameters.random("moves")
    people, days = shop.preferences.people, shop.parameters.days
    opened = account_openings(shop)
    accounts = np.flatnonzero(opened < days * DAY)
    opened = opened[accounts]
    versions = pd.DataFrame({"customer": accounts, "created": opened, "updated": opened})
    versions["country"] = people.country[versions["customer"]]
    moves = versions[rng.random(len(versions)) < 0.01].copy()
    moves["updated"] = rng.integers(DAY, days * DAY, len(moves))
    moves["country"] = (moves["country"] + 1) % len(COUNTRIES)
    versions = pd.concat([versions, moves[moves["updated"] > moves["created"]]], ignore_index=True)
    versions["landed_day"] = np.maximum(0, versions["updated"].to_numpy() // DAY)
    versions = versions.sort_values(["landed_day", "updated", "customer"], kind="stable")
    ids = customer_ids(people.account_count)
    return pa.table(
        {
            "customer_id": named(ids, versions["customer"].to_numpy()),
            "created_at": timestamps(shop, versions["created"].to_numpy()),
            "country": named(COUNTRIES, versions["country"].to_numpy()),
            "contact_hash": named([contact_hash(each) for each in ids], versions["customer"].to_numpy()),
            "updated_at": timestamps(shop, versions["updated"].to_numpy()),
            "landed_day": versions["landed_day"].to_numpy(),
        }
    )


def account_openings(shop: Shop) -> Ints:
    """Return when each account was opened, of shape (accounts,); past the end of the period for those never opened.

    An account of the period is opened by its owner's first visit as a customer.
    """
    rng = shop.parameters.random("accounts")
    people, days = shop.preferences.people, shop.parameters.days
    account_day = people.account_day[: people.account_count]
    opened = account_day * DAY + rng.integers(6 * 3_600 * SECOND, 22 * 3_600 * SECOND, len(account_day))
    is_new = account_day >= 0
    opened[is_new] = days * DAY
    logins = shop.events[shop.events["customer"] >= 0]
    np.minimum.at(opened, logins["customer"].to_numpy(), logins["occurred"].to_numpy())
    return opened


def contact_hash(customer_id: str) -> str:
    """Return the SHA-256 of a customer's e-mail address."""
    return hashlib.sha256(f"{customer_id.lower()}@example.com".encode()).hexdigest()


def orders_table(shop: Shop, orders: pd.DataFrame) -> pa.Table:
    """Return the orders; one that a customer placed as a guest may become theirs some days later, as a new version."""
    rng = shop.parameters.random("claims")
    people = shop.preferences.people
    person, occurred = orders["person"].to_numpy(), orders["occurred"].to_numpy()
    claimed = occurred + rng.integers(DAY // 4, 4 * DAY, len(orders))
    opened = account_openings(shop)
    owner = np.where((person >= 0) & (person < people.account_count), person, -1)
    is_guest = (orders["customer"].to_numpy() < 0) & (claimed < shop.parameters.days * DAY)
    chosen = is_guest & (owner >= 0) & (opened[owner] <= claimed) & (rng.random(len(orders)) < 0.3)
    claims = orders[chosen].assign(customer=person[chosen], updated=claimed[chosen])
    versions = pd.concat([orders.assign(updated=occurred), claims]).sort_values(["updated", "order"], kind="stable")
    country = np.where(versions["person"] >= 0, people.country[versions["person"]], 0)
    return pa.table(
        {
            "order_id": order_ids(versions["order"].to_numpy()),
            "customer_id": named(customer_ids(people.account_count), versions["customer"].to_numpy()),
            "device_id": device_ids(versions["device"].to_numpy()),
            "ordered_at": timestamps(shop, versions["occurred"].to_numpy()),
            "country": named(COUNTRIES, country),
            "currency": pa.repeat("GBP", len(versions)),
            "is_test": pa.array(versions["is_test"].to_numpy(dtype=np.bool_)),
            "updated_at": timestamps(shop, versions["updated"].to_numpy()),
            "landed_day": versions["updated"].to_numpy() // DAY,
        }
    )


def order_lines_table(lines: pd.DataFrame, shop: Shop) -> pa.Table:
    """Return the order lines; a returned one has its own id, that of the line with an `R` behind it."""
    lines = lines.sort_values(["landed", "order", "line", "quantity"], kind="stable")
    order = order_ids(lines["order"].to_numpy())
    number = pa.array(lines["line"].to_numpy()).cast(pa.string())
    suffix = pc.if_else((lines["quantity"] < 0).to_numpy(), "R", "")
    return pa.table(
        {
            "order_line_id": pc.binary_join_element_wise(order, pc.binary_join_element_wise(number, suffix, ""), "-"),
            "order_id": order,
            "product_id": named(shop.preferences.catalogue.product_ids, lines["product"].to_numpy()),
            "occurred_at": timestamps(shop, lines["occurred"].to_numpy()),
            "quantity": pa.array(lines["quantity"].to_numpy(dtype=np.int64)),
            "unit_price": money(lines["price"].to_numpy()),
            "currency": pa.repeat("GBP", len(lines)),
            "updated_at": timestamps(shop, lines["occurred"].to_numpy()),
            "landed_day": lines["landed"].to_numpy() // DAY,
        }
    )


def named(names: Sequence[str] | np.ndarray, numbers: Ints) -> pa.Array:
    """Return the name of each number, dictionary-encoded; null for -1."""
    codes = pa.array(numbers.astype(np.int32), mask=numbers == -1)
    return pa.DictionaryArray.from_arrays(codes, pa.array(names, pa.string()))


def integers(numbers: Ints) -> pa.Array:
    """Return the numbers; null for -1."""
    return pa.array(numbers, pa.int64(), mask=numbers == -1)


def money(pence: Ints) -> pa.Array:
    """Return pounds as a decimal; null for -1 penny, which is no price of ours."""
    units = pa.array(pence, pa.int64(), mask=pence == -1).cast(pa.decimal128(19, 0))
    return pc.multiply(units, pa.scalar("0.01").cast(pa.decimal128(3, 2))).cast(MONEY)


def timestamps(shop: Shop, milliseconds: Ints) -> pa.Array:
    """Return UTC times without an offset, from milliseconds since the first day."""
    first = np.datetime64(shop.parameters.first_day, "us")
    return pa.array(first + np.asarray(milliseconds, dtype=np.int64).astype("timedelta64[ms]"))


def order_ids(numbers: Ints) -> pa.Array:
    """Return `O0000001` for the first order; null for -1."""
    padded = pc.utf8_lpad(pa.array(numbers + 1, pa.int64()).cast(pa.string()), 7, "0")
    return pc.if_else(numbers != -1, pc.binary_join_element_wise("O", padded, ""), pa.scalar(None, pa.string()))


def device_ids(numbers: Ints) -> pa.Array:
    """Return an opaque id for each device; null for -1."""
    return hexadecimal(numbers, b"device")


def hexadecimal(numbers: Ints, kind: bytes) -> pa.Array:
    """Return 16 hexadecimal digits that look random, differ for different numbers, and are null for -1."""
    offset = np.uint64(int.from_bytes(hashlib.sha256(kind).digest()[:8]))
    mixed = (numbers.astype(np.uint64) + offset) * MIXER
    mixed = (mixed ^ (mixed >> np.uint64(32))) * MIXER
    digits = pa.py_buffer(mixed.astype(">u8").tobytes().hex().encode())
    offsets = pa.py_buffer(np.arange(0, 16 * (len(numbers) + 1), 16, dtype=np.int32))
    texts = pa.StringArray.from_buffers(len(numbers), offsets, digits)
    return pc.if_else(numbers != -1, texts, pa.scalar(None, pa.string()))


def end_of_day(shop: Shop, day: int) -> datetime:
    """Return when a day's files land: at its last moment."""
    return datetime.combine(shop.parameters.first_day + timedelta(days=day), time.max)

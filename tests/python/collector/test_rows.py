"""What a call becomes: names, types, clocks, and reasons to reject it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from live_collector import event

from shelfwise.collector.calls import decode_call
from shelfwise.collector.fields import RejectedError, moment
from shelfwise.collector.page_address import kept_address
from shelfwise.collector.rows import LandingRow, Receipt, landing_row

RECEIVED = datetime(2026, 3, 1, 10, 20)
RECEIPT = Receipt(RECEIVED, None, "python-requests/2")


def row(sent_at: str | None = None, **changes: Any) -> LandingRow:
    receipt = replace(RECEIPT, sent_at=moment(sent_at, "sentAt"))
    return landing_row(decode_call(json.dumps(event(**changes)).encode()), receipt, None)


def rejection(**changes: Any) -> RejectedError:
    with pytest.raises(RejectedError) as caught:
        row(**changes)
    return caught.value


def test_segments_words_become_landings_columns() -> None:
    properties = {
        "product_id": 7,
        "quantity": "2",
        "price": "12.505",
        "currency": "eur",
        "order_id": "o1",
        "query": "blue mug",
        "list_id": "l1",
        "position": 3.0,
        "recommendation_id": "r1",
        "products": [{"product_id": "p1", "price": 3}],
        "coupon": "SPRING",
    }
    made = row(properties=properties, userId=42)
    assert made == LandingRow(
        message_id="m1",
        type="track",
        event="Product Viewed",
        occurred_at=datetime(2026, 3, 1, 10, 15),
        received_at=RECEIVED,
        anonymous_id="d1",
        user_id="42",
        product_id="7",
        quantity=2,
        price="12.51",
        currency="EUR",
        order_id="o1",
        query="blue mug",
        list_id="l1",
        position=3,
        recommendation_id="r1",
        page_url="https://shop.example/p/1",
        user_agent="Mozilla/5.0",
        products='[{"product_id": "p1", "price": 3}]',
        namespace=None,
    )


def test_a_call_without_a_message_id_gets_one_of_its_own() -> None:
    assert row(messageId=None).message_id != row(messageId=None).message_id


def test_a_servers_call_is_of_its_customers_own_device() -> None:
    made = row(anonymousId=None, userId="c1")
    assert made.user_id == "c1"
    assert made.anonymous_id.startswith("user-")
    assert "c1" not in made.anonymous_id
    assert row(anonymousId=None, userId="c1").anonymous_id == made.anonymous_id
    assert row(anonymousId=None, userId="c2").anonymous_id != made.anonymous_id


def test_a_servers_own_name_is_not_the_customers_browser() -> None:
    assert row(anonymousId=None, userId="c1", context=None).user_agent is None
    assert row(anonymousId=None, userId="c1").user_agent == "Mozilla/5.0"


def test_the_user_agent_is_the_headers_where_the_call_names_none() -> None:
    assert row(context=None).user_agent == "python-requests/2"


@pytest.mark.parametrize(
    ("timestamp", "sent_at", "occurred_at"),
    [
        ("2026-03-01T10:15:00Z", None, datetime(2026, 3, 1, 10, 15)),
        ("2026-03-01T11:15:00+01:00", None, datetime(2026, 3, 1, 10, 15)),
        ("2026-03-01T10:15:00.5", None, datetime(2026, 3, 1, 10, 15, 0, 500_000)),
        # made a minute before it was sent, by a clock that is a year slow
        ("2025-03-01T10:00:00Z", "2025-03-01T10:01:00Z", datetime(2026, 3, 1, 10, 19)),
        # kept offline for a day
        ("2026-02-28T10:20:00Z", "2026-03-01T10:20:00Z", datetime(2026, 2, 28, 10, 20)),
        (None, "2025-03-01T10:01:00Z", RECEIVED),
        (None, None, RECEIVED),
    ],
)
def test_a_wrong_clock_is_put_right(timestamp: str | None, sent_at: str | None, occurred_at: datetime) -> None:
    assert row(sent_at, timestamp=timestamp).occurred_at == occurred_at


def test_the_original_timestamp_and_the_calls_own_time_of_sending_count_first() -> None:
    made = row(
        "2020-01-01T00:00:00Z",
        originalTimestamp="2026-03-01T10:00:00Z",
        timestamp="1999-01-01T00:00:00Z",
        sentAt="2026-03-01T10:05:00Z",
    )
    assert made.occurred_at == datetime(2026, 3, 1, 10, 15)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"type": "alias"}, "unknown_method"),
        ({"type": None}, "unknown_method"),
        ({"anonymousId": None}, "no_visitor"),
        ({"anonymousId": "", "userId": ""}, "no_visitor"),
        ({"event": None}, "no_event"),
        ({"event": ""}, "no_event"),
        ({"timestamp": "yesterday"}, "bad_time"),
        ({"timestamp": "9999-12-31T23:59:59-12:00"}, "bad_time"),
        ({"timestamp": "0001-01-01T00:00:00Z", "sentAt": "9999-01-01T00:00:00Z"}, "bad_time"),
        ({"sentAt": "soon"}, "bad_time"),
        ({"timestamp": 1772360100}, "wrong_type"),
        ({"anonymousId": "d" * 201}, "bad_id"),
        ({"messageId": "m\x00"}, "bad_id"),
        ({"userId": 2**63}, "bad_id"),
        ({"userId": ["c1"]}, "wrong_type"),
        ({"properties": [1]}, "wrong_type"),
        ({"properties": "none"}, "wrong_type"),
        ({"properties": {"product_id": "p\n1"}}, "bad_id"),
        ({"properties": {"product_id": {"id": 1}}}, "wrong_type"),
        ({"properties": {"quantity": 1.5}}, "bad_number"),
        ({"properties": {"quantity": "two"}}, "bad_number"),
        ({"properties": {"quantity": 1e300}}, "bad_number"),
        ({"properties": {"position": "1_000"}}, "bad_number"),
        ({"properties": {"price": "£12"}}, "bad_number"),
        ({"properties": {"price": "nan"}}, "bad_number"),
        ({"properties": {"price": 1e17}}, "bad_number"),
        ({"properties": {"query": "q" * 1001}}, "too_long"),
        ({"properties": {"currency": "£"}}, "bad_currency"),
        ({"properties": {}}, "no_product"),
        ({"properties": None}, "no_product"),
        ({"event": "Order Completed", "properties": {"order_id": "o1", "products": []}}, "no_product"),
        ({"properties": {"products": {"product_id": "p1"}}}, "wrong_type"),
        ({"properties": {"products": ["p1"]}}, "wrong_type"),
    ],
)
def test_what_would_be_of_no_use_is_rejected_with_its_reason(changes: dict[str, Any], reason: str) -> None:
    assert rejection(**changes).reason == reason


def test_a_rejection_names_the_field_to_send() -> None:
    order = {"event": "Order Completed", "properties": {"order_id": "o1", "products": []}}
    assert rejection(**order).detail == "Order Completed does not say which product: send properties.products"
    assert rejection(properties={}).detail.endswith("send properties.product_id")
    assert rejection(userId=["c1"]).detail == "Expected `int | str | null`, got `array` - at `$.userId`"
    with pytest.raises(RejectedError, match="the event or batch: Expected `object`, got `array`"):
        decode_call(b"[]")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b'{"type": "track"} {}',
        b'{"userId": "\xff"}',
        b'{"userId": "\\ud800"}',
        b'{"properties": {"price": NaN}}',
        b'{"properties": {"price": 1e999}}',
        b'{"properties": {"products": ["\xff"]}}',
        b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"userId": ' + b"9" * 10_000 + b"}",
    ],
)
def test_what_is_no_event_at_all_is_rejected_too(raw: bytes) -> None:
    with pytest.raises(RejectedError):
        landing_row(decode_call(raw), RECEIPT, "page")


def test_reasons_tell_no_value() -> None:
    personal = "jane@example.com"
    for changes in (
        {"type": personal},
        {"timestamp": personal},
        {"userId": [personal]},
        {"properties": {"price": personal, "quantity": personal}},
        {"userId": personal + "\x00"},
    ):
        assert personal not in rejection(**changes).detail


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("https://shop.example/p/1", "https://shop.example/p/1"),
        (
            "https://shop.example/?q=jane&utm_source=mail&gclid=G1&token=T",
            "https://shop.example/?utm_source=mail&gclid=G1",
        ),
        ("https://shop.example/reset?token=T#jane", "https://shop.example/reset"),
        ("https://jane:secret@shop.example/a@b?x=1", "https://shop.example/a@b"),
        ("/p/1?size=L", "/p/1"),
        ("", None),
        (None, None),
        ("https://shop.example/" + "x" * 3000, "https://shop.example/" + "x" * (2000 - 21)),
    ],
)
def test_of_an_address_the_place_and_the_campaign_are_kept(sent: str | None, kept: str | None) -> None:
    assert kept_address(sent) == kept

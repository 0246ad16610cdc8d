"""Whatever is sent, each event of it is kept as a row or set aside, and never both or neither."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as with_settings
from hypothesis import strategies as st
from live_collector import event

from shelfwise.collector.compaction import EVENT_SCHEMA, read_lines
from shelfwise.collector.fields import RejectedError, moment
from shelfwise.collector.frames import read_frames
from shelfwise.collector.intake import TooManyEventsError, take_batch, take_call
from shelfwise.collector.rows import Receipt

RECEIPT = Receipt(datetime(2026, 3, 1, 10, 20), "uk", "Mozilla/5.0")

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20)
)
json_values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner))
texts = st.text(max_size=220) | st.sampled_from(["track", "page", "2026-03-01T10:15:00Z", "12.50", "1"])
values = json_values | texts | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
properties = st.dictionaries(
    st.sampled_from(["product_id", "quantity", "price", "order_id", "query", "position", "products", "url", "other"]),
    values,
)
contexts = st.fixed_dictionaries({}, optional={"page": st.dictionaries(st.just("url"), values), "userAgent": values})
events = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["track", "page", "screen", "identify", "alias"]) | values,
        "messageId": values,
        "anonymousId": st.just("d1") | values,
        "userId": values,
        "event": st.just("Product Viewed") | values,
        "timestamp": values,
        "sentAt": values,
        "properties": properties | values,
        "context": contexts | values,
    },
)


def is_time(sent_at: object) -> bool:
    try:
        return sent_at is None or moment(sent_at, "sentAt") is not None or sent_at == ""  # type: ignore[arg-type]
    except (RejectedError, TypeError):
        return False


@with_settings(deadline=None)
@given(st.lists(events | json_values, max_size=8), values)
def test_every_event_of_a_batch_is_taken_or_rejected(batch: list[Any], sent_at: object) -> None:
    body = json.dumps({"batch": batch, "sentAt": sent_at}).encode()
    intake = take_batch(body, RECEIPT, event_bytes=2000, most=100)
    unreadable = not is_time(sent_at)
    assert len(intake.rows) + len(intake.rejected) == (1 if unreadable else len(batch))
    # what is taken is what landing can read, to the last value
    frames = read_frames(intake.row_frame)
    assert (frames.torn_bytes, frames.damaged_bytes) == (0, 0)
    if intake.rows:
        table = read_lines(b"".join(frames.payloads))
        assert table.schema == EVENT_SCHEMA
        assert table.column("message_id").to_pylist() == [row.message_id for row in intake.rows]
        assert table.column("namespace").to_pylist() == ["uk"] * len(intake.rows)
    for letter in intake.rejected:
        assert letter.reason
        assert letter.detail


@with_settings(deadline=None)
@given(st.binary(max_size=300) | st.text().map(str.encode), st.sampled_from(["track", "page", "identify", "batch"]))
def test_no_bytes_are_too_odd(body: bytes, method: str) -> None:
    if method == "batch":
        intake = take_batch(body, RECEIPT, event_bytes=2000, most=100)
    else:
        intake = take_call(body, method, RECEIPT, event_bytes=2000)
        assert len(intake.rows) + len(intake.rejected) == 1
    assert (intake.row_frame == b"") == (not intake.rows)
    assert (intake.rejected_frame == b"") == (not intake.rejected)


def test_a_number_that_is_none_costs_its_own_event_alone() -> None:
    batch = [event(1), event(2, properties={"product_id": "p1", "price": float("nan")}), event(3)]
    intake = take_batch(json.dumps({"batch": batch}).encode(), RECEIPT, event_bytes=2000, most=10)
    assert [row.message_id for row in intake.rows] == ["m1", "m3"]
    (letter,) = intake.rejected
    assert (letter.reason, '"m2"' in letter.text) == ("unreadable", True)


def test_an_event_that_is_too_large_is_set_aside_alone() -> None:
    large = event(2, properties={"note": "x" * 2000})
    intake = take_batch(json.dumps({"batch": [event(1), large]}).encode(), RECEIPT, event_bytes=2000, most=10)
    assert [row.message_id for row in intake.rows] == ["m1"]
    (letter,) = intake.rejected
    assert letter.reason == "too_large"
    assert json.loads(letter.text) == large


def test_a_batch_that_is_too_long_is_refused_whole() -> None:
    body = json.dumps({"batch": [event(n) for n in range(3)]}).encode()
    assert len(take_batch(body, RECEIPT, event_bytes=2000, most=3).rows) == 3
    with pytest.raises(TooManyEventsError):
        take_batch(body, RECEIPT, event_bytes=2000, most=2)


def test_the_paths_method_counts_and_the_times_of_the_batch_are_of_its_events() -> None:
    assert take_call(json.dumps(event(type="track")).encode(), "page", RECEIPT, event_bytes=2000).rows[0].type == "page"
    body = json.dumps({"batch": [event(timestamp="2020-01-01T00:00:00Z")], "sentAt": "2020-01-01T00:01:00Z"}).encode()
    (row,) = take_batch(body, RECEIPT, event_bytes=2000, most=10).rows
    assert row.occurred_at == datetime(2026, 3, 1, 10, 19)


def test_traits_and_addresses_are_kept_nowhere() -> None:
    personal = {"traits": {"email": "jane@example.com"}, "context": {"ip": "203.0.113.9", "traits": {"name": "Jane"}}}
    taken = take_call(json.dumps(event(**personal)).encode(), "identify", RECEIPT, event_bytes=2000)
    rejected = take_call(json.dumps(event(timestamp="?", **personal)).encode(), "identify", RECEIPT, event_bytes=2000)
    assert taken.rows
    assert rejected.rejected
    for kept in (taken.row_frame, rejected.rejected_frame):
        for value in (b"jane@example.com", b"203.0.113.9", b"Jane"):
            assert value not in kept

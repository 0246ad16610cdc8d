"""What tracking libraries send, typed: Segment's calls as far as we read them; what else they hold is passed over."""

from __future__ import annotations

import json
from typing import Final, TypeVar

import msgspec

from shelfwise.collector.fields import RejectedError

Id = str | int | None
Number = int | float | str | None
Decoded = TypeVar("Decoded")

#: Segment's methods that tell of something in a shop
METHODS: Final = ("track", "page", "screen", "identify")
#: paths below /v1/, the short ones as Segment's browser library calls them
PATHS: Final = {name: name for name in (*METHODS, "batch")} | {name[0]: name for name in (*METHODS, "batch")}


class Page(msgspec.Struct, gc=False):
    """Of the page that an event came from."""

    url: str | None = None


class Context(msgspec.Struct, rename="camel", gc=False):
    """Of the circumstances."""

    page: Page | None = None
    user_agent: str | None = None


class Properties(msgspec.Struct, gc=False):
    """Of what happened, in the words of Segment's e-commerce specification."""

    product_id: Id = None
    quantity: Number = None
    price: Number = None
    currency: str | None = None
    order_id: Id = None
    query: Number = None
    list_id: Id = None
    position: Number = None
    recommendation_id: Id = None
    products: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)
    url: str | None = None


class Call(msgspec.Struct, rename="camel", gc=False):
    """One event. `write_key` stands in it where the sender cannot set a header."""

    type: str | None = None
    message_id: Id = None
    anonymous_id: Id = None
    user_id: Id = None
    event: str | None = None
    timestamp: str | None = None
    original_timestamp: str | None = None
    sent_at: str | None = None
    properties: Properties | None = None
    context: Context | None = None


class Batch(msgspec.Struct, rename="camel"):
    """Several events in one request; `sent_at` is of all of them."""

    batch: list[msgspec.Raw]
    sent_at: str | None = None


class Envelope(msgspec.Struct, rename="camel"):
    """Of any body, what says whose it is."""

    write_key: str | None = None


_call = msgspec.json.Decoder(Call)
_batch = msgspec.json.Decoder(Batch)
_envelope = msgspec.json.Decoder(Envelope)
_products = msgspec.json.Decoder(list[dict[str, msgspec.Raw]])


def decode_call(raw: bytes | msgspec.Raw) -> Call:
    """Return one event. Raises RejectedError when it is none."""
    return _decoded(_call, raw)


def decode_batch(body: bytes) -> Batch:
    """Return the events of a body, unread. Raises RejectedError when it is no batch."""
    try:
        return _decoded(_batch, body)
    except RejectedError as error:
        if error.reason == "unreadable" and (batch := _batch_with_odd_numbers(body)):
            return batch
        raise


def _batch_with_odd_numbers(body: bytes) -> Batch | None:
    """Read a batch in which numbers are NaN or Infinity, as Python's own JSON writes them.

    One such number would otherwise spoil the events around it. Its own event cannot be read afterwards either.
    """
    try:
        sent = json.loads(body)
        return Batch([msgspec.Raw(json.dumps(event).encode()) for event in sent["batch"]], sent.get("sentAt"))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def write_key_in(body: bytes) -> str | None:
    """Return the write key that a body names; one that cannot be read names none."""
    try:
        return _decoded(_envelope, body).write_key
    except RejectedError:
        return None


def products_as_sent(raw: msgspec.Raw) -> str | None:
    """Return the JSON array of products, None where there is none or nothing in it.

    Raises RejectedError when it is no array of objects. What they hold is read in the warehouse.
    """
    text = bytes(raw)
    if text in (b"", b"null") or not _decoded(_products, text, "properties.products"):
        return None
    try:
        return text.decode()
    except UnicodeDecodeError:
        raise RejectedError("unreadable", "properties.products is not in UTF-8") from None


def _decoded(decoder: msgspec.json.Decoder[Decoded], raw: bytes | msgspec.Raw, name: str = "") -> Decoded:
    try:
        return decoder.decode(raw)
    except msgspec.ValidationError as error:
        # "Expected `str | null`, got `array` - at `$.userId`": types and places, no value
        # without a place it is the whole that is wrong
        what = name or ("" if "`$." in str(error) else "the event or batch")
        raise RejectedError("wrong_type", f"{what}: {error}" if what else str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        why = {RecursionError: "nested too deeply", UnicodeDecodeError: "not in UTF-8"}.get(type(error), "malformed")
        raise RejectedError("unreadable", f"{name or 'the body'} is no JSON: {why}") from None

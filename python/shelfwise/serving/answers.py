"""Lists as JSON, put together from what was written once per product."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from datetime import datetime
from json.encoder import encode_basestring

from fastapi.responses import Response

from shelfwise.serving.image_addresses import image_address
from shelfwise.serving.lookups import Product, Suggestion


def product_json(product: Product) -> str:
    """Return what lists say of a product, as the inside of a JSON object."""
    shown = {
        "product_id": product.product_id,
        "title": product.title,
        "price": product.price,
        "currency": product.currency,
        "image_url": image_address(product),
    }
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))[1:-1]


def list_json(suggestions: Sequence[Suggestion]) -> str:
    """Return a ranked list as a JSON array of `schemas.RecommendedProduct`."""
    entries = [
        f'{{{product.json},"rank":{rank},"score":{score!r},"reason":{encode_basestring(reason)}}}'
        for product, rank, score, reason in suggestions
    ]
    return f"[{','.join(entries)}]"


def answer_json(fields: dict[str, str | None], name: str, suggestions: Sequence[Suggestion]) -> Response:
    """Return an answer with some fields and a list of that name."""
    about = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    return Response(f'{about[:-1]},"{name}":{list_json(suggestions)}}}', media_type="application/json")


def new_recommendation_id() -> str:
    """Return a new id of 28 hexadecimal digits: milliseconds since 1970 (12), then chance; later ones sort later."""
    return f"{time.time_ns() // 1_000_000:012x}{os.urandom(8).hex()}"


def utc_text(moment: datetime | None) -> str | None:
    """Return a time as JSON has it."""
    return moment.isoformat().replace("+00:00", "Z") if moment else None

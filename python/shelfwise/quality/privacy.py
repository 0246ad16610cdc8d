"""What may leave the warehouse as an example of a failing row: its keys, never a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

PERSONAL_COLUMNS = frozenset(
    {
        "anonymous_id",
        "contact_hash",
        "customer_id",
        "customer_id_text",
        "customer_number",
        "device",
        "device_id",
        "event_params",
        "geo",
        "landing_page_url",
        "page_url",
        "query",
        "raw_text",
        "search_term",
        "source_customer_id",
        "user_agent",
        "user_id",
        "user_pseudo_id",
        "user_session",
    }
)

MAX_FAILING_ROWS = 20


def without_personal_columns(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return at most `MAX_FAILING_ROWS` of `rows`, each once, without the columns that point at a person."""
    kept: list[dict[str, Any]] = []
    for row in rows:
        public = {name: value for name, value in row.items() if name.lower() not in PERSONAL_COLUMNS}
        if public and public not in kept:
            kept.append(public)
        if len(kept) == MAX_FAILING_ROWS:
            break
    return kept

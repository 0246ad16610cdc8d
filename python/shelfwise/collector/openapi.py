"""What OpenAPI says of the collector's bodies: they are read by msgspec, so FastAPI cannot tell."""

from __future__ import annotations

from typing import Any

import msgspec

from shelfwise.collector.calls import Call

_REF = "#/"


def request_body(method: str) -> dict[str, Any]:
    """Return the `openapi_extra` of a route, whose body is JSON under either media type."""
    schema = batch_schema() if method == "batch" else call_schema()
    content = {media_type: {"schema": schema} for media_type in ("application/json", "text/plain")}
    return {"requestBody": {"required": True, "content": content}}


def call_schema() -> dict[str, Any]:
    """Return the JSON schema of one event, references resolved."""
    (schema,), components = msgspec.json.schema_components([Call], ref_template=_REF + "{name}")
    resolved: dict[str, Any] = _resolved(schema, components)
    resolved["properties"]["writeKey"] = {"type": ["string", "null"]}
    return resolved


def batch_schema() -> dict[str, Any]:
    """Return the JSON schema of a batch of events."""
    text = {"type": ["string", "null"]}
    events = {"type": "array", "items": call_schema()}
    return {
        "type": "object",
        "required": ["batch"],
        "properties": {"batch": events, "sentAt": text, "writeKey": text},
    }


def _resolved(schema: Any, components: dict[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_resolved(part, components) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if (reference := schema.get("$ref")) is not None:
        return _resolved(components[reference.removeprefix(_REF)], components)
    return {key: _resolved(value, components) for key, value in schema.items()}

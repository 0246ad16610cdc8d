"""Parameters of a query, by a pydantic model: read at a third of what FastAPI takes for one, and described alike."""

from __future__ import annotations

from typing import Any, TypeVar
from urllib.parse import parse_qsl

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

Model = TypeVar("Model", bound=BaseModel)

KEY_SCHEME = "key"
SECURITY_SCHEMES = {
    KEY_SCHEME: {
        "type": "http",
        "scheme": "bearer",
        "description": "One of SHELFWISE_SERVER_KEYS or SHELFWISE_BROWSER_KEYS.",
    }
}
NEEDS_KEY: dict[str, Any] = {"security": [{KEY_SCHEME: []}]}


def read_query(model: type[Model], request: Request) -> Model:
    """Return the parameters of a request; of one that stands twice the last counts, unknown ones are passed over.

    Raises RequestValidationError, which is answered by a problem.
    """
    given = parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
    try:
        return model.model_validate(dict(given))
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False, include_input=False)) from None


def described_parameters(model: type[BaseModel]) -> list[dict[str, Any]]:
    """Return the parameters for OpenAPI."""
    schema = model.model_json_schema()
    required = schema.get("required", [])
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "description": of_field.pop("description", ""),
            "schema": of_field,
        }
        for name, of_field in schema["properties"].items()
    ]

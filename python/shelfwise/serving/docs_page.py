"""The description of the API as a page: made here from the OpenAPI document, so that it works without a network."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse

from shelfwise.serving.page_templates import page_environment


@dataclass(frozen=True)
class Field:
    """A parameter of a route, or a field of an answer."""

    name: str
    kind: str
    about: str
    is_required: bool = False


@dataclass(frozen=True)
class Answer:
    """What a route may answer; ``schema`` is the name of a JSON object described on the page, if it is one."""

    status: str
    about: str
    schema: str | None


@dataclass(frozen=True)
class Operation:
    """A route."""

    method: str
    path: str
    about: str
    parameters: list[Field]
    answers: list[Answer]
    needs_key: bool


def docs_router(app: FastAPI) -> APIRouter:
    """Return the route of the page."""
    router = APIRouter(include_in_schema=False)
    environment = page_environment("shelfwise.serving")

    @router.get("/docs")
    async def docs() -> HTMLResponse:
        document = app.openapi()
        page = environment.get_template("docs.html").render(
            info=document["info"], operations=operations(document), schemas=schemas(document)
        )
        return HTMLResponse(page)

    return router


def operations(document: dict[str, Any]) -> list[Operation]:
    """Return the routes of an OpenAPI document, in its order."""
    described = schemas(document)
    return [
        Operation(
            method=method.upper(),
            path=path,
            about=operation.get("description", operation.get("summary", "")),
            parameters=[
                Field(
                    parameter["name"],
                    kind_of(parameter["schema"]),
                    parameter.get("description", parameter["schema"].get("description", "")),
                    parameter.get("required", False),
                )
                for parameter in operation.get("parameters", [])
            ],
            answers=[
                Answer(status, answer["description"], schema_name(answer, described))
                for status, answer in sorted(operation["responses"].items())
            ],
            needs_key=bool(operation.get("security")),
        )
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def schemas(document: dict[str, Any]) -> dict[str, list[Field]]:
    """Return the fields of the JSON objects of an OpenAPI document, by name."""
    return {
        name: [
            Field(field, kind_of(schema), schema.get("description", ""), field in described.get("required", []))
            for field, schema in described["properties"].items()
        ]
        for name, described in sorted(document["components"]["schemas"].items())
        if "properties" in described and name not in ("HTTPValidationError", "ValidationError")
    }


def schema_name(answer: dict[str, Any], described: Collection[str]) -> str | None:
    """Return the name of the JSON object that an answer consists of, where the page describes it."""
    for content in answer.get("content", {}).values():
        name = str(content.get("schema", {}).get("$ref", "")).rpartition("/")[2]
        if name in described:
            return name
    return None


def kind_of(schema: dict[str, Any]) -> str:
    """Return in words what values a schema allows."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(kind_of(part) for part in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(f"“{value}”" for value in schema["enum"])
    if "const" in schema:
        return f"“{schema['const']}”"
    if schema.get("type") == "array":
        return f"list of {kind_of(schema['items'])}"
    limits = [
        f"{word} {schema[key]}"
        for key, word in (("minimum", "from"), ("maximum", "to"), ("maxLength", "up to"))
        if key in schema
    ]
    default = [f"default {schema['default']}"] if schema.get("default") is not None else []
    named = schema.get("format", schema.get("type", "any"))
    return " ".join([str(named), *limits]) + (f", {default[0]}" if default else "")

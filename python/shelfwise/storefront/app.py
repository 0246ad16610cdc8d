"""The shop's routes put together."""

from __future__ import annotations

from http import HTTPStatus
from importlib.resources import files
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response
from jinja2 import Environment

from shelfwise.serving.caching import cacheable_response
from shelfwise.serving.context import Context
from shelfwise.serving.page_templates import page_environment
from shelfwise.storefront.pages import forms_router, pages_router
from shelfwise.storefront.shop import Shop, source_id
from shelfwise.web.problems import ProblemError

STATIC_FILES = {"shop.css": "text/css", "shop.js": "text/javascript"}


def shop_routers(context: Context, source: str, *, write_key: str, secret: str) -> list[APIRouter]:
    """Return the routes of a demo shop with the products of a source.

    ``write_key`` is what its pages send events with; ``secret`` signs who has signed in.
    """
    shop = Shop(context, template_environment(), source, write_key, secret)
    return [pages_router(shop), forms_router(shop), files_router()]


def files_router() -> APIRouter:
    """Return the route of the pages' own files."""
    router = APIRouter(include_in_schema=False)
    texts = {name: files("shelfwise.storefront").joinpath("static", name).read_text("utf-8") for name in STATIC_FILES}

    @router.get("/shop/static/{name}")
    async def static_file(request: Request, name: str) -> Response:
        if name not in texts:
            raise ProblemError(HTTPStatus.NOT_FOUND, "no such file", "The pages' files are linked from /shop/.")
        return cacheable_response(request, texts[name], STATIC_FILES[name])

    return router


def template_environment() -> Environment:
    """Return the environment of the pages' templates."""
    environment = page_environment("shelfwise.storefront")
    environment.globals.update(
        source_id=source_id,
        category_address=lambda path: f"/shop/categories/{quote(path, safe='')}",
        product_address=lambda product_id: f"/shop/products/{quote(product_id, safe=':')}",
    )
    return environment

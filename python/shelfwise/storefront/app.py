"""The shop's routes put together."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter
from jinja2 import Environment

from shelfwise.serving.caching import static_router
from shelfwise.serving.context import Context
from shelfwise.serving.page_templates import page_environment
from shelfwise.settings import Settings
from shelfwise.storefront.pages import forms_router, pages_router
from shelfwise.storefront.shop import Shop, source_id

STATIC_FILES = {"shop.css": "text/css", "shop.js": "text/javascript"}


def shop_routers(context: Context, source: str, *, write_key: str, secret: str, settings: Settings) -> list[APIRouter]:
    """Return the routes of a demo shop with the products of a source.

    ``write_key`` is what its pages send events with; ``secret`` signs who has signed in, and the sample
    shop's orders land by ``settings``.
    """
    shop = Shop(context, template_environment(), source, write_key, secret, settings)
    return [
        pages_router(shop),
        forms_router(shop),
        static_router("shelfwise.storefront", "/shop/static", STATIC_FILES),
    ]


def template_environment() -> Environment:
    """Return the environment of the pages' templates."""
    environment = page_environment("shelfwise.storefront")
    environment.globals.update(
        source_id=source_id,
        category_address=lambda path: f"/shop/categories/{quote(path, safe='')}",
        product_address=lambda product_id: f"/shop/products/{quote(product_id, safe=':')}",
    )
    return environment

"""The demo storefront: one page that shows what a shopper would be recommended, and why."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from importlib.resources import files
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from shelfwise.serving.caching import cacheable_response
from shelfwise.serving.identifiers import complete_id, source_for_popular
from shelfwise.serving.lookups import Lookups
from shelfwise.serving.pictures import picture_path
from shelfwise.serving.readiness import why_not_ready
from shelfwise.serving.version_store import VersionStore
from shelfwise.web.problems import ProblemError

LIST_LENGTH = 12
RECENT_LENGTH = 6
CURRENCY_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$"}
STATIC_FILES = {"storefront.css": "text/css", "favicon.svg": "image/svg+xml"}

Text = Annotated[str, Query(max_length=200)]


def format_price(price: float | None, currency: str | None) -> str:
    """Return a price for shoppers: with its sign where it has one, else with its currency's code."""
    if price is None:
        return ""
    sign = CURRENCY_SIGNS.get(currency or "")
    return f"{sign}{price:,.2f}" if sign else f"{price:,.2f} {currency or ''}".rstrip()


def format_time(moment: datetime | None) -> str:
    """Return a UTC time to the minute, for people."""
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "unknown"


def page_environment() -> Environment:
    """Return the templates' environment: everything is escaped, and a misspelt name fails."""
    environment = Environment(
        loader=PackageLoader("shelfwise.serving"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(format_price=format_price, format_time=format_time, picture_path=picture_path)
    return environment


def storefront_router(store: VersionStore) -> APIRouter:
    """Return the page and the files it needs."""
    router = APIRouter(include_in_schema=False)
    environment = page_environment()
    static = {name: files("shelfwise.serving").joinpath("static", name).read_text("utf-8") for name in STATIC_FILES}

    def page(template: str, status: HTTPStatus, **context: Any) -> HTMLResponse:
        return HTMLResponse(environment.get_template(template).render(context), status)

    @router.get("/")
    async def storefront(customer_id: Text = "", product_id: Text = "", source: Text = "") -> HTMLResponse:
        lookups = store.lookups
        if lookups is None:
            detail, remedy = why_not_ready(store)
            return page("not_ready.html", HTTPStatus.SERVICE_UNAVAILABLE, detail=detail, remedy=remedy)
        try:
            context = shelf(lookups, customer_id.strip(), product_id.strip(), source.strip() or None)
        except ProblemError as error:
            context = {**empty_shelf(lookups), "customer_id": customer_id, "problem": error.problem}
        problem = context["problem"]
        return page("storefront.html", HTTPStatus(problem.status) if problem else HTTPStatus.OK, **context)

    @router.get("/static/{name}")
    async def static_file(request: Request, name: str) -> Response:
        if name not in static:
            raise ProblemError(HTTPStatus.NOT_FOUND, "no such file", "The page's files are linked from /.")
        return cacheable_response(request, static[name], STATIC_FILES[name])

    return router


def empty_shelf(lookups: Lookups) -> dict[str, Any]:
    """Return what the page's template needs, with nothing on the shelf."""
    return {
        "customer_id": "",
        "source": None,
        "sources": sorted(lookups.namespaces),
        "has_one_shop": len(set(lookups.namespaces.values())) <= 1,
        "example_customers": lookups.example_customers,
        "manifest": lookups.manifest,
        "problem": None,
        "product": None,
        "similar": [],
        "suggestions": [],
        "is_personal": False,
        "recently_bought": [],
    }


def shelf(lookups: Lookups, customer_id: str, product_id: str, source: str | None) -> dict[str, Any]:
    """Return what the page shows for a customer (none when empty) who may have clicked a product.

    Raises ProblemError when the ids do not say which shop they belong to, or the product is unknown.
    """
    customer = complete_id(lookups, customer_id, source) if customer_id else None
    product = lookups.product(complete_id(lookups, product_id, source)) if product_id else None
    if product_id and product is None:
        raise ProblemError(
            HTTPStatus.NOT_FOUND, "this product is not in the published catalogue", "Choose another one."
        )
    recommended = lookups.recommended(customer, LIST_LENGTH)
    if source is None and customer is None:
        source = product.namespace if product else next(iter(sorted(lookups.popular_positions)), None)
    return {
        **empty_shelf(lookups),
        "customer_id": customer or "",
        "source": source,
        "product": product,
        "similar": lookups.similar_to(product.product_id, LIST_LENGTH) if product else [],
        "suggestions": recommended or lookups.popular_in(source_for_popular(lookups, customer, source), LIST_LENGTH),
        "is_personal": bool(recommended),
        "recently_bought": lookups.recently_bought(customer, RECENT_LENGTH) if customer else [],
    }

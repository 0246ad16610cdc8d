"""The explorer: one page that shows what a shopper would be recommended, and why."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from shelfwise.serving.access import Access
from shelfwise.serving.caching import static_router
from shelfwise.serving.identifiers import complete_id, source_for_popular
from shelfwise.serving.lookups import Lookups
from shelfwise.serving.page_templates import page_environment
from shelfwise.serving.readiness import why_not_ready
from shelfwise.serving.version_store import VersionStore
from shelfwise.web.problems import ProblemError

LIST_LENGTH = 12
RECENT_LENGTH = 6
STATIC_FILES = {"explorer.css": "text/css", "favicon.svg": "image/svg+xml"}

NOT_SHOWN = "this server has keys, so this page shows no customers"

Text = Annotated[str, Query(max_length=200)]


def explorer_router(store: VersionStore, access: Access) -> APIRouter:
    """Return the page and the files it needs; where keys are set, it shows no customers."""
    router = APIRouter(include_in_schema=False)
    environment = page_environment("shelfwise.serving")

    def page(template: str, status: HTTPStatus, **context: Any) -> HTMLResponse:
        return HTMLResponse(environment.get_template(template).render(context), status)

    @router.get("/")
    async def explorer(customer_id: Text = "", product_id: Text = "", source: Text = "") -> HTMLResponse:
        lookups = store.lookups
        if lookups is None:
            detail, remedy = why_not_ready(store)
            return page("not_ready.html", HTTPStatus.SERVICE_UNAVAILABLE, detail=detail, remedy=remedy)
        try:
            if customer_id and not access.is_open:
                raise ProblemError(HTTPStatus.FORBIDDEN, NOT_SHOWN, "Ask the API with a key.")
            context = shelf(lookups, customer_id.strip(), product_id.strip(), source.strip() or None)
        except ProblemError as error:
            context = {**empty_shelf(lookups), "customer_id": customer_id, "problem": error.problem}
        if not access.is_open:
            context["example_customers"] = []
        problem = context["problem"]
        return page("explorer.html", HTTPStatus(problem.status) if problem else HTTPStatus.OK, **context)

    router.include_router(static_router("shelfwise.serving", "/static", STATIC_FILES))
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

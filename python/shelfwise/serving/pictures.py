"""Pictures of products, drawn here: the shop's own may be elsewhere, and a page of ours asks no other host."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from shelfwise.sample_shop.pictures import product_picture_svg
from shelfwise.serving.caching import cacheable_response
from shelfwise.serving.identifiers import complete_id
from shelfwise.serving.readiness import require_lookups
from shelfwise.serving.version_store import VersionStore
from shelfwise.web.problems import ProblemError, documented


def picture_path(product_id: str) -> str:
    """Return the path of a product's picture on this server."""
    return f"/pictures/{quote(product_id, safe=':')}.svg"


def pictures_router(store: VersionStore) -> APIRouter:
    """Return the route that draws pictures."""
    router = APIRouter(tags=["pictures"])

    @router.get(
        "/pictures/{product_id:path}.svg",
        response_class=Response,
        responses=documented(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE),
    )
    async def picture(request: Request, product_id: Annotated[str, Path(max_length=200)]) -> Response:
        """A drawing of any product of the catalogue."""
        lookups = require_lookups(store)
        product = lookups.product(complete_id(lookups, product_id, None))
        if product is None:
            raise ProblemError(
                HTTPStatus.NOT_FOUND, "no such product in the published catalogue", "Take the id from dim_products."
            )
        drawing = product_picture_svg(product.product_id, product.title, product.category_path)
        return cacheable_response(request, drawing, "image/svg+xml")

    return router

"""The JSON routes."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query

from shelfwise.serving.identifiers import complete_id, source_for_popular
from shelfwise.serving.readiness import require_lookups
from shelfwise.serving.schemas import (
    Health,
    Readiness,
    RecommendationsAnswer,
    RefusedVersion,
    SimilarAnswer,
    VersionAnswer,
    recommended_products,
)
from shelfwise.serving.version_store import VersionStore
from shelfwise.web.problems import ProblemError, documented

ListLength = Annotated[int, Query(ge=1, le=50, description="Products wanted; a list may be shorter.")]
CustomerId = Annotated[
    str | None, Query(max_length=200, description="Namespaced, or bare where one shop is published. None: popular.")
]
ProductId = Annotated[str, Path(max_length=200, description="Namespaced, or bare where one shop is published.")]
SourceName = Annotated[str | None, Query(max_length=200, description="The source that the id belongs to.")]

UNREADY = HTTPStatus.SERVICE_UNAVAILABLE
INVALID = HTTPStatus.UNPROCESSABLE_ENTITY
UNKNOWN = HTTPStatus.NOT_FOUND


def lists_router(store: VersionStore) -> APIRouter:
    """Return the routes that shops call for each page they show."""
    router = APIRouter(prefix="/v1", tags=["lists"])

    @router.get("/recommendations", responses=documented(INVALID, UNREADY))
    async def recommendations(
        customer_id: CustomerId = None, n: ListLength = 10, source: SourceName = None
    ) -> RecommendationsAnswer:
        """A customer's recommendations; for a stranger, or without a customer, the source's popular products."""
        lookups = require_lookups(store)
        customer = complete_id(lookups, customer_id, source) if customer_id else None
        found = lookups.recommended(customer, n)
        fallback = not found
        if fallback:
            found = lookups.popular_in(source_for_popular(lookups, customer, source), n)
        return RecommendationsAnswer(
            customer_id=customer,
            recommendations=recommended_products(found),
            model_version=lookups.manifest.model_version,
            run_id=lookups.manifest.run_id,
            data_until=lookups.manifest.data_until,
            fallback="popular" if fallback else None,
        )

    @router.get("/products/{product_id:path}/similar", responses=documented(UNKNOWN, INVALID, UNREADY))
    async def similar(product_id: ProductId, n: ListLength = 10, source: SourceName = None) -> SimilarAnswer:
        """Products like this one, best first."""
        lookups = require_lookups(store)
        product = complete_id(lookups, product_id, source)
        if lookups.product(product) is None:
            raise ProblemError(UNKNOWN, "no such product in the published catalogue", "Take the id from dim_products.")
        return SimilarAnswer(
            product_id=product,
            similar_products=recommended_products(lookups.similar_to(product, n)),
            model_version=lookups.manifest.model_version,
            run_id=lookups.manifest.run_id,
            data_until=lookups.manifest.data_until,
        )

    return router


def operations_router(store: VersionStore) -> APIRouter:
    """Return the routes for those who run the server."""
    router = APIRouter(tags=["operations"])

    @router.get("/healthz")
    async def healthz() -> Health:
        """The process is alive; says nothing about what it can answer."""
        return Health()

    @router.get("/readyz", responses=documented(UNREADY))
    async def readyz() -> Readiness:
        """A version is loaded."""
        return Readiness(run_id=require_lookups(store).manifest.run_id)

    @router.get("/v1/version", responses=documented(UNREADY))
    async def version() -> VersionAnswer:
        """What is being served, and why a newer version is not, where that is so."""
        lookups, refusal = require_lookups(store), store.refusal
        return VersionAnswer(
            run_id=lookups.manifest.run_id,
            model_version=lookups.manifest.model_version,
            data_until=lookups.manifest.data_until,
            published_at=lookups.manifest.published_at,
            loaded_at=lookups.loaded_at,
            sources=sorted(lookups.namespaces),
            product_count=len(lookups.products),
            customer_count=len(lookups.customer_positions),
            refused=RefusedVersion(run_id=refusal.version, reason=refusal.reason) if refusal else None,
        )

    return router

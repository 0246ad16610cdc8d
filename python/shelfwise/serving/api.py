"""The JSON routes that shops call for each page they show."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from shelfwise.serving import tiers
from shelfwise.serving.answers import answer_json, new_recommendation_id, utc_text
from shelfwise.serving.asking import visitor_of
from shelfwise.serving.context import Context
from shelfwise.serving.filling import Limits, fill
from shelfwise.serving.identifiers import complete_id
from shelfwise.serving.lookups import Lookups
from shelfwise.serving.parameters import NEEDS_KEY, described_parameters, read_query
from shelfwise.serving.readiness import require_lookups
from shelfwise.serving.recommending import recommend
from shelfwise.serving.schemas import LONGEST_ID, ListQuery, RecommendationsAnswer, SimilarAnswer
from shelfwise.web.problems import ProblemError, documented

ListLength = Annotated[int, Query(ge=1, le=50, description="Products wanted; a list may be shorter.")]
ProductId = Annotated[str, Path(max_length=LONGEST_ID, description="Namespaced, or bare where one shop is published.")]
SourceName = Annotated[str | None, Query(max_length=LONGEST_ID, description="The source that the id belongs to.")]

UNREADY = HTTPStatus.SERVICE_UNAVAILABLE
INVALID = HTTPStatus.UNPROCESSABLE_ENTITY
UNKNOWN = HTTPStatus.NOT_FOUND
NO_KEY = HTTPStatus.UNAUTHORIZED
NOT_ALLOWED = HTTPStatus.FORBIDDEN


def lists_router(context: Context) -> APIRouter:
    """Return the routes of lists. They write their JSON themselves: the models here only describe it."""
    router = APIRouter(prefix="/v1", tags=["lists"])

    @router.get(
        "/recommendations",
        response_model=RecommendationsAnswer,
        responses=documented(NO_KEY, NOT_ALLOWED, INVALID, UNREADY),
        openapi_extra={"parameters": described_parameters(ListQuery), **NEEDS_KEY},
    )
    async def recommendations(request: Request) -> Response:
        """What to show a visitor: by customer, by the products of the session, else what is popular."""
        caller = context.access.caller(request.headers.get("authorization"))
        lookups = require_lookups(context.store)
        query = read_query(ListQuery, request)
        visitor = visitor_of(lookups, query, context.access, caller)
        made = await recommend(context, lookups, query, visitor)
        return answer_json(
            {
                "recommendation_id": made.recommendation_id,
                **version_fields(lookups),
                "fallback": made.fallback,
                "customer_id": visitor.customer_id,
                "placement": query.placement,
                "variant": made.variant,
            },
            "recommendations",
            made.suggestions,
        )

    @router.get(
        "/products/{product_id:path}/similar",
        response_model=SimilarAnswer,
        responses=documented(NO_KEY, UNKNOWN, INVALID, UNREADY),
        openapi_extra=NEEDS_KEY,
    )
    async def similar(
        request: Request, product_id: ProductId, n: ListLength = 10, source: SourceName = None
    ) -> Response:
        """Products that go with this one, best first."""
        context.access.caller(request.headers.get("authorization"))
        lookups = require_lookups(context.store)
        product = complete_id(lookups, product_id, source)
        position = lookups.product_positions.get(product)
        if position is None:
            raise ProblemError(UNKNOWN, "no such product in the published catalogue", "Take the id from dim_products.")
        filled = fill(lookups, [tiers.similar(lookups, position)], 1, Limits({position}), n)
        context.metrics.count_list("similar", filled.fallback, None)
        return answer_json(
            {
                "recommendation_id": new_recommendation_id(),
                **version_fields(lookups),
                "fallback": filled.fallback,
                "product_id": product,
            },
            "similar_products",
            filled.suggestions,
        )

    return router


def version_fields(lookups: Lookups) -> dict[str, str | None]:
    """Return what answers say about the version they came from."""
    return {
        "model_version": lookups.manifest.model_version,
        "run_id": lookups.manifest.run_id,
        "data_until": utc_text(lookups.manifest.data_until),
    }

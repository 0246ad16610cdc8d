"""The JSON that the API answers with."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from shelfwise.serving.filling import Fallback
from shelfwise.serving.planning import Placement

MOST_ITEMS = 50
LONGEST_ID = 200
ONE_SHOP = "Namespaced, or bare where one shop is published."


class ListQuery(BaseModel):
    """What a page knows of its visitor."""

    customer_id: str | None = Field(
        None, max_length=LONGEST_ID, description=f"{ONE_SHOP} Needs a server key or a customer_token."
    )
    device_id: str | None = Field(
        None,
        max_length=LONGEST_ID,
        description="The visitor's device, as in its events: what was waved away on it, and an experiment's arm.",
    )
    customer_token: str | None = Field(None, max_length=LONGEST_ID, description="The shop's signature of the customer.")
    placement: Placement = Field("home", description="Where the list is shown; decides where it comes from.")
    item_ids: str | None = Field(
        None,
        max_length=MOST_ITEMS * (LONGEST_ID + 1),
        description="Comma-separated, at most 50: products of the session so far, the oldest first; on `cart` what is "
        "in the cart, on `search` what was found.",
    )
    cart_ids: str | None = Field(
        None, max_length=MOST_ITEMS * (LONGEST_ID + 1), description="Comma-separated: products never to be shown."
    )
    n: int = Field(10, ge=1, le=50, description="Products wanted; a list may be shorter.")
    source: str | None = Field(None, max_length=LONGEST_ID, description="The source that the ids belong to.")


class RecommendedProduct(BaseModel):
    """A product of a ranked list."""

    product_id: str
    title: str
    price: float | None = Field(description="List price in `currency`; null when the shop gave none.")
    currency: str | None = Field(description="ISO 4217 code.")
    image_url: str = Field(description="The shop's picture, or the path of a drawing on this server.")
    rank: int = Field(description="Place in the list, from 1.")
    score: float = Field(description="Higher is better; comparable within a list only.")
    reason: str = Field(description="A sentence for shoppers.")


class Answer(BaseModel):
    """What every list says about itself and the version it came from."""

    recommendation_id: str = Field(description="This list's own id; send it back with its impressions and clicks.")
    model_version: str | None
    run_id: str
    data_until: datetime | None = Field(description="The data behind the list ends here, UTC.")
    fallback: Fallback | None = Field(
        description="Where the first product is from, if not from what was asked for; `none`: the list is empty."
    )


class RecommendationsAnswer(Answer):
    """Recommendations for a visitor."""

    customer_id: str | None = Field(description="The namespaced id; null when the request named no customer.")
    placement: Placement
    variant: str | None = Field(description="`<experiment>/<arm>` that this visitor sees; null outside experiments.")
    recommendations: list[RecommendedProduct]


class SimilarAnswer(Answer):
    """Products like another."""

    product_id: str
    similar_products: list[RecommendedProduct]


class Health(BaseModel):
    """The process is alive."""

    status: Literal["alive"] = "alive"


class Readiness(BaseModel):
    """A version is loaded."""

    status: Literal["ready"] = "ready"
    run_id: str


class RefusedVersion(BaseModel):
    """A newer published version that could not be loaded."""

    run_id: str
    reason: str


class VersionAnswer(BaseModel):
    """The version that is being served."""

    run_id: str
    model_version: str | None
    data_until: datetime | None
    published_at: datetime
    loaded_at: datetime
    sources: list[str]
    product_count: int
    customer_count: int
    refused: RefusedVersion | None = Field(description="A newer version that did not load; the older one serves on.")

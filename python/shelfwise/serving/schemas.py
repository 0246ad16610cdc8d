"""The JSON that the API answers with."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from shelfwise.serving.lookups import Product, Suggestion
from shelfwise.serving.pictures import picture_path


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
    """What every list says about the version it came from."""

    model_version: str | None
    run_id: str
    data_until: datetime | None = Field(description="The data behind the list ends here, UTC.")


class RecommendationsAnswer(Answer):
    """Recommendations for a customer, or popular products where there are none."""

    customer_id: str | None = Field(description="The namespaced id; null when the request named no customer.")
    recommendations: list[RecommendedProduct]
    fallback: Literal["popular"] | None = Field(description="`popular` when the list is not personal.")


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


def image_address(product: Product) -> str:
    """Return the shop's picture when its address names a host, else the path of our drawing.

    A path alone is one of the shop's own site, which a client of this API cannot know.
    """
    address = product.image_url or ""
    return address if address.startswith(("https://", "http://")) else picture_path(product.product_id)


def recommended_products(suggestions: list[Suggestion]) -> list[RecommendedProduct]:
    """Return a list as the API shows it."""
    return [
        RecommendedProduct(
            product_id=suggestion.product.product_id,
            title=suggestion.product.title,
            price=suggestion.product.price,
            currency=suggestion.product.currency,
            image_url=image_address(suggestion.product),
            rank=suggestion.rank,
            score=suggestion.score,
            reason=suggestion.reason,
        )
        for suggestion in suggestions
    ]

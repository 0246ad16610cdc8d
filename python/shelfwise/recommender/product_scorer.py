"""What the one-stage recommenders have in common."""

from __future__ import annotations

from sklearn.base import BaseEstimator
from sklearn.utils import Tags


class ProductScorer(BaseEstimator):  # type: ignore[misc]
    """An estimator that learns from a sparse matrix of customers by products, and scores every product for each row."""

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

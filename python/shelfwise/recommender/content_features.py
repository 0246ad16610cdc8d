"""How much a candidate's title is like the titles of what the customer bought: known of products nobody bought yet."""

from __future__ import annotations

from functools import partial

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.preprocessing import normalize

from shelfwise.recommender.block_scores import candidate_scores
from shelfwise.recommender.dataset import Examples, History

FEATURE_NAMES = ("content_similarity",)
RECENCY_DAYS = 60.0
CUSTOMERS_AT_ONCE = 500


class ContentFeatures:
    """Scores candidates of one cutoff by the cosine of TF-IDF weights of titles (Salton and Buckley 1988).

    ``titles`` are those of `titles.title_vectors`; without any the feature is NaN.
    """

    def __init__(self, titles: sp.csr_matrix | None, history: History) -> None:
        self.titles = titles
        self.history = history
        if titles is not None:
            self.profiles = normalize(history.faded(RECENCY_DAYS) @ titles)

    def columns(self, examples: Examples) -> NDArray[np.float32]:
        """Return (n_rows, 1) float32."""
        if self.titles is None:
            return np.full((len(examples.customers), len(FEATURE_NAMES)), np.nan, dtype=np.float32)
        score = partial(_scores, self.profiles, self.titles)
        everything = np.arange(self.titles.shape[0])
        return candidate_scores(examples, self.history, score, everything, CUSTOMERS_AT_ONCE)[:, None]


def _scores(profiles: sp.csr_matrix, titles: sp.csr_matrix, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray((profiles[rows] @ titles.T).toarray())


def with_content(examples: Examples, features: ContentFeatures) -> Examples:
    """Return the examples with the feature of titles."""
    return examples.with_features(FEATURE_NAMES, features.columns(examples))

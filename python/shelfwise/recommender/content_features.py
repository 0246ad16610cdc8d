"""How much a candidate's title is like the titles of what the customer bought: known of products nobody bought yet."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from shelfwise.recommender.dataset import Examples, History

FEATURE_NAMES = ("content_similarity",)
RECENCY_DAYS = 60.0
CUSTOMERS_AT_ONCE = 500
# Words of letters; sizes and colours by number say little.
WORDS = r"(?u)[^\W\d_]{2,}"
FEWEST_TITLES_WITH_A_WORD = 2


class ContentFeatures:
    """Scores candidates of one cutoff by the cosine of TF-IDF weights of titles (Salton and Buckley 1988).

    ``titles`` (n_products,) are those of the catalogue, "" where unknown; without any words the feature is NaN.
    """

    def __init__(self, titles: NDArray[np.object_], history: History) -> None:
        self.history = history
        self.titles: sp.csr_matrix | None = None
        try:
            self.titles = TfidfVectorizer(min_df=FEWEST_TITLES_WITH_A_WORD, token_pattern=WORDS).fit_transform(titles)
        except ValueError:  # scikit-learn's word for an empty vocabulary
            return
        weights = history.days_since_last_order.copy()
        weights.data = np.exp(-weights.data / RECENCY_DAYS)
        self.profiles = normalize(weights @ self.titles)

    def columns(self, examples: Examples) -> NDArray[np.float32]:
        """Return (n_rows, 1) float32, rounded so that the last bits of a sum do not matter."""
        columns = np.full((len(examples.customers), len(FEATURE_NAMES)), np.nan, dtype=np.float32)
        if self.titles is None:
            return columns
        history_rows = self.history.rows_of(examples.customer_ids)
        for start in range(0, len(history_rows), CUSTOMERS_AT_ONCE):
            block = history_rows[start : start + CUSTOMERS_AT_ONCE]
            known = np.flatnonzero(block >= 0)
            if not len(known):
                continue
            scores = np.full((len(block), self.titles.shape[0]), np.nan, dtype=np.float32)
            scores[known] = (self.profiles[block[known]] @ self.titles.T).toarray()
            first, last = np.searchsorted(examples.customers, [start, start + len(block)])
            found = scores[examples.customers[first:last] - start, examples.products[first:last]]
            columns[first:last, 0] = np.round(found, 5)
        return columns


def with_content(examples: Examples, features: ContentFeatures) -> Examples:
    """Return the examples with the feature of titles."""
    return examples.with_features(FEATURE_NAMES, features.columns(examples))

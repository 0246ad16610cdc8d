"""The two-stage recommender of the next step: candidates from the session index, ordered by a ranker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from shelfwise.recommender.ranker import TwoStageRanker
from shelfwise.recommender.sessions.examples import SessionExamples
from shelfwise.scoring.candidates import SessionCandidates, session_candidates
from shelfwise.scoring.index import SessionIndex
from shelfwise.scoring.next_step import next_steps
from shelfwise.scoring.prefixes import Prefixes
from shelfwise.scoring.ranking import NOTHING

# Bounds memory: a prefix has some 200 candidates, found among a few thousand neighbours.
PREFIXES_AT_ONCE = 1_000


class SessionRecommender(BaseEstimator):  # type: ignore[misc]
    """Learns from prefixes whose next step is known, on an index that ends before them; then answers on any index.

    At most ``most_prefixes`` are learned from, with about ``negative_share`` of the candidates that were not the next
    step. ``feature_names`` are those the ranker looks at, None all. The other parameters are the trees'.
    """

    def __init__(
        self,
        most_prefixes: int = 20_000,
        negative_share: float = 0.25,
        max_iter: int = 120,
        learning_rate: float = 0.12,
        max_leaf_nodes: int = 31,
        min_samples_leaf: int = 100,
        l2_regularization: float = 1.0,
        feature_names: tuple[str, ...] | None = None,
        random_state: int = 0,
    ) -> None:
        self.most_prefixes = most_prefixes
        self.negative_share = negative_share
        self.max_iter = max_iter
        self.learning_rate = learning_rate
        self.max_leaf_nodes = max_leaf_nodes
        self.min_samples_leaf = min_samples_leaf
        self.l2_regularization = l2_regularization
        self.feature_names = feature_names
        self.random_state = random_state

    def fit(self, index: SessionIndex, examples: SessionExamples) -> Self:
        """Learn to order candidates; ``index`` must know nothing of the sessions of ``examples``.

        Raises ValueError when no next step is among its candidates.
        """
        examples = examples.sample(self.most_prefixes, self.random_state)
        features, is_next = [], []
        for start, part in examples.prefixes.in_parts(PREFIXES_AT_ONCE):
            found = session_candidates(index, part)
            self.feature_names_ = self.feature_names or found.feature_names
            right = found.products == examples.targets[start + found.prefixes]
            kept = self._sampled(found, right, start)
            features.append(found.columns(self.feature_names_)[kept])
            is_next.append(right[kept])
        self.ranker_ = TwoStageRanker(
            max_iter=self.max_iter,
            learning_rate=self.learning_rate,
            max_leaf_nodes=self.max_leaf_nodes,
            min_samples_leaf=self.min_samples_leaf,
            l2_regularization=self.l2_regularization,
            least_negative_share=1.0,  # thinned out already, part by part
            random_state=self.random_state,
        )
        self.ranker_.fit(np.vstack(features), np.concatenate(is_next))
        return self

    def _sampled(self, found: SessionCandidates, right: NDArray[np.bool_], start: int) -> NDArray[np.bool_]:
        """Return which rows are learned from: prefixes whose next step was found, and a share of the other rows."""
        has_right = np.bincount(found.prefixes, weights=right)[found.prefixes] > 0
        drawn = np.random.default_rng([self.random_state, start]).random(len(right)) < self.negative_share
        return np.asarray(has_right & (right | drawn))

    def recommend(self, index: SessionIndex, prefixes: Prefixes, k: int) -> NDArray[np.int64]:
        """Return the k likeliest next products of each prefix, (n_prefixes, k), filled up with what is popular."""
        check_is_fitted(self)

        def answer(part: Prefixes) -> NDArray[np.int64]:
            return next_steps(index, part, self.feature_names_, self.ranker_.decision_function).lists(k)

        return lists_in_parts(index, prefixes, k, answer)


def lists_in_parts(
    index: SessionIndex, prefixes: Prefixes, k: int, answer: Callable[[Prefixes], NDArray[np.int64]]
) -> NDArray[np.int64]:
    """Return what ``answer`` gives for some prefixes at a time, (n_prefixes, k), filled up with what is popular."""
    lists = [answer(part) for _, part in prefixes.in_parts(PREFIXES_AT_ONCE)]
    return filled_up(np.vstack(lists), popular_products(index, 2 * k))


def popular_products(index: SessionIndex, k: int) -> NDArray[np.int64]:
    """Return the k products with the most recent steps."""
    return np.argsort(-index.product_features["recent_steps"], kind="stable")[:k]


def filled_up(lists: NDArray[np.int64], products: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the lists with their empty places taken by the first of ``products`` that are not in them yet."""
    filled = lists.copy()
    for row in np.flatnonzero((lists == NOTHING).any(axis=1)):
        missing = np.flatnonzero(filled[row] == NOTHING)
        new = products[~np.isin(products, filled[row])][: len(missing)]
        filled[row, missing[: len(new)]] = new
    return filled

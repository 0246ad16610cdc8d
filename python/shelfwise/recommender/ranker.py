"""The second stage: orders the candidates that SQL proposed."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.isotonic import IsotonicRegression
from sklearn.utils import Tags
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_is_fitted, validate_data


class TwoStageRanker(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Gradient-boosted trees over candidate features, with calibrated probabilities.

    A row is a customer and a candidate product, its group the customer at a cutoff. Groups without a positive are
    dropped, since they say nothing about order; negatives are thinned out to about ``most_negatives``, never below
    ``least_negative_share`` of them. The same rows in the same order give the same model with any number of threads.
    """

    def __init__(
        self,
        max_iter: int = 100,
        learning_rate: float = 0.1,
        max_leaf_nodes: int = 31,
        min_samples_leaf: int = 200,
        l2_regularization: float = 5.0,
        most_negatives: int = 100_000,
        least_negative_share: float = 0.1,
        random_state: int = 0,
    ) -> None:
        self.max_iter = max_iter
        self.learning_rate = learning_rate
        self.max_leaf_nodes = max_leaf_nodes
        self.min_samples_leaf = min_samples_leaf
        self.l2_regularization = l2_regularization
        self.most_negatives = most_negatives
        self.least_negative_share = least_negative_share
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: ArrayLike, groups: ArrayLike | None = None) -> Self:
        """Fit on ``X`` (n_rows, n_features), NaN where unknown; ``y`` (n_rows,), 1 where bought; ``groups`` (n_rows,).

        Raises ValueError when ``y`` has not two classes.
        """
        features, labels = validate_data(self, X, y, dtype=np.float32, ensure_all_finite="allow-nan")
        check_classification_targets(labels)
        kind = type_of_target(labels, input_name="y", raise_unknown=True)
        if kind != "binary":
            raise ValueError(f"Only binary classification is supported. The type of the target is {kind}.")
        self.classes_, codes = np.unique(labels, return_inverse=True)
        if len(self.classes_) != 2:
            raise ValueError(f"TwoStageRanker orders by 2 classes; got {len(self.classes_)} class(es)")
        bought = codes == 1
        kept = self._sampled(bought, None if groups is None else np.asarray(groups))
        self.used_features_ = _informative_columns(features[kept])
        self.n_rows_ = int(kept.sum())
        self.trees_ = HistGradientBoostingClassifier(
            # A few hundred purchases do not carry a hundred trees: they would be learned by heart.
            max_iter=int(np.clip(bought[kept].sum() // 40, min(20, self.max_iter), self.max_iter)),
            learning_rate=self.learning_rate,
            max_leaf_nodes=self.max_leaf_nodes,
            # Small data still splits, but in leaves of at least a hundredth of it.
            min_samples_leaf=int(np.clip(self.n_rows_ // 100, min(20, self.min_samples_leaf), self.min_samples_leaf)),
            l2_regularization=self.l2_regularization,
            early_stopping=False,
            random_state=self.random_state,
        ).fit(features[kept][:, self.used_features_], bought[kept])
        self.n_iter_ = self.trees_.n_iter_
        self.calibrator_: IsotonicRegression | None = None
        return self

    def _sampled(self, bought: NDArray[np.bool_], groups: NDArray[np.int64] | None) -> NDArray[np.bool_]:
        """Return which rows are learned from, and remember the share of negatives among them."""
        if groups is None:
            informative = np.ones(len(bought), dtype=np.bool_)
        else:
            _, group_codes = np.unique(groups, return_inverse=True)
            informative = np.bincount(group_codes, weights=bought)[group_codes] > 0
        negative_count = int((informative & ~bought).sum())
        self.negative_share_ = float(
            np.clip(self.most_negatives / max(negative_count, 1), self.least_negative_share, 1.0)
        )
        drawn = np.random.default_rng(self.random_state).random(len(bought)) < self.negative_share_
        return np.asarray(informative & (bought | drawn))

    def calibrate(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Learn probabilities from rows that ``fit`` has not seen; the order of candidates stays as it is."""
        scores = self.decision_function(X)
        self.calibrator_ = IsotonicRegression(out_of_bounds="clip", y_min=0.0, y_max=1.0)
        self.calibrator_.fit(scores, np.asarray(y) == self.classes_[1])
        return self

    def decision_function(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return (n_rows,) log-odds, corrected for the negatives left out: what candidates are ordered by."""
        check_is_fitted(self)
        features = validate_data(self, X, dtype=np.float32, ensure_all_finite="allow-nan", reset=False)
        raw = self.trees_.decision_function(features[:, self.used_features_])
        return np.asarray(raw + np.log(self.negative_share_))

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return (n_rows, 2) probabilities of the two classes."""
        bought = self.probabilities(self.decision_function(X))
        return np.column_stack([1.0 - bought, bought])

    def probabilities(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability of a purchase for each of ``scores`` (n_rows,), calibrated where that was learned."""
        if self.calibrator_ is None:
            return np.asarray(1.0 / (1.0 + np.exp(-scores)))
        return np.asarray(self.calibrator_.predict(scores))

    def predict(self, X: ArrayLike) -> NDArray[np.generic]:
        """Return the likelier class of each row."""
        likely = self.predict_proba(X)[:, 1] > 0.5
        return np.asarray(self.classes_[likely.astype(int)])

    def __sklearn_tags__(self) -> Tags:
        """Say that NaN is welcome and that there are two classes."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.classifier_tags.multi_class = False
        return tags


def _informative_columns(features: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the columns that can tell rows apart; scikit-learn's histograms fail on one without a single number.

    The first column stays if none can, so that there is something to fit on.
    """
    known = ~np.isnan(features)
    lowest = np.where(known, features, np.inf).min(axis=0)
    highest = np.where(known, features, -np.inf).max(axis=0)
    informative = known.any(axis=0) & ((lowest < highest) | ~known.all(axis=0))
    return np.flatnonzero(informative) if informative.any() else np.zeros(1, dtype=np.int64)

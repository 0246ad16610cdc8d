"""Fitted trees, scored without walking them.

Each tree has a word whose bits are its leaves, from left to right. A row that goes right at a node cannot end in the
leaves to the node's left: those bits go. What a feature's value takes away is the same for all values between two
thresholds, so it is looked up, for all trees at once; the lowest bit that is left is the row's leaf. (Lucchese et al.,
"QuickScorer: a fast algorithm to rank documents with additive ensembles of regression trees", SIGIR 2015.)

Leaves are added up tree by tree, as scikit-learn does, so that the sums are the same to the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

# A block's words stay in the processor's cache.
ROWS_AT_ONCE = 512
WORDS = (np.dtype(np.uint32), np.dtype(np.uint64))
NODE_ARRAYS = ("feature", "threshold", "missing_left", "left", "right", "is_leaf", "value")


@dataclass(frozen=True)
class FeatureMasks:
    """What a feature's values leave of each tree.

    ``thresholds`` (n,) float32 are all those that nodes ask of the feature, ascending; row ``i`` of ``masks``
    (n + 2, n_trees) is for values above ``i`` of them, the last row for NaN.
    """

    feature: int
    thresholds: NDArray[np.float32]
    masks: NDArray[np.unsignedinteger[Any]]


@dataclass(frozen=True)
class Trees:
    """Trees of at most 64 leaves, ready to score: ``leaf_values`` (n_trees, bits of a word) float64."""

    features: tuple[FeatureMasks, ...]
    leaf_values: NDArray[np.float64]

    @classmethod
    def of(cls, arrays: dict[str, NDArray[Any]]) -> Self | None:
        """Prepare the trees of the arrays of a ranker's file; None where one has more leaves than fit in a word."""
        starts = arrays["tree_starts"].astype(np.int64)
        leaves = [_leaves(arrays, first, end) for first, end in pairwise(starts)]
        most = max((len(of_tree.order) for of_tree in leaves), default=1)
        if most > WORDS[-1].itemsize * 8:
            return None
        word = next(word for word in WORDS if most <= word.itemsize * 8)
        values = np.zeros((len(leaves), word.itemsize * 8))
        for tree, of_tree in enumerate(leaves):
            values[tree, : len(of_tree.order)] = arrays["value"][of_tree.order]
        nodes = np.concatenate([of_tree.inner for of_tree in leaves])
        removed = np.concatenate([np.array(of_tree.removed, dtype=np.uint64) for of_tree in leaves])
        trees = np.repeat(np.arange(len(leaves)), [len(of_tree.inner) for of_tree in leaves])
        return cls(_feature_masks(arrays, nodes, trees, removed.astype(word), len(leaves)), values)

    def sums(self, X: NDArray[np.float32], intercept: float) -> NDArray[np.float64]:
        """Return the intercept and what each tree adds, (n_rows,), for ``X`` (n_rows, n_features)."""
        found = np.empty(len(X))
        for start in range(0, len(X), ROWS_AT_ONCE):
            leaves = self._leaves(np.ascontiguousarray(X[start : start + ROWS_AT_ONCE].T))
            values = self.leaf_values.ravel()[leaves]
            values[0] += intercept
            # Accumulated, not reduced: numpy would sum a single row's leaves in pairs.
            found[start : start + leaves.shape[1]] = np.add.accumulate(values, axis=0)[-1]
        return found

    def _leaves(self, columns: NDArray[np.float32]) -> NDArray[np.intp]:
        """Return the place in ``leaf_values``, flat, of each tree's leaf for each row: (n_trees, n_rows).

        ``columns`` (n_features, n_rows) is a block of the features, turned.
        """
        n_trees, bits = self.leaf_values.shape
        word = WORDS[bits > 32]
        left: NDArray[np.unsignedinteger[Any]] = np.full((columns.shape[1], n_trees), np.iinfo(word).max, dtype=word)
        looked_up = np.empty_like(left)
        missing: NDArray[np.bool_] = np.isnan(columns)
        has_missing: list[bool] = np.any(missing, axis=1).tolist()
        for feature in self.features:
            rows = feature.thresholds.searchsorted(columns[feature.feature])
            if has_missing[feature.feature]:
                rows[missing[feature.feature]] = len(feature.thresholds) + 1
            feature.masks.take(rows, axis=0, out=looked_up, mode="clip")
            np.bitwise_and(left, looked_up, out=left)
        below: NDArray[np.uint8] = np.bitwise_count((left - 1) & ~left)  # bits below the lowest one
        return np.asarray(np.ascontiguousarray(below.T).astype(np.intp) + bits * np.arange(n_trees)[:, None])


@dataclass(frozen=True)
class _Leaves:
    """A tree's leaves from left to right, and of each inner node the bits of the leaves to its left."""

    order: list[int]
    inner: NDArray[np.int64]
    removed: list[int]


def _leaves(arrays: dict[str, NDArray[Any]], first: int, end: int) -> _Leaves:
    """Return the leaves of the tree whose nodes are ``first`` to ``end``."""
    left, right, is_leaf = (arrays[name][first:end] for name in ("left", "right", "is_leaf"))
    order: list[int] = []
    inner, removed = [], []

    def visit(node: int) -> None:
        if is_leaf[node]:
            order.append(first + node)
            return
        begin = len(order)
        visit(int(left[node]))
        inner.append(first + node)
        removed.append((1 << len(order)) - (1 << begin))
        visit(int(right[node]))

    visit(0)
    return _Leaves(order, np.array(inner, dtype=np.int64), removed)


def _feature_masks(
    arrays: dict[str, NDArray[Any]],
    nodes: NDArray[np.int64],
    trees: NDArray[np.int64],
    removed: NDArray[np.unsignedinteger[Any]],
    n_trees: int,
) -> tuple[FeatureMasks, ...]:
    """Return the masks of each feature that any of the inner ``nodes`` asks for."""
    made = []
    for feature in np.unique(arrays["feature"][nodes]):
        of_feature = arrays["feature"][nodes] == feature
        thresholds, places = np.unique(arrays["threshold"][nodes[of_feature]], return_inverse=True)
        masks = np.full((len(thresholds) + 2, n_trees), np.iinfo(removed.dtype).max, dtype=removed.dtype)
        kept = ~removed[of_feature]
        np.bitwise_and.at(masks, (places + 1, trees[of_feature]), kept)
        np.bitwise_and.accumulate(masks[:-1], axis=0, out=masks[:-1])
        goes_right = ~arrays["missing_left"][nodes[of_feature]]
        last = np.full(int(goes_right.sum()), len(thresholds) + 1)
        masks[-1] = np.iinfo(removed.dtype).max
        np.bitwise_and.at(masks, (last, trees[of_feature][goes_right]), kept[goes_right])
        made.append(FeatureMasks(int(feature), _rounded_down(thresholds), masks))
    return tuple(made)


def _rounded_down(thresholds: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return the largest float32 up to each threshold: the same float32 values are above it."""
    rounded = thresholds.astype(np.float32)
    return np.where(rounded > thresholds, np.nextafter(rounded, np.float32(-np.inf)), rounded)


def walked_sums(arrays: dict[str, NDArray[Any]], X: NDArray[np.float32], intercept: float) -> NDArray[np.float64]:
    """Return what `Trees.sums` does, for trees with any number of leaves, by walking them."""
    sums = np.full(len(X), intercept)
    for first, end in pairwise(arrays["tree_starts"].astype(np.int64)):
        sums += _values_of_tree(X, {name: arrays[name][first:end] for name in NODE_ARRAYS})
    return sums


def _values_of_tree(X: NDArray[np.float32], tree: dict[str, NDArray[Any]]) -> NDArray[np.float64]:
    nodes = np.zeros(len(X), dtype=np.int64)
    moving = np.flatnonzero(~tree["is_leaf"][nodes])
    while len(moving):
        at = nodes[moving]
        values = X[moving, tree["feature"][at]]
        goes_left = np.where(np.isnan(values), tree["missing_left"][at], values <= tree["threshold"][at])
        nodes[moving] = np.where(goes_left, tree["left"][at], tree["right"][at])
        moving = moving[~tree["is_leaf"][nodes[moving]]]
    return np.asarray(tree["value"][nodes], dtype=np.float64)

"""The windows training works on, and what is done to several of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shelfwise.recommender.content_features import ContentFeatures, with_content
from shelfwise.recommender.dataset import Cutoff, Examples, Warehouse
from shelfwise.recommender.ease_features import EaseFeatures, with_ease
from shelfwise.recommender.ranker import TwoStageRanker


@dataclass(frozen=True)
class Windows:
    """Examples of the past: what is learned from, and what is tested on; one test window a source."""

    training: list[Examples]
    tests: list[Examples]

    @classmethod
    def read(cls, warehouse: Warehouse) -> Windows:
        """Read every window whose labels are known."""
        past = [
            part
            for cutoff in warehouse.cutoffs()
            if cutoff.role in ("training", "test")
            for part in read_examples(warehouse, cutoff)
        ]
        return cls(
            training=[part for part in past if part.cutoff.role == "training"],
            tests=[part for part in past if part.cutoff.role == "test"],
        )

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The features of all windows, in order."""
        return self.past[0].feature_names

    def with_features(self, feature_names: tuple[str, ...]) -> Windows:
        """Return the windows with some of their features alone."""
        return Windows(
            [part.with_only(feature_names) for part in self.training],
            [part.with_only(feature_names) for part in self.tests],
        )

    @property
    def past(self) -> list[Examples]:
        """All windows."""
        return [*self.training, *self.tests]

    def latest_training(self) -> list[Examples]:
        """Return the latest training window of each source."""
        latest: dict[str, Examples] = {}
        for part in sorted(self.training, key=lambda part: part.cutoff.cutoff_at):
            latest[part.cutoff.namespace] = part
        return list(latest.values())

    def earlier_training(self) -> list[Examples]:
        """Return the training windows before the latest of their source."""
        latest = {part.cutoff.cutoff_id for part in self.latest_training()}
        return [part for part in self.training if part.cutoff.cutoff_id not in latest]


def read_examples(warehouse: Warehouse, cutoff: Cutoff, customers_at_once: int | None = None) -> Iterator[Examples]:
    """Yield a cutoff's examples with the features that SQL cannot make."""
    history = warehouse.history(cutoff)
    ease, content = EaseFeatures(history), ContentFeatures(warehouse.title_vectors, history)
    for part in warehouse.examples(cutoff, customers_at_once):
        yield with_content(with_ease(part, ease), content)


def stacked(parts: Sequence[Examples]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return features (n_rows, n_features) and labels (n_rows,) of several windows."""
    return np.vstack([part.features for part in parts]), np.concatenate([part.bought for part in parts])


def fit_ranker(parts: Sequence[Examples], ranker: TwoStageRanker) -> TwoStageRanker:
    """Return the ranker, fitted on windows; a group is a customer at a cutoff."""
    features, bought = stacked(parts)
    offsets = np.cumsum([0, *(len(part.customer_ids) for part in parts)])
    groups = np.concatenate([part.customers + offset for part, offset in zip(parts, offsets, strict=False)])
    return ranker.fit(features, bought, groups)


def labelled_customers(parts: Sequence[Examples]) -> int:
    """Return how many customers, counted once a window, bought one of their candidates."""
    return sum(len(np.unique(part.customers[part.bought])) for part in parts)


def described(part: Examples) -> dict[str, Any]:
    """Return what the model card says about a window."""
    return {
        "cutoff_id": part.cutoff.cutoff_id,
        "namespace": part.cutoff.namespace,
        "role": part.cutoff.role,
        "cutoff_at": part.cutoff.cutoff_at,
        "label_until": part.cutoff.label_until,
        "customer_count": len(part.customer_ids),
        "candidate_count": len(part.customers),
        "bought_count": int(part.bought.sum()),
    }

"""How far what is scored tonight lies from what was learned from, and the scores from those that are published.

The measure is the population stability index: over ten classes that hold a tenth of the reference each, the sum of
(share now - share then) · ln(share now / share then). Below .1 nothing happened; above .25 it is another population.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shelfwise.files import write_text_atomically
from shelfwise.recommender.dataset import Examples
from shelfwise.recommender.outputs import RECOMMENDER_DRIFT
from shelfwise.settings import Settings
from shelfwise.warehouse.published import NothingPublishedError, resolve_current

CLASSES = 10
# Of the reference, enough to tell a tenth from a ninth.
MOST_REFERENCE_ROWS = 200_000
FEWEST_SHARE = 1e-4
FILE_NAME = "score_distribution.json"
#: probabilities of a purchase, in halves: an upper end of each class
SCORE_ENDS = tuple(2.0**-power for power in range(10, -1, -1))


def stability_index(reference: NDArray[np.float64], now: NDArray[np.float64]) -> float:
    """Return the index of two distributions over the same classes, of counts or of shares, (n_classes,)."""
    then, current = (np.maximum(counts / max(counts.sum(), 1e-12), FEWEST_SHARE) for counts in (reference, now))
    return float(np.sum((current - then) * np.log(current / then)))


@dataclass
class FeatureDistribution:
    """Of each feature the classes of the reference, and how many values of either fall into them.

    What is missing (NaN) is a class of its own.
    """

    feature_names: tuple[str, ...]
    ends: list[NDArray[np.float32]]
    reference: list[NDArray[np.float64]]
    now: list[NDArray[np.float64]] = field(default_factory=list)

    @classmethod
    def of(cls, parts: Sequence[Examples]) -> FeatureDistribution:
        """Return the distribution of what is learned from; nothing has been counted now."""
        rows = sum(len(part.features) for part in parts)
        step = max(1, -(-rows // MOST_REFERENCE_ROWS))
        features = np.vstack([part.features[::step] for part in parts])
        ends = [class_ends(column) for column in features.T]
        found = cls(parts[0].feature_names, ends, [])
        found.reference = found.counts(features)
        found.now = [np.zeros_like(counts) for counts in found.reference]
        return found

    def counts(self, features: NDArray[np.float32]) -> list[NDArray[np.float64]]:
        """Return how many values fall into each class, for each feature of (n_rows, n_features)."""
        return [class_counts(column, ends) for column, ends in zip(features.T, self.ends, strict=True)]

    def add(self, part: Examples) -> None:
        """Count what is scored now."""
        for total, counts in zip(self.now, self.counts(part.features), strict=True):
            total += counts

    def indexes(self) -> dict[str, float]:
        """Return the index of each feature; none where nothing was counted."""
        if not any(counts.sum() for counts in self.now):
            return {}
        pairs = zip(self.feature_names, self.reference, self.now, strict=True)
        return {name: stability_index(then, current) for name, then, current in pairs}


def class_ends(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return where one class of a feature ends and the next begins: deciles, each once."""
    known = values[~np.isnan(values)]
    return np.unique(np.quantile(known, np.arange(1, CLASSES) / CLASSES)) if len(known) else known


def class_counts(values: NDArray[np.float32], ends: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return how many values fall into each class between ends, and how many are missing, (n_ends + 2,)."""
    missing = np.isnan(values)
    classes = np.searchsorted(ends, values[~missing], side="left")
    counts = np.bincount(classes, minlength=len(ends) + 1)
    return np.append(counts, missing.sum()).astype(np.float64)


def score_distribution(tables: Sequence[pa.Table]) -> dict[str, list[int]]:
    """Return by shop how many of the scores that are kept fall into each class of `SCORE_ENDS`."""
    counted: dict[str, NDArray[np.int64]] = {}
    for table in tables:
        shops = pc.list_element(pc.split_pattern(table.column("customer_id"), ":", max_splits=1), 0).to_numpy()
        scores = table.column("score").to_numpy()
        for shop in np.unique(shops.astype(str)):
            classes = np.minimum(np.searchsorted(SCORE_ENDS, scores[shops == shop]), len(SCORE_ENDS) - 1)
            counts = np.bincount(classes, minlength=len(SCORE_ENDS))
            counted[shop] = counted.get(shop, np.zeros(len(SCORE_ENDS), np.int64)) + counts
    return {shop: counts.tolist() for shop, counts in counted.items()}


def save_scores(distribution: dict[str, list[int]], folder: Path) -> None:
    """Write the distribution of scores beside the model, for the next training to compare with."""
    write_text_atomically(folder / FILE_NAME, json.dumps(distribution) + "\n")


def published_scores(settings: Settings) -> dict[str, list[int]]:
    """Return the distribution of the published version; empty where it has none."""
    try:
        path = resolve_current(settings).model_path / FILE_NAME
    except NothingPublishedError:
        return {}
    if not path.is_file():
        return {}
    stored: dict[str, list[int]] = json.loads(path.read_text(encoding="utf-8"))
    return stored


def drift_table(
    version: str, features: FeatureDistribution, scores: dict[str, list[int]], earlier: dict[str, list[int]]
) -> pa.Table:
    """Return the indexes of a training as a table of `outputs.RECOMMENDER_DRIFT`."""
    rows = [
        {"model_version": version, "signal": "feature_drift", "name": name, "stability_index": round(index, 6)}
        for name, index in features.indexes().items()
    ]
    rows += [
        {
            "model_version": version,
            "signal": "score_drift",
            "name": shop,
            "stability_index": round(stability_index(np.array(earlier[shop], float), np.array(counts, float)), 6),
        }
        for shop, counts in scores.items()
        if len(earlier.get(shop, ())) == len(counts)
    ]
    return pa.Table.from_pylist(rows, schema=RECOMMENDER_DRIFT)

"""What scoring a session costs in processor time, which other work on the machine does not lengthen much."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from threadpoolctl import threadpool_limits

from bench.serving.dataset import SHOP, Size, product_id
from bench.serving.visits import simulate_visits
from shelfwise.recommender.ranker import TwoStageRanker
from shelfwise.recommender.ranker_file import save_ranker
from shelfwise.scoring.candidates import session_candidates
from shelfwise.scoring.prefixes import Prefixes
from shelfwise.scoring.ranker_file import SavedRanker
from shelfwise.scoring.trees import walked_sums
from shelfwise.serving.sessions import ShopSessions

T = TypeVar("T")
TOGETHER = 8
TIMES = 60


def measure_scoring(parts: Path, size: Size) -> dict[str, float]:
    """Return milliseconds of processor time for each of some sessions, alone and eight together."""
    positions = {product_id(number): number for number in range(size.products)}
    shop = ShopSessions.load(parts / "session_index" / SHOP, positions)
    visits = simulate_visits(TIMES * TOGETHER, size.products, seed=12, fewest=3, most=10)
    sessions = [
        steps
        for visit, length in zip(visits.products.tolist(), visits.lengths.tolist(), strict=True)
        if (steps := shop.steps_of(visit[:length]))
    ]
    found: dict[str, float] = {}
    with threadpool_limits(1):
        for name, n in (("alone", 1), ("together", TOGETHER)):
            batches = [sessions[start : start + n] for start in range(0, TIMES * n, n)]
            made = [session_candidates(shop.index, Prefixes.of(batch)) for batch in batches]
            rows = [of_batch.columns(shop.ranker.feature_names) for of_batch in made]
            found |= {
                f"{name}_rows": float(np.mean([len(part) for part in rows]) / n),
                f"{name}_all_ms": each(shop.next_products, batches) / n,
                f"{name}_candidates_ms": each(lambda batch: session_candidates(shop.index, Prefixes.of(batch)), batches)
                / n,
                f"{name}_trees_ms": each(shop.ranker.decision_function, rows) / n,
            }
            found |= {f"{name}_{key}": value / n for key, value in trees_otherwise(rows[0].shape).items()}
    return {key: round(value, 3) for key, value in found.items()}


def trees_otherwise(shape: tuple[int, ...]) -> dict[str, float]:
    """Return what scikit-learn and a walk in numpy take for a ranker and rows of this size, and the look-up as well."""
    generator = np.random.default_rng(0)
    features = generator.normal(size=(40_000, shape[1])).astype(np.float32)
    labels = features[:, :10].sum(axis=1) + generator.normal(size=len(features)) > 1
    ranker = TwoStageRanker(max_iter=120, max_leaf_nodes=31, min_samples_leaf=100).fit(features, labels)
    with tempfile.TemporaryDirectory() as folder:
        save_ranker(ranker, tuple(str(number) for number in range(shape[1])), Path(folder) / "ranker.npz")
        saved = SavedRanker.load(Path(folder) / "ranker.npz")
    rows = [features[start : start + shape[0]] for start in range(0, 20 * shape[0], shape[0])]
    return {
        "equal_trees_look_up_ms": each(saved.decision_function, rows),
        "equal_trees_scikit_learn_ms": each(ranker.decision_function, rows),
        "equal_trees_walked_ms": each(lambda part: walked_sums(saved.arrays, part, 0.0), rows),
    }


def each(work: Callable[[T], object], inputs: Sequence[T]) -> float:
    """Return the mean milliseconds of this thread for a piece of work."""
    work(inputs[0])
    started = time.thread_time()
    for given in inputs:
        work(given)
    return 1e3 * (time.thread_time() - started) / len(inputs)

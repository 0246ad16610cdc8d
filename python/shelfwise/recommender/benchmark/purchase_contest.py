"""One method on the purchase benchmark: settings chosen on the window before the test, then the test."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from shelfwise.errors import ShelfwiseError
from shelfwise.recommender.benchmark.contender import CHOSEN_BY, LIST_LENGTH, Outcome
from shelfwise.recommender.benchmark.purchase_peers import PurchasePeer, ScoreCustomers
from shelfwise.recommender.benchmark.purchase_task import PurchaseTask
from shelfwise.recommender.dataset import Examples, Warehouse
from shelfwise.recommender.evaluation import POPULARITY_DAYS, values_of
from shelfwise.recommender.popularity import Popularity
from shelfwise.recommender.ranker import TwoStageRanker
from shelfwise.recommender.windows import Windows, fit_ranker, labelled_customers, read_examples
from shelfwise.scoring.ranking import NOTHING, top_of_candidates, top_of_scores

CUSTOMERS_AT_ONCE = 500
CUSTOMERS_RANKED_AT_ONCE = 2_500


def run_purchase_peer(earlier: PurchaseTask | None, task: PurchaseTask, peer: PurchasePeer) -> Outcome:
    """Choose the peer's settings on the earlier task, once for each slice, and let it answer the task.

    Lists of what is new to a customer may come from other settings than lists of everything: a peer gets the best of
    both, at the cost of being fitted twice.
    """
    started = time.monotonic()
    chosen = {"all": peer.grid[0], "new": peer.grid[0]}
    if earlier is not None and len(peer.grid) > 1:
        found = [_qualities(earlier, peer.fit(earlier, settings)) for settings in peer.grid]
        chosen = {name: peer.grid[int(np.argmax([values[name] for values in found]))] for name in chosen}
    tuned = time.monotonic()
    fits = {name: peer.fit(task, settings) for name, settings in chosen.items()}
    fitted = time.monotonic()
    lists = {name: lists_of(task, fits[name], only_new=name == "new") for name in chosen}
    return Outcome(
        name=peer.name,
        role="peer",
        lists=lists,
        settings=chosen,
        tried=len(peer.grid),
        fit_s=fitted - tuned,
        predict_s=time.monotonic() - fitted,
        tune_s=tuned - started,
    )


def _qualities(task: PurchaseTask, score: ScoreCustomers) -> dict[str, float]:
    slices = task.slices()
    return {
        name: float(values_of(lists_of(task, score, only_new=name == "new"), *slices[name])[:, CHOSEN_BY].mean())
        for name in ("all", "new")
    }


def lists_of(task: PurchaseTask, score: ScoreCustomers, *, only_new: bool) -> NDArray[np.int64]:
    """Return each asked customer's list, (n_asked, LIST_LENGTH); what is popular for those without history."""
    lists = np.repeat(popular_list(task)[None, :], len(task.rows), axis=0)
    known = np.flatnonzero(task.has_history)
    for start in range(0, len(known), CUSTOMERS_AT_ONCE):
        asked = known[start : start + CUSTOMERS_AT_ONCE]
        scores = score(task.rows[asked])
        if only_new:
            scores = np.where((task.bought[asked] != 0).toarray(), -np.inf, scores)
        lists[asked] = top_of_scores(scores, LIST_LENGTH)
    return lists


def popular_list(task: PurchaseTask) -> NDArray[np.int64]:
    """Return what most customers bought in the last 30 days, (LIST_LENGTH,)."""
    scores = Popularity().fit(task.history.bought_within(POPULARITY_DAYS)).buyer_counts_[None, :]
    return np.asarray(top_of_scores(scores, LIST_LENGTH)[0])


def run_purchase_ours(warehouse: Warehouse, task: PurchaseTask, ranker: TwoStageRanker) -> Outcome:
    """Learn from all windows whose labels are known, then rank the candidates of the asked customers.

    Raises ShelfwiseError when no window has a purchase to learn from.
    """
    started = time.monotonic()
    windows = Windows.read(warehouse)
    if not labelled_customers(windows.past):
        raise ShelfwiseError(
            "no customer bought a candidate again in any window before the cutoff, so there is nothing to learn from",
            remedy="Give more history: at least three times the days to be foretold",
        )
    fit_ranker(windows.past, ranker)
    fitted = time.monotonic()
    lists = {name: np.repeat(popular_list(task)[None, :], len(task.rows), axis=0) for name in ("all", "new")}
    for part in read_examples(warehouse, task.cutoff, CUSTOMERS_RANKED_AT_ONCE):
        scores = ranker.decision_function(part.features)
        for name, made in lists.items():
            _put_lists(made, task, part, scores, only_new=name == "new")
    return Outcome(
        name="two_stage",
        role="ours",
        lists=lists,
        settings=ranker.get_params(),
        tried=1,
        fit_s=fitted - started,
        predict_s=time.monotonic() - fitted,
        tune_s=0.0,
    )


def _put_lists(
    lists: NDArray[np.int64],
    task: PurchaseTask,
    examples: Examples,
    scores: NDArray[np.float64],
    *,
    only_new: bool,
) -> None:
    """Put the lists of the customers of ``examples`` who are asked into ``lists`` (n_asked, LIST_LENGTH)."""
    row_of = {customer: row for row, customer in enumerate(task.customer_ids)}
    asked = np.array([row_of.get(customer, -1) for customer in examples.customer_ids], dtype=np.int64)
    kept = asked[examples.customers] >= 0
    if only_new:
        kept &= examples.column("pair_order_count") == 0
    found = top_of_candidates(examples.customers[kept], examples.products[kept], scores[kept], len(asked), LIST_LENGTH)
    has_list = (found != NOTHING).any(axis=1) & (asked >= 0)
    lists[asked[has_list]] = found[has_list]

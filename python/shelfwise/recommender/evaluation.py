"""The time-split evaluation: lists made at the test cutoff against what was bought in the window after it.

The whole catalogue is ranked, what nobody could foresee counts as a miss, and three kinds of customers are never
mixed: ``all`` (buyers with history), ``new`` (the same, only what they had not bought before) and ``cold`` (buyers who
had bought nothing before; the ranker knows the clicks of some).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from shelfwise.recommender.dataset import Examples, History, Labels
from shelfwise.recommender.intervals import paired_intervals
from shelfwise.recommender.list_qualities import list_qualities
from shelfwise.recommender.metrics import METRICS
from shelfwise.recommender.personal_top_frequency import PersonalTopFrequency
from shelfwise.recommender.popularity import Popularity
from shelfwise.scoring.ranking import NOTHING, top_of_candidates, top_of_scores

OURS = "two_stage"
CHAMPION, CHALLENGER = "champion", "challenger"
BASELINES = ("personal_top_frequency", "popularity")
SLICES = ("all", "new", "cold")
LENGTHS = (10, 20)
POPULARITY_DAYS = 30
CUSTOMERS_AT_ONCE = 1_000
MEASURES = tuple((metric, k) for metric in METRICS for k in LENGTHS)


@dataclass(frozen=True)
class Score:
    """A mean over customers with its 95% interval."""

    model_name: str
    role: str
    namespace: str
    slice: str
    metric: str
    k: int
    value: float
    lower_bound: float
    upper_bound: float
    customer_count: int


@dataclass(frozen=True)
class Gain:
    """The mean paired difference between the ranker and a baseline, with its 95% interval."""

    baseline: str
    namespace: str
    slice: str
    metric: str
    k: int
    value: float
    lower_bound: float
    upper_bound: float
    relative: float | None


@dataclass(frozen=True)
class Measured:
    """Values (n_rows, len(MEASURES)) of each model on a slice of a source's customers, or of its sessions' prefixes.

    ``clusters`` (n_rows,) numbers the customer or the session of each row.
    """

    namespace: str
    slice: str
    values: dict[str, NDArray[np.float64]]
    clusters: NDArray[np.int64]

    @property
    def count(self) -> int:
        """How many customers or sessions were evaluated."""
        return len(np.unique(self.clusters))

    def renamed(self, names: Mapping[str, str]) -> Measured:
        """Return the same with models under other names."""
        return replace(self, values={names.get(model, model): of for model, of in self.values.items()})


class EvaluationWindow:
    """The customers, truths and lists of one source's test cutoff."""

    def __init__(self, examples: Examples, history: History, labels: Labels) -> None:
        self.examples = examples
        self.labels = labels
        self.n_customers = len(labels.customer_ids)
        self.n_products = history.order_counts.shape[1]
        self.truth = sp.csr_matrix(
            (np.ones(len(labels.customers)), (labels.customers, labels.products)), (self.n_customers, self.n_products)
        )
        history_rows = history.rows_of(labels.customer_ids)
        self.has_history = history_rows >= 0
        self.order_counts = history.orders_of(history_rows)
        recent = history.bought_within(POPULARITY_DAYS)
        self.buyer_counts = np.diff(history.order_counts.tocsc().indptr)
        self.lists: dict[bool, dict[str, NDArray[np.int64]]] = {}
        self.baselines: dict[str, PersonalTopFrequency | Popularity] = {
            "personal_top_frequency": PersonalTopFrequency().fit(recent),
            "popularity": Popularity().fit(recent),
        }

    def baseline_lists(self, name: str, *, only_new: bool) -> NDArray[np.int64]:
        """Return a baseline's list for each customer (n_customers, longest list)."""
        lists = []
        for start in range(0, self.n_customers, CUSTOMERS_AT_ONCE):
            order_counts = self.order_counts[start : start + CUSTOMERS_AT_ONCE]
            scores = self.baselines[name].score_products(order_counts)
            if only_new:
                scores[order_counts.nonzero()] = -np.inf
            lists.append(top_of_scores(scores, max(LENGTHS)))
        return np.vstack(lists)

    def our_lists(self, scores: NDArray[np.float64], *, only_new: bool) -> NDArray[np.int64]:
        """Return the ranker's list for each customer; a customer without candidates gets what is popular."""
        index = {customer: row for row, customer in enumerate(self.labels.customer_ids)}
        rows = np.array([index.get(customer, -1) for customer in self.examples.customer_ids], dtype=np.int64)
        customers = rows[self.examples.customers]
        kept = customers >= 0
        if only_new:
            kept &= self.examples.column("pair_order_count") == 0
        lists = top_of_candidates(
            customers[kept], self.examples.products[kept], scores[kept], self.n_customers, max(LENGTHS)
        )
        without = (lists == NOTHING).all(axis=1)
        lists[without] = self.baseline_lists("popularity", only_new=only_new)[without]
        return lists

    def measure(self, scores: Mapping[str, NDArray[np.float64]]) -> list[Measured]:
        """Return every model's values on each slice; ``scores`` are those of rankers, (n_rows,) of ``examples``."""
        self.lists = {
            only_new: {name: self.our_lists(of, only_new=only_new) for name, of in scores.items()}
            | {name: self.baseline_lists(name, only_new=only_new) for name in BASELINES}
            for only_new in (False, True)
        }
        return [
            Measured(
                namespace=self.examples.cutoff.namespace,
                slice=name,
                values={
                    model: values_of(model_lists, truth, chosen)
                    for model, model_lists in self.lists[name == "new"].items()
                },
                clusters=evaluated(truth, chosen),
            )
            for name, (truth, chosen) in slices_of(self.truth, self.order_counts, self.has_history).items()
        ]

    def qualities(self) -> dict[str, dict[str, float]]:
        """Return what each model's lists are beside right; `measure` has made them."""
        return {model: list_qualities(lists, self.buyer_counts) for model, lists in self.lists[False].items()}


def slices_of(
    truth: sp.csr_matrix, order_counts: sp.csr_matrix, has_history: NDArray[np.bool_]
) -> dict[str, tuple[sp.csr_matrix, NDArray[np.bool_]]]:
    """Return the truth of each slice, (n_customers, n_products), and whom it is about, (n_customers,).

    ``truth`` may have products beyond those of ``order_counts``: what nobody had bought before.
    """
    before = order_counts.copy()
    before.resize(truth.shape)
    unseen = (truth - truth.multiply(before != 0)).tocsr()
    unseen.eliminate_zeros()
    return {"all": (truth, has_history), "new": (unseen, has_history), "cold": (truth, ~has_history)}


def values_of(lists: NDArray[np.int64], truth: sp.csr_matrix, chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return (n_evaluated, len(MEASURES)) values of the chosen customers who have something to foretell."""
    truth_sizes = np.diff(truth.indptr)
    rows = evaluated(truth, chosen)
    n_products = truth.shape[1]
    truth_keys = np.repeat(np.arange(truth.shape[0]), truth_sizes) * n_products + truth.indices
    list_keys = rows[:, None] * n_products + lists[rows]
    hits = np.isin(list_keys, truth_keys) & (lists[rows] != NOTHING)
    columns = [METRICS[metric](hits[:, :k], truth_sizes[rows]) for metric, k in MEASURES]
    return np.column_stack(columns)


def evaluated(truth: sp.csr_matrix, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return which of the chosen rows have something to foretell."""
    return np.flatnonzero(chosen & (np.diff(truth.indptr) > 0))


def together(measured: Sequence[Measured]) -> list[Measured]:
    """Return the measured slices of each source, and of all sources together under the name ``all``."""
    names = dict.fromkeys(part.slice for part in measured)
    return [*measured, *(_pooled([part for part in measured if part.slice == name]) for name in names)]


def _pooled(parts: Sequence[Measured]) -> Measured:
    offsets = np.cumsum([0, *(int(part.clusters.max(initial=-1)) + 1 for part in parts)])
    return Measured(
        namespace="all",
        slice=parts[0].slice,
        values={model: np.vstack([part.values[model] for part in parts]) for model in parts[0].values},
        clusters=np.concatenate([part.clusters + offset for part, offset in zip(parts, offsets, strict=False)]),
    )


def summarise(measured: Sequence[Measured], seed: int) -> tuple[list[Score], list[Gain]]:
    """Return means with intervals, and paired gains over each baseline; slices without customers are left out."""
    scores: list[Score] = []
    gains: list[Gain] = []
    for part in measured:
        if len(part.values[OURS]):
            intervals, gain_intervals = paired_intervals(part.values, OURS, seed, part.clusters)
            scores += _scores_of(part, intervals)
            gains += _gains_of(part, gain_intervals)
    return scores, gains


def _scores_of(part: Measured, intervals: Mapping[str, NDArray[np.float64]]) -> list[Score]:
    return [
        Score(
            model_name=model,
            role="ours" if model == OURS else "baseline",
            namespace=part.namespace,
            slice=part.slice,
            metric=metric,
            k=k,
            value=_rounded(values[:, column].mean()),
            lower_bound=_rounded(intervals[model][column, 0]),
            upper_bound=_rounded(intervals[model][column, 1]),
            customer_count=part.count,
        )
        for model, values in part.values.items()
        for column, (metric, k) in enumerate(MEASURES)
    ]


def _gains_of(part: Measured, intervals: Mapping[str, NDArray[np.float64]]) -> list[Gain]:
    gains = []
    for baseline, bounds in intervals.items():
        base = part.values[baseline].mean(axis=0)
        gain = (part.values[OURS] - part.values[baseline]).mean(axis=0)
        gains += [
            Gain(
                baseline=baseline,
                namespace=part.namespace,
                slice=part.slice,
                metric=metric,
                k=k,
                value=_rounded(gain[column]),
                lower_bound=_rounded(bounds[column, 0]),
                upper_bound=_rounded(bounds[column, 1]),
                relative=_rounded(gain[column] / base[column]) if base[column] > 0 else None,
            )
            for column, (metric, k) in enumerate(MEASURES)
        ]
    return gains


def _rounded(value: float) -> float:
    return round(float(value), 9)

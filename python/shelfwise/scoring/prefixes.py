"""What visitors looked at so far: the questions that the session recommender answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from shelfwise.scoring.ragged import gather, spans, starts_from

# What was looked at longer ago says nothing that the latest steps do not.
LONGEST_PREFIX = 20


@dataclass(frozen=True)
class Prefixes:
    """Steps of several visitors, the oldest first: ``products`` (n_steps,) numbers, ``weights`` (n_steps,) float32.

    Prefix ``i`` is ``products[starts[i]:starts[i + 1]]``; it may be empty.
    """

    starts: NDArray[np.int64]
    products: NDArray[np.int32]
    weights: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.starts) - 1

    @classmethod
    def of(cls, product_lists: Sequence[Sequence[int]]) -> Self:
        """Return prefixes of steps that all weigh the same."""
        lengths = np.array([len(products) for products in product_lists], dtype=np.int64)
        flat = np.fromiter((product for products in product_lists for product in products), np.int32, lengths.sum())
        return cls(starts_from(lengths), flat, np.ones(len(flat), dtype=np.float32))

    def take(self, rows: NDArray[np.integer]) -> Self:
        """Return some of the prefixes, in the order of ``rows``."""
        owners, places = gather(self.starts, rows)
        lengths = np.bincount(owners, minlength=len(rows))
        return type(self)(starts_from(lengths), self.products[places], self.weights[places])

    def in_parts(self, prefixes_at_once: int) -> Iterator[tuple[int, Self]]:
        """Yield (number of its first prefix, part) for parts of so many prefixes."""
        for start in range(0, len(self), prefixes_at_once):
            yield start, self.take(np.arange(start, min(start + prefixes_at_once, len(self))))


@dataclass(frozen=True)
class Visited:
    """The different products of each prefix: rows sorted by prefix and product.

    ``steps_back`` (n_rows,) is 0 for the latest step, ``lengths`` (n_prefixes,) counts the steps taken into account.
    """

    prefixes: NDArray[np.int64]
    products: NDArray[np.int32]
    steps_back: NDArray[np.int64]
    weights: NDArray[np.float32]
    counts: NDArray[np.int64]
    lengths: NDArray[np.int64]

    @classmethod
    def of(cls, prefixes: Prefixes, n_products: int) -> Self:
        """Look at the latest ``LONGEST_PREFIX`` steps of each prefix; a product counts where it was last."""
        ends = prefixes.starts[1:]
        lengths = np.minimum(np.diff(prefixes.starts), LONGEST_PREFIX)
        owners, places = spans(ends - lengths, lengths)
        steps_back = ends[owners] - 1 - places
        keys = owners * n_products + prefixes.products[places]
        order = np.lexsort((steps_back, keys))
        is_latest = np.r_[True, keys[order][1:] != keys[order][:-1]] if len(order) else np.zeros(0, dtype=np.bool_)
        latest = order[is_latest]
        group_starts = np.flatnonzero(is_latest)
        return cls(
            prefixes=owners[latest],
            products=prefixes.products[places][latest],
            steps_back=steps_back[latest],
            weights=np.maximum.reduceat(prefixes.weights[places][order], group_starts)
            if len(order)
            else np.zeros(0, dtype=np.float32),
            counts=np.diff(np.r_[group_starts, len(order)]),
            lengths=lengths,
        )

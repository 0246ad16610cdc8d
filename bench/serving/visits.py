"""Simulated visits: some products are looked at far more than others, and a visit stays near where it began.

Products are as unequal as Zipf has it with exponent 1, the most that is allowed to be drawn here: a more skewed shop
would be answered out of the processor's cache.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LONGEST_VISIT = 20
GO_ON, GO_NEAR, GO_BACK = 0.8, 0.75, 0.15
SHELVES = 500  # products of one shelf are near each other


@dataclass(frozen=True)
class Visits:
    """Visits by simulated shoppers: products (n_visits, LONGEST_VISIT), the first ``lengths`` (n_visits,) of a row."""

    products: NDArray[np.int64]
    lengths: NDArray[np.int64]


def zipf_draws(generator: np.random.Generator, n_things: int, n_draws: int) -> NDArray[np.int64]:
    """Return things from 0, (n_draws,), thing r being drawn 1 / (r + 1) as often as the first."""
    shares = np.cumsum(1.0 / np.arange(1, n_things + 1))
    return np.asarray(np.searchsorted(shares, generator.random(n_draws) * shares[-1]))


def simulate_visits(n_visits: int, n_products: int, seed: int, fewest: int = 2, most: int = LONGEST_VISIT) -> Visits:
    """Return visits of ``fewest`` to ``most`` steps."""
    generator = np.random.default_rng(seed)
    # Which products are popular has nothing to do with which are near each other.
    names = np.random.default_rng(0).permutation(n_products)
    lengths = np.clip(generator.geometric(1 - GO_ON, n_visits) + fewest - 1, fewest, most)
    products = np.zeros((n_visits, LONGEST_VISIT), dtype=np.int64)
    products[:, 0] = names[zipf_draws(generator, n_products, n_visits)]
    for step in range(1, most):
        here = products[:, step - 1]
        chance = generator.random(n_visits)
        distance = generator.geometric(0.3, n_visits) * generator.choice([-1, 1], n_visits) * SHELVES
        earlier = products[np.arange(n_visits), generator.integers(0, step, n_visits)]
        anywhere = names[zipf_draws(generator, n_products, n_visits)]
        products[:, step] = np.select(
            [chance < GO_NEAR, chance < GO_NEAR + GO_BACK], [(here + distance) % n_products, earlier], anywhere
        )
    return Visits(products, lengths)

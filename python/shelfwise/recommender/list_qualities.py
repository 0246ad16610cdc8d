"""What lists are beside right: how much of the catalogue they show, how new it is, and how different they are.

After Vargas and Castells, "Rank and relevance in novelty and diversity metrics" (RecSys 2011), and Zhou et al.,
"Solving the apparent diversity-accuracy dilemma of recommender systems" (PNAS 2010).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shelfwise.scoring.ranking import NOTHING


def list_qualities(lists: NDArray[np.int64], popularity: NDArray[np.integer]) -> dict[str, float]:
    """Return measures of ``lists`` (n_lists, k); ``popularity`` (n_products,) counts who had each product before.

    ``coverage``: share of the catalogue on any list. ``novelty``: mean bits of surprise of a product on a list, when
    products are met as often as they are popular. ``popularity_percentile``: mean share of the catalogue that is less
    popular than a product on a list, 0.5 without any bias. ``gini``: inequality of how often products are listed, 1
    when one product takes all. ``diversity``: share of a list that another list has not, on average.
    """
    shown = lists[lists != NOTHING]
    n_products, n_lists = len(popularity), len(lists)
    if not len(shown):
        return dict.fromkeys(("coverage", "novelty", "popularity_percentile", "gini", "diversity"), 0.0)
    exposures = np.bincount(shown, minlength=n_products)
    chances = (popularity + 1) / (popularity.sum() + n_products)
    ordered = np.sort(popularity)
    below = np.searchsorted(ordered, popularity, side="left")
    up_to = np.searchsorted(ordered, popularity, side="right")
    percentiles = (below + up_to - 1) / 2 / max(n_products - 1, 1)
    # Two lists share a product when both hold it.
    shared = (exposures * (exposures - 1)).sum() / max(n_lists - 1, 1) / exposures.sum()
    ranks = np.arange(1, n_products + 1)
    gini = (2 * (ranks * np.sort(exposures)).sum() / exposures.sum() - (n_products + 1)) / max(n_products - 1, 1)
    return {
        "coverage": round(float((exposures > 0).mean()), 6),
        "novelty": round(float(-np.log2(chances[shown]).mean()), 6),
        "popularity_percentile": round(float(percentiles[shown].mean()), 6),
        "gini": round(float(gini), 6),
        "diversity": round(float(1 - shared), 6) if n_lists > 1 else 0.0,
    }

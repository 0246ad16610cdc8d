"""The session index as arrays: what the models `rec_session_*` hold for one cutoff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import duckdb
import numpy as np
from numpy.typing import NDArray

from shelfwise.scoring.ragged import starts_of
from shelfwise.warehouse.columns import fetch_columns, fetch_texts

PAIR_WEIGHTS = (
    "forward_weight",
    "recent_forward_weight",
    "symmetric_weight",
    "recent_symmetric_weight",
    "next_count",
    "cosine",
)
PRODUCT_FEATURES = (
    "step_count",
    "recent_steps",
    "latest_session_age",
    "first_session_age",
)


# A session counts as a neighbour less the older it is and the more it looked at.
SESSION_DECAY = 2.0
LEAST_RARITY = 0.1


@dataclass(frozen=True)
class SessionIndex:
    """Products and sessions before a cutoff, both numbered from 0.

    ``pair_starts`` (n_products + 1,), ``pair_products`` (n_pairs,) and ``pair_weights`` (one (n_pairs,) float32 for
    each of PAIR_WEIGHTS) hold each product's neighbours; ``posting_starts``, ``posting_sessions`` and
    ``posting_steps`` its latest sessions and the last step at it in each; ``session_starts``, ``session_products`` and
    ``session_steps`` the different products of each session and the last step at each; ``session_weights``
    (n_sessions,) what a session counts as a neighbour. Of each product (n_products,): ``session_counts``, ``rarity``
    (the logarithm of sessions per session with it), ``follower_weights`` and ``follower_counts`` (sums over its
    pairs), one float32 for each of PRODUCT_FEATURES in ``product_features``, and where there are ``embeddings`` a row
    of unit length (n_products, n_dimensions). ``second_order_starts``, ``second_order_products`` and
    ``second_order_weights``, where they are there, hold each product's neighbours of neighbours as its pairs are held.
    """

    product_ids: NDArray[np.object_]
    pair_starts: NDArray[np.int64]
    pair_products: NDArray[np.int32]
    pair_weights: dict[str, NDArray[np.float32]]
    posting_starts: NDArray[np.int64]
    posting_sessions: NDArray[np.int32]
    posting_steps: NDArray[np.int32]
    session_starts: NDArray[np.int64]
    session_products: NDArray[np.int32]
    session_steps: NDArray[np.int32]
    session_weights: NDArray[np.float32]
    session_counts: NDArray[np.int64]
    rarity: NDArray[np.float32]
    follower_weights: NDArray[np.float32]
    follower_counts: NDArray[np.float32]
    product_features: dict[str, NDArray[np.float32]]
    embeddings: NDArray[np.float32] | None = None
    second_order_starts: NDArray[np.int64] | None = None
    second_order_products: NDArray[np.int32] | None = None
    second_order_weights: NDArray[np.float32] | None = None

    @property
    def n_products(self) -> int:
        """How many products are numbered, among them some that only later sessions have."""
        return len(self.product_ids)

    @property
    def n_sessions(self) -> int:
        """How many sessions were over at the cutoff."""
        return len(self.session_weights)

    @classmethod
    def read(cls, connection: duckdb.DuckDBPyConnection, cutoff_id: str, *, with_pairs: bool = True) -> Self:
        """Read the index of a cutoff from a build database; without pairs only its sessions and products."""
        namespace, n_sessions = connection.execute(
            "select namespace, session_count from rec_session_cutoffs where cutoff_id = ?", [cutoff_id]
        ).fetchall()[0]
        product_ids = fetch_texts(
            connection,
            "select product_id from rec_session_steps where namespace = ? group by all order by min(product_number)",
            [namespace],
        )
        pairs = fetch_columns(
            connection,
            f"""
            select product_number - 1 as product, neighbour_number - 1 as neighbour, {", ".join(PAIR_WEIGHTS)}
            from rec_session_pairs where cutoff_id = ? and ? order by product, neighbour
            """,
            [cutoff_id, with_pairs],
        )
        postings = fetch_columns(
            connection,
            """
            select product_number - 1 as product, session_number - 1 as session, step_number as step
            from rec_session_postings where cutoff_id = ? order by product, session
            """,
            [cutoff_id],
        )
        visits = fetch_columns(
            connection,
            """
            select session_number - 1 as session, product_number - 1 as product, max(step_number) as step
            from rec_session_steps where namespace = ? and session_number <= ?
            group by all order by session, product
            """,
            [namespace, n_sessions],
        )
        products = fetch_columns(
            connection,
            f"""
            select product_number - 1 as product, session_count, {", ".join(PRODUCT_FEATURES)}
            from rec_session_products where cutoff_id = ? order by product
            """,
            [cutoff_id],
        )
        session_starts = starts_of(visits["session"], n_sessions)
        ages = (n_sessions - 1 - np.arange(n_sessions)) / n_sessions
        lengths = np.maximum(np.diff(session_starts), 1)
        session_counts = _by_product(products["product"], products["session_count"], len(product_ids), 0).astype(
            np.int64
        )
        return cls(
            product_ids=product_ids,
            pair_starts=starts_of(pairs["product"], len(product_ids)),
            pair_products=pairs["neighbour"].astype(np.int32),
            pair_weights={name: pairs[name].astype(np.float32) for name in PAIR_WEIGHTS},
            posting_starts=starts_of(postings["product"], len(product_ids)),
            posting_sessions=postings["session"].astype(np.int32),
            posting_steps=postings["step"].astype(np.int32),
            session_starts=session_starts,
            session_products=visits["product"].astype(np.int32),
            session_steps=visits["step"].astype(np.int32),
            session_weights=(np.exp(-SESSION_DECAY * ages) / np.sqrt(lengths)).astype(np.float32),
            session_counts=session_counts,
            rarity=np.maximum(np.log(n_sessions / (1.0 + session_counts)), LEAST_RARITY).astype(np.float32),
            follower_weights=_sums(pairs["product"], pairs["forward_weight"], len(product_ids)),
            follower_counts=_sums(pairs["product"], pairs["next_count"], len(product_ids)),
            product_features={
                name: _by_product(products["product"], products[name], len(product_ids), 1.0 if "age" in name else 0.0)
                for name in PRODUCT_FEATURES
            },
        )


def _by_product(products: NDArray[Any], values: NDArray[Any], n_products: int, otherwise: float) -> NDArray[np.float32]:
    column = np.full(n_products, otherwise, dtype=np.float32)
    column[products] = values
    return column


def _sums(products: NDArray[Any], values: NDArray[Any], n_products: int) -> NDArray[np.float32]:
    return np.asarray(np.bincount(products, weights=values, minlength=n_products), dtype=np.float32)

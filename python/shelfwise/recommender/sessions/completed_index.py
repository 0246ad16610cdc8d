"""What the index of sessions has beyond the tables of dbt."""

from __future__ import annotations

from shelfwise.recommender.sessions.embeddings import with_embeddings
from shelfwise.recommender.sessions.second_order import with_second_order
from shelfwise.scoring.index import SessionIndex


def completed(index: SessionIndex, seed: int) -> SessionIndex:
    """Return the index with vectors of its products and with their neighbours of neighbours."""
    return with_second_order(with_embeddings(index, seed))

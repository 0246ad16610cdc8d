"""How much time ours may take: the nightly default, or more of everything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shelfwise.recommender.ranker import TwoStageRanker
from shelfwise.recommender.sessions.recommender import SessionRecommender


@dataclass(frozen=True)
class Profile:
    """Makes the unfitted rankers of a profile from a seed."""

    session: Callable[[int], SessionRecommender]
    ranker: Callable[[int], TwoStageRanker]


PROFILES = {
    "default": Profile(
        session=lambda seed: SessionRecommender(random_state=seed),
        ranker=lambda seed: TwoStageRanker(random_state=seed),
    ),
    "thorough": Profile(
        session=lambda seed: SessionRecommender(
            most_prefixes=90_000, max_iter=400, learning_rate=0.06, random_state=seed
        ),
        ranker=lambda seed: TwoStageRanker(max_iter=300, learning_rate=0.05, most_negatives=400_000, random_state=seed),
    ),
}

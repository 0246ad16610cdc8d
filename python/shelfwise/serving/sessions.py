"""Answers within a session: a shop's published session index and ranker, as they were trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from shelfwise.scoring.candidates import feature_names_of
from shelfwise.scoring.index import SessionIndex
from shelfwise.scoring.index_file import load_session_index
from shelfwise.scoring.next_step import NextSteps, next_steps
from shelfwise.scoring.prefixes import Prefixes
from shelfwise.scoring.ranker_file import SavedRanker

# Steps of a session that are looked at, the latest ones: more cost time and say little.
STEPS_USED = 10
# Of the some 200 candidates; business rules take some away.
KEPT = 100

# Features that the reasons are told from.
TOLD = ("visit_count", "symmetric_weight_latest", "cosine_even")
VIEWED, WITH_LATEST, WITH_EARLIER, BY_SESSIONS = range(4)


@dataclass(frozen=True, slots=True)
class NextProducts:
    """What may come next in one session, best first, (n,) each: catalogue positions, probabilities, and why.

    ``reasons`` are `VIEWED`, `WITH_LATEST`, `WITH_EARLIER` or `BY_SESSIONS`; ``latest`` is the product they refer to.
    """

    products: list[int]
    scores: list[float]
    reasons: list[int]
    latest: int


@dataclass(frozen=True)
class ShopSessions:
    """One shop's index and ranker, and how its product numbers map to positions in the catalogue (-1: in neither)."""

    index: SessionIndex
    ranker: SavedRanker
    positions: npt.NDArray[np.int64]  # (n_index_products,)
    numbers: npt.NDArray[np.int32]  # (n_catalogue,)

    @classmethod
    def load(cls, folder: Path, product_positions: dict[str, int]) -> ShopSessions:
        """Read what training left in a shop's folder of `session_index/`."""
        index = load_session_index(folder / "index.npz")
        ranker = SavedRanker.load(folder / "ranker.npz")
        if unknown := set(ranker.feature_names) - set(feature_names_of(index)):
            raise ValueError(
                f"the session ranker of {folder.name} asks for {sorted(unknown)[0]}, which is not made now"
            )
        positions = np.array([product_positions.get(name, -1) for name in index.product_ids], dtype=np.int64)
        numbers = np.full(len(product_positions), -1, dtype=np.int32)
        known = np.flatnonzero(positions >= 0)
        numbers[positions[known]] = known
        return cls(index, ranker, positions, numbers)

    def steps_of(self, products: Sequence[int]) -> list[int]:
        """Return the latest steps that the index knows, as its numbers; ``products`` are catalogue positions."""
        numbers = [int(self.numbers[product]) for product in products]
        return [number for number in numbers if number >= 0][-STEPS_USED:]

    def next_products(self, sessions: Sequence[Sequence[int]]) -> list[NextProducts]:
        """Return what may come next in each session; sessions are lists of `steps_of`, none of them empty."""
        prefixes = Prefixes.of(sessions)
        steps = next_steps(self.index, prefixes, self.ranker.feature_names, self.ranker.decision_function)
        told = steps.found.columns(TOLD)
        return [
            self._described(steps, told[rows[:KEPT]], rows[:KEPT], session[-1])
            for rows, session in zip(steps.rows_by_prefix(), sessions, strict=True)
        ]

    def _described(
        self, steps: NextSteps, told: npt.NDArray[np.float32], rows: npt.NDArray[np.int64], latest: int
    ) -> NextProducts:
        """Return the candidates of some rows, with what `TOLD` says of them; the catalogue may lack one."""
        positions = self.positions[steps.found.products[rows]]
        visits, with_latest, with_any = told.T
        reasons = np.select(
            [visits > 0, with_latest > 0, with_any > 0], [VIEWED, WITH_LATEST, WITH_EARLIER], BY_SESSIONS
        )
        probabilities = 1.0 / (1.0 + np.exp(-steps.scores[rows]))
        known = positions >= 0
        return NextProducts(
            positions[known].tolist(),
            probabilities[known].tolist(),
            reasons[known].tolist(),
            int(self.positions[latest]),
        )


def load_sessions(folder: Path, product_positions: dict[str, int]) -> dict[str, ShopSessions]:
    """Read the sessions of every shop of a published version, by namespace; none where the run trained none."""
    shops = sorted(path.parent for path in folder.glob("*/ranker.npz"))
    return {shop.name: ShopSessions.load(shop, product_positions) for shop in shops}

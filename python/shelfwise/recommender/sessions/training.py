"""Training of in-session recommendations: one shop after the other, tested on its latest sessions, then fitted anew.

1. The ranker is fitted on sessions from the cutoff `training` on, with the index before it.
2. It is tested on the sessions from the cutoff `test` on, with the index before that, beside the baselines.
3. It is fitted again on those, to answer with the index of all sessions.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from sklearn.base import clone

from shelfwise.files import write_text_atomically
from shelfwise.recommender.champion import Configuration, Verdict, contenders, judge
from shelfwise.recommender.evaluation import CHAMPION, Measured, summarise
from shelfwise.recommender.leakage import check_point_in_time
from shelfwise.recommender.ranker_file import save_ranker
from shelfwise.recommender.sessions.completed_index import completed
from shelfwise.recommender.sessions.evaluation import measure_sessions
from shelfwise.recommender.sessions.examples import read_session_examples
from shelfwise.recommender.sessions.recommender import SessionRecommender
from shelfwise.recommender.stopwatch import Stopwatch
from shelfwise.scoring.candidates import feature_names_of
from shelfwise.scoring.index import SessionIndex
from shelfwise.scoring.index_file import save_session_index
from shelfwise.settings import Settings

FEWEST_PREFIXES = 500
# Enough for intervals of a hundredth; every prefix more takes a millisecond.
TESTED_PREFIXES = 10_000
LIST_LENGTH = 20


@dataclass(frozen=True)
class TrainedSessions:
    """What training a shop's sessions came to: the ranker for serving, its index, and how an equal one was tested.

    ``about`` is what the model card tells of it.
    """

    namespace: str
    recommender: SessionRecommender
    index: SessionIndex
    measured: list[Measured]
    about: dict[str, Any]

    def digest(self) -> str:
        """Return a hash of what the recommender gives: equal data and settings have equal ones."""
        digest = hashlib.sha256(json.dumps(self.recommender.get_params(), sort_keys=True).encode())
        for array in (self.index.pair_products, self.index.posting_sessions, *self.index.pair_weights.values()):
            digest.update(np.ascontiguousarray(array).data)
        digest.update("\n".join(self.index.product_ids).encode())
        return digest.hexdigest()


def latest_session_sources(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, Any, Any]]:
    """Return (cutoff id, cutoff, latest moment that anything of its index was made of)."""
    return connection.execute("""
        select cutoffs.cutoff_id, cutoffs.cutoff_at, max(sources.latest_source_at)
        from rec_session_cutoffs as cutoffs
        inner join (
            select cutoff_id, latest_source_at from rec_session_pairs
            union all
            select cutoff_id, latest_source_at from rec_session_products
            union all
            select cutoff_id, latest_source_at from rec_session_postings
        ) as sources on cutoffs.cutoff_id = sources.cutoff_id
        group by cutoffs.cutoff_id, cutoffs.cutoff_at
        order by cutoffs.cutoff_id
    """).fetchall()


def train_sessions(
    connection: duckdb.DuckDBPyConnection, settings: Settings, watch: Stopwatch
) -> list[TrainedSessions]:
    """Train the in-session recommender of every shop with enough sessions.

    Raises LeakageError when an index knows sessions at or after its cutoff.
    """
    check_point_in_time(latest_session_sources(connection))
    rows = connection.execute("""
        select namespace from rec_session_cutoffs
        group by namespace having count(*) = 3
        order by namespace
    """).fetchall()
    trained = (ShopTraining(connection, namespace, settings, watch).run() for (namespace,) in rows)
    return [shop for shop in trained if shop is not None]


@dataclass(frozen=True)
class ShopTraining:
    """The training of one shop's sessions."""

    connection: duckdb.DuckDBPyConnection
    namespace: str
    settings: Settings
    watch: Stopwatch

    def run(self) -> TrainedSessions | None:
        """Do the steps of this module's docstring; None, said aloud, for too few sessions or too bad a model."""
        self.stage("reading")
        learned, asked = (read_session_examples(self.connection, self.cutoff(role)) for role in ("training", "test"))
        fewest = min(len(learned.targets), len(asked.targets))
        if fewest < FEWEST_PREFIXES:
            self.watch.progress(
                f"sessions of {self.namespace}: {fewest} next steps to learn from or be tested on, "
                f"{FEWEST_PREFIXES} are needed"
            )
            return None
        self.stage("fitting")
        index = self.index("training")
        tested = {name: of.fit(index, learned) for name, of in self.recommenders(index).items()}
        self.stage("evaluating")
        index, sample = self.index("test"), asked.sample(TESTED_PREFIXES, self.settings.seed)
        lists = {name: of.recommend(index, sample.prefixes, LIST_LENGTH) for name, of in tested.items()}
        measured = measure_sessions(self.namespace, index, sample, lists)
        verdict = self.judge(measured, has_champion=CHAMPION in tested)
        self.watch.progress(f"sessions of {self.namespace}: {verdict.reason}")
        if verdict.taken == "none":
            return None
        measured = [part.renamed(verdict.new_names) for part in measured]
        self.stage("fitting again with the latest")
        serving = clone(tested[verdict.model]).fit(index, asked)
        index = self.index("serving")
        about = {
            "namespace": self.namespace,
            "verdict": verdict.reason,
            "products": int((index.session_counts > 0).sum()),
            "sessions": index.n_sessions,
            "pairs": len(index.pair_products),
            "next_steps_learned_from": len(learned.targets),
            "next_steps_tested_on": len(sample.targets),
        }
        return TrainedSessions(self.namespace, serving, index, measured, about)

    def stage(self, name: str) -> None:
        """Say what is being done."""
        self.watch.stage(f"sessions of {self.namespace}: {name}")

    def cutoff(self, role: str) -> str:
        """Return the id of a cutoff."""
        return f"{self.namespace}:{role}"

    def index(self, role: str) -> SessionIndex:
        """Read the index of a cutoff, with what training adds to it."""
        return completed(SessionIndex.read(self.connection, self.cutoff(role)), self.settings.seed)

    def recommenders(self, index: SessionIndex) -> dict[str, SessionRecommender]:
        """Return the recommenders to be tested, unfitted."""
        seed = self.settings.seed
        names = feature_names_of(index)
        challenger = configuration_of(SessionRecommender(random_state=seed), names)

        def tell(text: str) -> None:
            self.watch.progress(f"sessions of {self.namespace}: {text}")

        found = contenders(challenger, self.settings, lambda version: version.session_index_path / self.namespace, tell)
        return {
            name: SessionRecommender(
                **(of.parameters | {"random_state": seed}),
                feature_names=None if of is challenger else of.feature_names,
            )
            for name, of in found.items()
        }

    def judge(self, measured: list[Measured], *, has_champion: bool) -> Verdict:
        """Decide between challenger, champion and neither."""
        whole = [part for part in measured if part.slice == "session_all"]
        gains = summarise(whole, self.settings.seed)[1]
        return judge(gains, has_champion=has_champion, namespace=self.namespace, slice_name="session_all")


def configuration_of(recommender: SessionRecommender, feature_names: tuple[str, ...]) -> Configuration:
    """Return what a recommender is made with."""
    parameters = {name: value for name, value in recommender.get_params().items() if name != "feature_names"}
    return Configuration(parameters, feature_names)


def save_sessions(trained: list[TrainedSessions], folder: Path, version: str) -> None:
    """Write each shop's index and ranker into ``folder/<namespace>``, all in plain arrays."""
    for shop in trained:
        own = folder / shop.namespace
        own.mkdir(parents=True, exist_ok=True)
        save_session_index(shop.index, own / "index.npz")
        save_ranker(shop.recommender.ranker_, shop.recommender.feature_names_, own / "ranker.npz")
        write_text_atomically(own / "about.json", json.dumps({**shop.about, "model_version": version}, indent=2) + "\n")

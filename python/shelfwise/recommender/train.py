"""Training from the build database to the model's output: learn on past windows, be tested on the last, then serve.

Two recommenders: of the next step in a session (`sessions/training.py`), and of what a known customer buys next:

1. The ranker is fitted on the training windows; its probabilities come from a fit without the latest of them.
2. It is tested on the test window, beside the baselines.
3. It is fitted again with the test window, calibrated there by the ranker of step 1, and scores everybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shelfwise.recommender.champion import Configuration, Verdict, contenders, judge
from shelfwise.recommender.customer_segments import by_segment, customer_segments
from shelfwise.recommender.dataset import Examples, Warehouse
from shelfwise.recommender.decay import decays
from shelfwise.recommender.diagnostics import calibration_bins, feature_importance
from shelfwise.recommender.drift import (
    FeatureDistribution,
    drift_table,
    published_scores,
    save_scores,
    score_distribution,
)
from shelfwise.recommender.evaluation import (
    CHAMPION,
    EvaluationWindow,
    Gain,
    Measured,
    Score,
    summarise,
    together,
)
from shelfwise.recommender.fingerprint import model_version
from shelfwise.recommender.leakage import check_point_in_time
from shelfwise.recommender.model_card import ModelCard, write_model_card
from shelfwise.recommender.outputs import write_outputs
from shelfwise.recommender.ranker import TwoStageRanker
from shelfwise.recommender.ranker_file import save_ranker
from shelfwise.recommender.scoring import score_examples
from shelfwise.recommender.sessions.training import TrainedSessions, save_sessions, train_sessions
from shelfwise.recommender.stopwatch import Progress, Stopwatch
from shelfwise.recommender.threads import numeric_threads
from shelfwise.recommender.windows import (
    Windows,
    described,
    fit_ranker,
    labelled_customers,
    read_examples,
    stacked,
)
from shelfwise.settings import Settings
from shelfwise.warehouse.connections import connect_build

Summary = tuple[list[Score], list[Gain]]

FEWEST_CUSTOMERS = 50
# What a ranker learns from beside every purchase: more buys little, and takes time in proportion.
MOST_NEGATIVES = 100_000
CALIBRATION_NEGATIVES = 50_000
# Bounds the memory of scoring: a customer has up to some 300 candidates of 60 numbers.
CUSTOMERS_AT_ONCE = 2_500


@dataclass(frozen=True)
class Trained:
    """What training came to: NDCG@20 by source, slice and model; without a version the reason why there is none."""

    model_version: str | None
    scores: dict[str, Any]
    reason: str = ""


@dataclass(frozen=True)
class Tested:
    """A configuration, and a ranker fitted with it."""

    configuration: Configuration
    ranker: TwoStageRanker

    def score(self, part: Examples) -> NDArray[np.float64]:
        """Return the scores of a window's candidates, (n_rows,)."""
        return self.ranker.decision_function(part.with_only(self.configuration.feature_names).features)


def train(settings: Settings, run_dir: Path, progress: Progress) -> Trained:
    """Train, evaluate and score; write `model_output` and ``run_dir/model``.

    Raises LeakageError when a feature knows the future, ShelfwiseError when the build database cannot be read.
    """
    with connect_build(settings) as connection, numeric_threads(settings):
        return Training(Warehouse(connection), settings, run_dir, Stopwatch(progress)).run()


@dataclass
class Training:
    """One training: what it reads, where it writes."""

    warehouse: Warehouse
    settings: Settings
    run_dir: Path
    watch: Stopwatch
    decays: tuple[str, ...] = ()
    sessions: list[TrainedSessions] = field(default_factory=list)
    segments: list[Measured] = field(default_factory=list)
    qualities: dict[str, dict[str, dict[str, float]]] = field(default_factory=dict)

    def run(self) -> Trained:
        """Do the steps of this module's docstring."""
        self.watch.stage("checking that no feature knows the future")
        check_point_in_time(self.warehouse.latest_sources())
        self.decays = decays(self.warehouse.connection)
        if self.decays:
            self.watch.progress(f"recommendations perform worse than they did: {', '.join(self.decays)}")
        self.sessions = train_sessions(self.warehouse.connection, self.settings, self.watch)
        self.watch.stage("reading past windows")
        windows = Windows.read(self.warehouse)
        labelled = labelled_customers(windows.training)
        if labelled < FEWEST_CUSTOMERS:
            return self.give_up(
                f"too little data for a recommender: {labelled} customers bought a candidate in the training windows, "
                f"{FEWEST_CUSTOMERS} are needed"
            )
        if not labelled_customers(windows.tests):
            return self.give_up(
                "too little data for a recommender: no customer bought a candidate in the test window, "
                "so no model can be tested"
            )
        tested = {name: self.fit_for_test(windows, of) for name, of in self.configurations(windows).items()}
        self.watch.stage("evaluating on the test window")
        measured = self.evaluate(tested, windows.tests)
        summary = summarise(measured, self.settings.seed)
        verdict = judge(summary[1], has_champion=CHAMPION in tested, decays=self.decays)
        self.watch.progress(verdict.reason)
        if verdict.taken == "none":
            return self.give_up(verdict.reason)
        if verdict.new_names:
            summary = summarise([part.renamed(verdict.new_names) for part in measured], self.settings.seed)
            self.segments = [part.renamed(verdict.new_names) for part in self.segments]
            self.qualities = {
                source: {verdict.new_names.get(model, model): of for model, of in models.items()}
                for source, models in self.qualities.items()
            }
        taken = tested[verdict.model]
        return self.serve(windows.with_features(taken.configuration.feature_names), taken, summary, verdict)

    def configurations(self, windows: Windows) -> dict[str, Configuration]:
        """Return the configurations to be tested."""
        challenger = Configuration(self.new_ranker().get_params(), windows.feature_names)
        return contenders(
            challenger, self.settings, lambda version: version.model_path, self.watch.progress, self.decays
        )

    def new_ranker(self) -> TwoStageRanker:
        """Return an unfitted ranker."""
        return TwoStageRanker(most_negatives=MOST_NEGATIVES, random_state=self.settings.seed)

    def give_up(self, reason: str) -> Trained:
        """Leave no model of purchases behind, and say why; that of sessions, if there is one, stands by itself."""
        write_outputs(self.settings.model_output_path, {})
        digests = [shop.digest() for shop in self.sessions]
        save_sessions(self.sessions, self.run_dir / "session_index", model_version([], {}, digests))
        self.watch.progress(f"{reason}; no recommendations are made until then")
        return Trained(None, {}, reason)

    def fit_for_test(self, windows: Windows, configuration: Configuration) -> Tested:
        """Return a ranker of the configuration that has not seen the test window."""
        windows = windows.with_features(configuration.feature_names)
        self.watch.stage("fitting the ranker on the training windows")
        ranker = fit_ranker(windows.training, self.ranker_of(configuration))
        earlier = windows.earlier_training()
        if labelled_customers(earlier) >= FEWEST_CUSTOMERS:
            self.watch.stage("calibrating on the latest training window")
            held_out = self.ranker_of(configuration).set_params(most_negatives=CALIBRATION_NEGATIVES)
            fit_ranker(earlier, held_out)
            ranker.calibrator_ = held_out.calibrate(*stacked(windows.latest_training())).calibrator_
        return Tested(configuration, ranker)

    def ranker_of(self, configuration: Configuration) -> TwoStageRanker:
        """Return an unfitted ranker of a configuration, with this run's seed."""
        return TwoStageRanker(**(configuration.parameters | {"random_state": self.settings.seed}))

    def evaluate(self, tested: Mapping[str, Tested], tests: Sequence[Examples]) -> list[Measured]:
        """Return the values of the rankers and the baselines on the test windows, and on the sessions' tests."""
        measured = []
        for part in tests:
            window = EvaluationWindow(part, self.warehouse.history(part.cutoff), self.warehouse.labels(part.cutoff))
            of_window = window.measure({name: of.score(part) for name, of in tested.items()})
            measured += of_window
            everything = next(of_slice for of_slice in of_window if of_slice.slice == "all")
            self.segments += by_segment(everything, customer_segments(part, window.labels.customer_ids))
            self.qualities[part.cutoff.namespace] = window.qualities()
        return together([*measured, *(part for shop in self.sessions for part in shop.measured)])

    def serve(self, windows: Windows, tested: Tested, summary: Summary, verdict: Verdict) -> Trained:
        """Fit the configuration that was taken again, with the test window, score everybody and write it all."""
        self.watch.stage("fitting again with the test window")
        serving = fit_ranker(windows.past, self.ranker_of(tested.configuration))
        diagnosis = self.diagnose(tested.ranker, windows.tests)
        # The latest window whose future is known, foretold by a ranker that had not seen it.
        serving.calibrator_ = tested.ranker.calibrate(*stacked(windows.tests)).calibrator_
        version = model_version(windows.past, serving.get_params(), [shop.digest() for shop in self.sessions])
        self.watch.stage("scoring every customer")
        drift = FeatureDistribution.of(windows.past)
        tables = self.score_everybody(serving, tested.configuration, version, drift)
        served = Tested(tested.configuration, serving)
        return self.write(windows, served, version, summary, verdict, diagnosis, tables, drift)

    def diagnose(self, ranker: TwoStageRanker, tests: Sequence[Examples]) -> dict[str, Any]:
        """Return calibration and importance of the ranker on windows it has not seen."""
        self.watch.stage("measuring what the ranker looks at")
        features, bought = stacked(tests)
        return {
            "calibration": calibration_bins(ranker.predict_proba(features)[:, 1], bought),
            "importance": feature_importance(ranker, features, bought, tests[0].feature_names, self.settings.seed),
        }

    def score_everybody(
        self, ranker: TwoStageRanker, configuration: Configuration, version: str, drift: FeatureDistribution
    ) -> list[pa.Table]:
        """Return every customer's best candidates at the serving cutoffs, and count their features into ``drift``."""
        tables = []
        for cutoff in self.warehouse.cutoffs():
            if cutoff.role != "serving":
                continue
            for part in read_examples(self.warehouse, cutoff, CUSTOMERS_AT_ONCE):
                names = configuration.feature_names
                tables.append(score_examples(part, ranker, names, version, self.warehouse.product_ids))
                drift.add(part.with_only(names))
        return tables

    def write(
        self,
        windows: Windows,
        served: Tested,
        version: str,
        summary: Summary,
        verdict: Verdict,
        diagnosis: dict[str, Any],
        tables: list[pa.Table],
        drift: FeatureDistribution,
    ) -> Trained:
        """Write the model, its card and the tables that dbt reads."""
        self.watch.stage("writing")
        trained_at = datetime.now(UTC).replace(tzinfo=None)
        scores, gains = summary
        card = ModelCard(
            model_version=version,
            trained_at=trained_at,
            windows=[described(part) for part in windows.past],
            parameters=served.configuration.parameters,
            feature_names=served.configuration.feature_names,
            verdict=verdict.reason,
            qualities=self.qualities,
            segments=summarise(self.segments, self.settings.seed),
            scores=scores,
            gains=gains,
            seconds=dict(self.watch.seconds),
            scored_rows=sum(len(table) for table in tables),
            sessions=[shop.about for shop in self.sessions],
            **diagnosis,
        )
        folder = self.run_dir / "model"
        folder.mkdir(parents=True, exist_ok=True)
        save_ranker(served.ranker, served.configuration.feature_names, folder / "ranker.npz")
        served.configuration.save(folder)
        save_sessions(self.sessions, self.run_dir / "session_index", version)
        scores_now = score_distribution(tables)
        save_scores(scores_now, folder)
        write_model_card(card, folder)
        version_row = {
            "model_version": version,
            "trained_at": trained_at,
            "history_until": max(part.cutoff.cutoff_at for part in windows.tests),
            "label_until": max(part.cutoff.label_until for part in windows.tests if part.cutoff.label_until),
            "training_row_count": sum(len(part.customers) for part in windows.past),
            "training_seconds": self.watch.total(),
            "seed": self.settings.seed,
        }
        evaluations = [{"model_version": version, **asdict(score)} for score in scores]
        write_outputs(
            self.settings.model_output_path,
            {
                "customer_scores": tables,
                "model_evaluations": [pa.Table.from_pylist(evaluations)],
                "model_versions": [pa.Table.from_pylist([version_row])],
                "recommender_drift": [drift_table(version, drift, scores_now, published_scores(self.settings))],
            },
        )
        self.watch.progress(f"model {version} in {self.watch.total():.1f} s")
        return Trained(version, card.headline())

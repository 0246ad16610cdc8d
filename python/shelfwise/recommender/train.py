"""Training from the build database to the model's output: learn on past windows, be tested on the last, then serve.

1. The ranker is fitted on the training windows; its probabilities come from a fit without the latest of them.
2. It is tested on the test window, beside the baselines.
3. It is fitted again with the test window, calibrated there by the ranker of step 1, and scores everybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from threadpoolctl import threadpool_limits

from shelfwise.recommender.dataset import Examples, Warehouse
from shelfwise.recommender.diagnostics import calibration_bins, feature_importance
from shelfwise.recommender.evaluation import EvaluationWindow, Gain, Score, summarise, together
from shelfwise.recommender.fingerprint import model_version
from shelfwise.recommender.leakage import check_point_in_time
from shelfwise.recommender.model_card import ModelCard, write_model_card
from shelfwise.recommender.outputs import write_outputs
from shelfwise.recommender.ranker import TwoStageRanker
from shelfwise.recommender.ranker_file import save_ranker
from shelfwise.recommender.scoring import score_examples
from shelfwise.recommender.stopwatch import Progress, Stopwatch
from shelfwise.recommender.windows import Windows, described, fit_ranker, labelled_customers, read_examples, stacked
from shelfwise.settings import Settings
from shelfwise.warehouse.connections import connect_build

FEWEST_CUSTOMERS = 50
# What a ranker learns from beside every purchase: more buys little, and takes time in proportion.
MOST_NEGATIVES = 100_000
CALIBRATION_NEGATIVES = 50_000
# Bounds the memory of scoring: a customer has up to some 300 candidates of 60 numbers.
CUSTOMERS_AT_ONCE = 2_500


@dataclass(frozen=True)
class Trained:
    """What training came to: NDCG@20 by source, slice and model; no version when there was too little data."""

    model_version: str | None
    scores: dict[str, Any]


def train(settings: Settings, run_dir: Path, progress: Progress) -> Trained:
    """Train, evaluate and score; write `model_output` and ``run_dir/model``.

    Raises LeakageError when a feature knows the future, ShelfwiseError when the build database cannot be read.
    """
    with (
        connect_build(settings) as connection,
        # On one thread BLAS adds up in one order; OpenMP's trees are the same on any number.
        threadpool_limits(1, "blas"),
        threadpool_limits(settings.threads, "openmp"),
    ):
        return Training(Warehouse(connection), settings, run_dir, Stopwatch(progress)).run()


@dataclass
class Training:
    """One training: what it reads, where it writes."""

    warehouse: Warehouse
    settings: Settings
    run_dir: Path
    watch: Stopwatch

    def run(self) -> Trained:
        """Do the steps of this module's docstring."""
        self.watch.stage("checking that no feature knows the future")
        check_point_in_time(self.warehouse.latest_sources())
        self.watch.stage("reading past windows")
        windows = Windows.read(self.warehouse)
        labelled = labelled_customers(windows.training)
        if labelled < FEWEST_CUSTOMERS:
            return self.give_up(
                f"{labelled} customers bought a candidate in the training windows, {FEWEST_CUSTOMERS} are needed"
            )
        if not labelled_customers(windows.tests):
            return self.give_up("no customer bought a candidate in the test window, so no model can be tested")
        tested = self.fit_for_test(windows)
        self.watch.stage("evaluating on the test window")
        scores, gains = self.evaluate(tested, windows.tests)
        self.watch.stage("fitting again with the test window")
        serving = fit_ranker(windows.past, self.new_ranker())
        diagnosis = self.diagnose(tested, windows.tests)
        # The latest window whose future is known, foretold by a ranker that had not seen it.
        serving.calibrator_ = tested.calibrate(*stacked(windows.tests)).calibrator_
        version = model_version(windows.past, serving.get_params())
        self.watch.stage("scoring every customer")
        tables = self.score_everybody(serving, version)
        return self.write(windows, serving, version, scores, gains, diagnosis, tables)

    def new_ranker(self, most_negatives: int = MOST_NEGATIVES) -> TwoStageRanker:
        """Return an unfitted ranker."""
        return TwoStageRanker(most_negatives=most_negatives, random_state=self.settings.seed)

    def give_up(self, reason: str) -> Trained:
        """Leave no model behind, and say why."""
        write_outputs(self.settings.model_output_path, {})
        self.watch.progress(f"too little data for a recommender: {reason}; no recommendations are made until then")
        return Trained(None, {})

    def fit_for_test(self, windows: Windows) -> TwoStageRanker:
        """Return the ranker that has not seen the test window."""
        self.watch.stage("fitting the ranker on the training windows")
        ranker = fit_ranker(windows.training, self.new_ranker())
        earlier = windows.earlier_training()
        if labelled_customers(earlier) >= FEWEST_CUSTOMERS:
            self.watch.stage("calibrating on the latest training window")
            held_out = fit_ranker(earlier, self.new_ranker(CALIBRATION_NEGATIVES))
            ranker.calibrator_ = held_out.calibrate(*stacked(windows.latest_training())).calibrator_
        return ranker

    def evaluate(self, ranker: TwoStageRanker, tests: Sequence[Examples]) -> tuple[list[Score], list[Gain]]:
        """Return the scores of the ranker and the baselines, and the gains."""
        measured = []
        for part in tests:
            window = EvaluationWindow(part, self.warehouse.history(part.cutoff), self.warehouse.labels(part.cutoff))
            measured += window.measure(ranker.decision_function(part.features))
        return summarise(together(measured), self.settings.seed)

    def diagnose(self, ranker: TwoStageRanker, tests: Sequence[Examples]) -> dict[str, Any]:
        """Return calibration and importance of the ranker on windows it has not seen."""
        self.watch.stage("measuring what the ranker looks at")
        features, bought = stacked(tests)
        return {
            "calibration": calibration_bins(ranker.predict_proba(features)[:, 1], bought),
            "importance": feature_importance(ranker, features, bought, tests[0].feature_names, self.settings.seed),
        }

    def score_everybody(self, ranker: TwoStageRanker, version: str) -> list[pa.Table]:
        """Return every customer's best candidates at the serving cutoffs."""
        return [
            score_examples(part, ranker, version, self.warehouse.product_ids)
            for cutoff in self.warehouse.cutoffs()
            if cutoff.role == "serving"
            for part in read_examples(self.warehouse, cutoff, CUSTOMERS_AT_ONCE)
        ]

    def write(
        self,
        windows: Windows,
        ranker: TwoStageRanker,
        version: str,
        scores: list[Score],
        gains: list[Gain],
        diagnosis: dict[str, Any],
        tables: list[pa.Table],
    ) -> Trained:
        """Write the model, its card and the tables that dbt reads."""
        self.watch.stage("writing")
        trained_at = datetime.now(UTC).replace(tzinfo=None)
        feature_names = windows.tests[0].feature_names
        card = ModelCard(
            model_version=version,
            trained_at=trained_at,
            windows=[described(part) for part in windows.past],
            parameters=ranker.get_params(),
            feature_names=feature_names,
            scores=scores,
            gains=gains,
            seconds=dict(self.watch.seconds),
            scored_rows=sum(len(table) for table in tables),
            **diagnosis,
        )
        folder = self.run_dir / "model"
        folder.mkdir(parents=True, exist_ok=True)
        save_ranker(ranker, feature_names, folder / "ranker.npz")
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
            },
        )
        self.watch.progress(f"model {version} in {self.watch.total():.1f} s")
        return Trained(version, card.headline())

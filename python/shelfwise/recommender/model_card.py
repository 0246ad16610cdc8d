"""The model card: what was trained on what, how good it is, and how sure that is; as JSON and as one page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

from shelfwise.files import write_text_atomically
from shelfwise.html_tables import html_table
from shelfwise.recommender.evaluation import OURS, Gain, Score

HEADLINE = ("ndcg", 20)
# What customers with history are compared with: the harder of the baselines.
SEGMENTS_BASELINE = "personal_top_frequency"
ALL_SOURCES = "all"
SLICE_TITLES = {
    "all": "All purchases of customers with history",
    "new": "What they had not bought before",
    "cold": "Customers who had bought nothing before",
    "session_all": "In a session: the next step",
    "session_new": "In a session: the next step to a product not looked at yet",
    "session_cold": "In a session: the second step, when one is known",
}


@dataclass(frozen=True)
class ModelCard:
    """Everything the card tells."""

    model_version: str
    trained_at: datetime
    windows: Sequence[dict[str, Any]]
    parameters: dict[str, Any]
    feature_names: Sequence[str]
    scores: Sequence[Score]
    gains: Sequence[Gain]
    calibration: Sequence[dict[str, float]]
    importance: Sequence[dict[str, str | float]]
    seconds: dict[str, float]
    scored_rows: int
    sessions: Sequence[dict[str, Any]] = ()
    verdict: str = ""
    qualities: dict[str, dict[str, dict[str, float]]] = field(default_factory=dict)
    segments: tuple[Sequence[Score], Sequence[Gain]] = ((), ())

    def headline(self) -> dict[str, Any]:
        """Return NDCG@20 as {source: {slice: {model: value}}}."""
        summary: dict[str, Any] = {}
        for score in self.scores:
            if (score.metric, score.k) == HEADLINE:
                of_source = summary.setdefault(score.namespace, {})
                of_source.setdefault(score.slice, {})[score.model_name] = round(score.value, 4)
        return summary

    def to_json(self) -> str:
        """Return the card as JSON, times in ISO 8601."""
        return json.dumps({**asdict(self), "headline": self.headline()}, indent=2, default=datetime.isoformat) + "\n"

    def to_html(self) -> str:
        """Return the card as one page that asks for nothing from outside."""
        template = Template(files("shelfwise.recommender").joinpath("model_card.html").read_text(encoding="utf-8"))
        return template.substitute(
            version=escape(self.model_version),
            verdict=escape(self.verdict),
            trained_at=escape(f"{self.trained_at:%Y-%m-%d %H:%M} UTC"),
            scores="\n".join(self._score_tables()),
            gains=html_table(
                ("Source", "Slice", "Baseline", "NDCG@20 gain", "95% interval", "Relative"),
                self._gain_rows(),
                numbers=3,
            ),
            segments=html_table(
                ("Source", "Customers with", "Customers", "NDCG@20", "P-TopFreq", "Gain, 95% interval"),
                self._segment_rows(),
                numbers=2,
            ),
            windows=html_table(
                ("Cutoff", "Role", "Labels until", "Customers", "Candidates", "Bought"), self._window_rows(), numbers=3
            ),
            qualities=html_table(
                ("Source", "Model", "Coverage", "Novelty, bits", "Popularity percentile", "Gini", "Diversity"),
                [
                    (source, model, *(f"{value:.3f}" for value in of_model.values()))
                    for source, of_source in self.qualities.items()
                    for model, of_model in of_source.items()
                ],
                numbers=2,
            ),
            sessions=html_table(
                ("Shop", "Sessions", "Products", "Pairs", "Next steps learned from", "Tested on"),
                [
                    (
                        shop["namespace"],
                        f"{shop['sessions']:,}",
                        f"{shop['products']:,}",
                        f"{shop['pairs']:,}",
                        f"{shop['next_steps_learned_from']:,}",
                        f"{shop['next_steps_tested_on']:,}",
                    )
                    for shop in self.sessions
                ],
                numbers=1,
            ),
            calibration=html_table(
                ("Candidates", "Foretold", "Observed"),
                [(f"{b['row_count']:,}", f"{b['foretold']:.4f}", f"{b['observed']:.4f}") for b in self.calibration],
                numbers=0,
            ),
            importance=html_table(
                ("Feature", "Rise of log loss"),
                [(str(item["feature"]), f"{item['log_loss_increase']:.5f}") for item in self.importance[:20]],
                numbers=1,
            ),
            parameters=html_table(("Parameter", "Value"), [(k, str(v)) for k, v in self.parameters.items()], numbers=1),
            seconds=html_table(("Stage", "Seconds"), [(k, f"{v:.1f}") for k, v in self.seconds.items()], numbers=1),
        )

    def _is_told(self, namespace: str) -> bool:
        """Return whether a source's figures are shown: those of all together only where there are several."""
        return namespace != ALL_SOURCES or len({score.namespace for score in self.scores}) > 2

    def _score_tables(self) -> list[str]:
        chosen = [score for score in self.scores if score.k == HEADLINE[1] and self._is_told(score.namespace)]
        tables = []
        for source in dict.fromkeys(score.namespace for score in chosen):
            for name, title in SLICE_TITLES.items():
                part = [score for score in chosen if (score.namespace, score.slice) == (source, name)]
                if not part:
                    continue
                tables.append(f"<h3>{escape(source)}: {escape(title)} ({part[0].customer_count:,} {_whom(name)})</h3>")
                header = ("Model", "NDCG@20", "Recall@20", "Hit rate@20", "MRR@20")
                tables.append(html_table(header, _by_model(part), 1))
        return tables

    def _gain_rows(self) -> list[tuple[str, ...]]:
        return [
            (
                gain.namespace,
                gain.slice,
                gain.baseline,
                f"{gain.value:+.4f}",
                f"{gain.lower_bound:+.4f} … {gain.upper_bound:+.4f}",
                "" if gain.relative is None else f"{gain.relative:+.1%}",
            )
            for gain in self.gains
            if (gain.metric, gain.k) == HEADLINE and self._is_told(gain.namespace)
        ]

    def _segment_rows(self) -> list[tuple[str, ...]]:
        scores = {
            (score.namespace, score.slice, score.model_name): score
            for score in self.segments[0]
            if (score.metric, score.k) == HEADLINE
        }
        return [
            (
                gain.namespace,
                gain.slice,
                f"{scores[gain.namespace, gain.slice, OURS].customer_count:,}",
                _with_interval(scores[gain.namespace, gain.slice, OURS]),
                f"{scores[gain.namespace, gain.slice, gain.baseline].value:.4f}",
                f"{gain.value:+.4f} ({gain.lower_bound:+.3f} to {gain.upper_bound:+.3f})",
            )
            for gain in self.segments[1]
            if (gain.metric, gain.k, gain.baseline) == (*HEADLINE, SEGMENTS_BASELINE)
        ]

    def _window_rows(self) -> list[tuple[str, ...]]:
        return [
            (
                window["cutoff_id"],
                window["role"],
                f"{window['label_until']:%Y-%m-%d}",
                f"{window['customer_count']:,}",
                f"{window['candidate_count']:,}",
                f"{window['bought_count']:,}",
            )
            for window in self.windows
        ]


def _whom(slice_name: str) -> str:
    return "sessions" if slice_name.startswith("session_") else "customers"


def _by_model(scores: Sequence[Score]) -> list[tuple[str, ...]]:
    rows = []
    for model in sorted({score.model_name for score in scores}, key=lambda name: (name != OURS, name)):
        cells = {score.metric: score for score in scores if score.model_name == model}
        rows.append((model, *(_with_interval(cells[metric]) for metric in ("ndcg", "recall", "hit_rate", "mrr"))))
    return rows


def _with_interval(score: Score) -> str:
    return f"{score.value:.4f} ({score.lower_bound:.3f} to {score.upper_bound:.3f})"


def write_model_card(card: ModelCard, folder: Path) -> None:
    """Write `model_card.json` and `model_card.html`."""
    write_text_atomically(folder / "model_card.json", card.to_json())
    write_text_atomically(folder / "model_card.html", card.to_html())

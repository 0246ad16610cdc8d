"""The card shows text as text."""

from __future__ import annotations

from datetime import datetime

from shelfwise.recommender.evaluation import Score
from shelfwise.recommender.model_card import ModelCard


def test_names_from_outside_are_escaped() -> None:
    card = ModelCard(
        model_version="<script>",
        trained_at=datetime(2026, 3, 1),
        windows=[],
        parameters={"a": "<b>"},
        feature_names=["<i>"],
        scores=[
            Score("two_stage", "ours", "<shop>", "all", metric, 20, 0.5, 0.4, 0.6, 10)
            for metric in ("ndcg", "recall", "hit_rate", "mrr")
        ],
        gains=[],
        calibration=[],
        importance=[{"feature": "<u>", "log_loss_increase": 0.1}],
        seconds={"<s>": 1.0},
        scored_rows=0,
    )
    page = card.to_html()
    for tag in ("<script>", "<b>", "<shop>", "<u>", "<s>"):
        assert tag not in page
    assert "&lt;shop&gt;" in page
    assert card.headline() == {"<shop>": {"all": {"two_stage": 0.5}}}

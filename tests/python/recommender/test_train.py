"""Training as a whole, on small databases."""

from __future__ import annotations

import json
import re

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest
from small_builds import build

from shelfwise.recommender.leakage import LeakageError
from shelfwise.recommender.outputs import SCHEMAS
from shelfwise.recommender.train import train
from shelfwise.scoring.ranker_file import SavedRanker


def silent(message: str) -> None:
    pass


def outputs(settings) -> dict:
    return {name: pq.read_table(settings.model_output_path / f"{name}.parquet") for name in SCHEMAS}


def test_rows_in_another_order_and_another_thread_give_the_same_recommendations(settings_in, tmp_path) -> None:
    made = []
    for name, threads, seed in (("one", 1, 1), ("two", 2, 2)):
        settings = settings_in(name, threads=threads)
        build(settings, shuffle_seed=seed)
        made.append((train(settings, tmp_path / f"run-{name}", silent), outputs(settings)))
    (first, first_tables), (second, second_tables) = made
    assert first.model_version is not None
    assert first == second
    for table in ("customer_scores", "model_evaluations"):
        assert first_tables[table].equals(second_tables[table])


def test_what_training_leaves_behind(settings_in, tmp_path) -> None:
    settings = settings_in("data")
    build(settings)
    trained = train(settings, tmp_path / "run", silent)
    tables = outputs(settings)
    for name, schema in SCHEMAS.items():
        assert tables[name].schema.equals(schema)
        assert set(tables[name].column("model_version").to_pylist()) == {trained.model_version}
    scores = tables["customer_scores"].to_pandas()
    assert (scores.groupby("customer_id").position.apply(list).map(lambda p: p == list(range(1, len(p) + 1)))).all()
    assert (scores.sort_values(["customer_id", "position"]).groupby("customer_id").score.diff().dropna() <= 0).all()
    assert scores.score.between(0, 1).all()
    due = scores[scores.reason == "repurchase_due"]
    assert len(due) > 0
    assert (due.reason_days >= 1).all()
    together = scores[scores.reason == "bought_together"]
    assert len(together) > 0
    assert together.reason_product_id.notna().all()
    assert scores[scores.reason != "bought_together"].reason_product_id.isna().all()

    card = json.loads((tmp_path / "run" / "model" / "model_card.json").read_text())
    assert card["model_version"] == trained.model_version
    assert card["headline"] == trained.scores
    assert sum(part["row_count"] for part in card["calibration"]) == sum(
        window["candidate_count"] for window in card["windows"] if window["role"] == "test"
    )
    saved = SavedRanker.load(tmp_path / "run" / "model" / "ranker.npz")
    assert list(saved.feature_names) == card["feature_names"]
    page = (tmp_path / "run" / "model" / "model_card.html").read_text()
    assert trained.model_version in page
    assert "http" not in page


def test_the_ranker_learns_habits_that_popularity_does_not_know(settings_in, tmp_path) -> None:
    settings = settings_in("data")
    build(settings)
    of_all = train(settings, tmp_path / "run", silent).scores["all"]["all"]
    assert of_all["two_stage"] > of_all["popularity"] + 0.1
    # The simulation draws from habits alone, so nothing can be better than counting; little data must not ruin that.
    assert of_all["two_stage"] > 0.9 * of_all["personal_top_frequency"]


def test_too_little_data_makes_no_model_and_says_so(settings_in, tmp_path) -> None:
    settings = settings_in("data")
    build(settings, n_customers=10)
    said: list[str] = []
    trained = train(settings, tmp_path / "run", said.append)
    assert trained.model_version is None
    assert re.search(r"too little data .*: \d+ customers .* training windows, 50 are needed", said[-1])
    for name, table in outputs(settings).items():
        assert len(table) == 0
        assert table.schema.equals(SCHEMAS[name])


def test_an_empty_test_window_makes_no_model_and_is_named_as_the_reason(settings_in, tmp_path) -> None:
    settings = settings_in("data")
    with duckdb.connect(str(build(settings))) as connection:
        connection.execute("""
            update rec_examples set is_bought = 0
            where cutoff_id = (select cutoff_id from rec_cutoffs where cutoff_role = 'test')
        """)
    said: list[str] = []
    trained = train(settings, tmp_path / "run", said.append)
    assert trained.model_version is None
    assert "test window" in said[-1]
    assert "are needed" not in said[-1]
    assert all(len(table) == 0 for table in outputs(settings).values())


def test_a_planted_leak_stops_training(settings_in, tmp_path) -> None:
    settings = settings_in("data")
    with duckdb.connect(str(build(settings))) as connection:
        connection.execute("""
            update rec_examples set latest_source_at = cutoff_at
            where (cutoff_id, customer_id, product_id) = (
                select (cutoff_id, customer_id, product_id) from rec_examples where is_bought = 1 limit 1
            )
        """)
    with pytest.raises(LeakageError, match=r"features of cutoff shop:\d{4}-\d\d-\d\d .* not before"):
        train(settings, tmp_path / "run", silent)
    assert not (settings.model_output_path / "customer_scores.parquet").exists()


def test_other_data_is_another_version(settings_in, tmp_path) -> None:
    versions = []
    for name, change in (("as_is", None), ("changed", "update rec_examples set product_buyer_count = 999")):
        settings = settings_in(name)
        with duckdb.connect(str(build(settings))) as connection:
            if change:
                connection.execute(f"{change} where product_id = 'p000' and cutoff_id = 'shop:2026-03-17'")
        versions.append(train(settings, tmp_path / name, silent).model_version)
    assert len(set(versions)) == 2


def test_scores_say_that_no_model_beats_an_oracle(settings_in, tmp_path) -> None:
    """Evaluation values stay within their intervals, and intervals within the possible."""
    settings = settings_in("data")
    build(settings)
    train(settings, tmp_path / "run", silent)
    evaluations = outputs(settings)["model_evaluations"].to_pandas()
    assert set(evaluations.slice) <= {"all", "new", "cold"}
    assert (evaluations.lower_bound <= evaluations.value + 1e-9).all()
    assert (evaluations.value <= evaluations.upper_bound + 1e-9).all()
    assert np.all((evaluations.value >= 0) & (evaluations.value <= 1))

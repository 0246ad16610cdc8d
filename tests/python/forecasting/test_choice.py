from __future__ import annotations

import numpy as np

from shelfwise.forecasting.choice import choose, judge

SEED = 7


def errors(gain: float, noise: float, n: int = 200) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(1)
    of_baseline = generator.gamma(2, 1, n)
    return {
        "ours": of_baseline - gain + generator.normal(0, noise, n),
        "good": of_baseline,
        "bad": of_baseline + 1,
    }


def test_ours_is_served_where_it_is_better_beyond_doubt() -> None:
    judged = judge(errors(0.2, 0.1), "ours", np.arange(200), SEED)
    verdict = choose(judged, "ours", "error")
    assert (verdict.status, verdict.model_name) == ("model", "ours")
    gain = judged.gains["good"]
    assert gain is not None
    assert 0 < gain[1] < gain[0] < gain[2]


def test_the_best_baseline_is_served_where_the_interval_reaches_over_zero() -> None:
    verdict = choose(judge(errors(0.02, 1.0), "ours", np.arange(200), SEED), "ours", "error")
    assert (verdict.status, verdict.model_name) == ("baseline", "good")
    assert "not surely better than good" in verdict.reason


def test_rows_of_one_witness_are_no_independent_proof() -> None:
    # Four witnesses, of which one says the opposite: fifty rows each do not make them two hundred.
    gain = np.repeat([0.5, 0.4, 0.3, -0.6], 50)
    of_baseline = np.ones(200)
    of_models = {"ours": of_baseline - gain, "base": of_baseline}
    by_row = choose(judge(of_models, "ours", np.arange(200), SEED), "ours", "error")
    by_witness = choose(judge(of_models, "ours", np.repeat(np.arange(4), 50), SEED), "ours", "error")
    assert (by_row.status, by_witness.status) == ("model", "baseline")


def test_three_witnesses_prove_nothing() -> None:
    judged = judge(errors(0.5, 0.01), "ours", np.repeat(np.arange(2), 100), SEED)
    assert judged.gains["good"] is None
    assert choose(judged, "ours", "error").model_name == "good"

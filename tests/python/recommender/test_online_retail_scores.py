"""The published figures of the baselines on real data, and ours above them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from shelfwise.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.xdist_group("online_retail")]


@pytest.fixture(scope="module")
def scores(online_retail_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """NDCG@20 as the command that the run calls prints it."""
    run_dir: Path = tmp_path_factory.mktemp("run")
    result = subprocess.run(
        [sys.executable, "-m", "shelfwise.recommender", "--run-dir", run_dir],
        env=online_retail_settings.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout.splitlines()[-1])["scores"]["online_retail"]


def test_baselines_are_the_known_ones(scores: dict[str, Any]) -> None:
    assert scores["all"]["personal_top_frequency"] == pytest.approx(0.350, abs=0.01)
    assert scores["all"]["popularity"] == pytest.approx(0.136, abs=0.005)


def test_ours_is_above_them_on_old_and_on_new(scores: dict[str, Any]) -> None:
    assert scores["all"]["two_stage"] >= 0.37
    assert scores["new"]["two_stage"] >= 1.5 * scores["new"]["popularity"]

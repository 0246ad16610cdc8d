"""The benchmark of the collector measures what it says: a short one, and what it refuses to report."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bench.serving.collector import measure_collector, require_landed
from shelfwise.errors import ShelfwiseError
from shelfwise.settings import Settings


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("wrk"), reason="no wrk: install it (apt-get install wrk)")
def test_a_short_load_is_acknowledged_and_landed(project_dir: Path, tmp_path: Path) -> None:
    settings = Settings(project_dir=project_dir, data_dir=tmp_path)
    result = measure_collector(settings, seconds=1, connections=4, batch_connections=2)
    assert result.errors == 0
    assert result.single.requests > 0
    assert result.collector_batch_events_s > result.collector_rps


def test_events_that_did_not_land_are_no_result(tmp_path: Path) -> None:
    with pytest.raises(ShelfwiseError, match="1 events were acknowledged, and 0 have landed"):
        require_landed(Settings(project_dir=tmp_path, data_dir=tmp_path), 1)

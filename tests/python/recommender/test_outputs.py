from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from shelfwise.recommender.outputs import MODEL_EVALUATIONS, MODEL_VERSIONS, write_outputs


def trained(version: str, day: int) -> dict[str, list[pa.Table]]:
    row = {"model_version": version, "trained_at": datetime(2026, 3, day)}
    evaluation = {"model_version": version, "metric": "ndcg"}
    return {
        "model_versions": [pa.Table.from_pylist([row], MODEL_VERSIONS)],
        "model_evaluations": [pa.Table.from_pylist([evaluation], MODEL_EVALUATIONS)],
    }


def test_every_training_is_remembered_and_only_the_last_ones_scores(tmp_path: Path) -> None:
    write_outputs(tmp_path, trained("v1", 1))
    write_outputs(tmp_path, trained("v2", 2))
    write_outputs(tmp_path, trained("v1", 3))
    versions = pq.read_table(tmp_path / "model_history.parquet").to_pydict()
    assert versions["model_version"] == ["v1", "v2", "v1"]
    assert versions["trained_at"] == [datetime(2026, 3, 1), datetime(2026, 3, 2), datetime(2026, 3, 3)]
    for table in ("model_versions", "model_evaluations"):
        assert pq.read_table(tmp_path / f"{table}.parquet")["model_version"].to_pylist() == ["v1"]


def test_a_training_without_a_model_leaves_none_and_forgets_none(tmp_path: Path) -> None:
    write_outputs(tmp_path, trained("v1", 1))
    write_outputs(tmp_path, {})
    assert pq.read_table(tmp_path / "model_history.parquet")["model_version"].to_pylist() == ["v1"]
    assert len(pq.read_table(tmp_path / "model_versions.parquet")) == 0

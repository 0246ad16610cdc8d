from __future__ import annotations

import json
from pathlib import Path

import pytest

from shelfwise.settings import Settings
from shelfwise.warehouse.operations import refresh_operations
from shelfwise.warehouse.published import NothingPublishedError, connect_operations, operations_path

RUN = {
    "run_id": "r1",
    "status": "failed",
    "started_at": "2026-01-01T01:00:00+02:00",
    "sources": ["a", "b"],
    "published": False,
    "steps": [{"name": "land", "status": "succeeded", "row_count": 3, "data": {"any": 1}}, {"name": "publish"}],
}


def write_run(settings: Settings, run: dict[str, object]) -> Path:
    folder = settings.runs_path / str(run["run_id"])
    (folder / "gate").mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps(run, indent=2))
    return folder


def query(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    with connect_operations(settings) as connection:
        return connection.execute(sql).fetchall()


def test_before_any_run_its_tables_are_empty_and_typed(settings: Settings) -> None:
    with pytest.raises(NothingPublishedError):
        operations_path(settings)
    refresh_operations(settings)
    tables = query(settings, "select table_name, estimated_size from duckdb_tables() order by 1")
    names = ("anomalies", "gate_results", "model_scores", "quarantine_counts", "runs", "steps")
    assert tables == [(name, 0) for name in names]
    assert query(settings, "select data_type from duckdb_columns() where column_name = 'started_at'") == [
        ("TIMESTAMP",),
        ("TIMESTAMP",),
    ]


def test_gathers_runs_with_times_in_utc(settings: Settings) -> None:
    write_run(settings, RUN)
    write_run(settings, {**RUN, "run_id": "r2", "status": "succeeded"})
    refresh_operations(settings)
    assert query(settings, "select run_id, status, started_at::varchar, sources from runs") == [
        ("r1", "failed", "2025-12-31 23:00:00", ["a", "b"]),
        ("r2", "succeeded", "2025-12-31 23:00:00", ["a", "b"]),
    ]
    assert query(settings, "select position, step, row_count from steps where run_id = 'r1'") == [
        (1, "land", 3),
        (2, "publish", None),
    ]


def test_gathers_how_good_the_model_of_each_run_was(settings: Settings) -> None:
    folder = write_run(settings, RUN)
    write_run(settings, {**RUN, "run_id": "r2"})
    score = {"model_name": "two_stage", "role": "ours", "namespace": "a", "slice": "all", "metric": "ndcg", "k": 20,
             "value": 0.5, "lower_bound": 0.4, "upper_bound": 0.6, "customer_count": 7}  # fmt: skip
    (folder / "model").mkdir()
    (folder / "model" / "model_card.json").write_text(
        json.dumps({"model_version": "m", "trained_at": "2026-01-01T01:00:00+00:00", "scores": [score], "gains": []})
    )
    refresh_operations(settings)
    assert query(settings, "select run_id, model_version, model_name, k, value, customer_count from model_scores") == [
        ("r1", "m", "two_stage", 20, 0.5, 7)
    ]


def test_a_run_id_is_the_folder_even_below_another_runs_folder(tmp_path: Path) -> None:
    settings = Settings(project_dir=tmp_path, data_dir=tmp_path / "runs" / "x" / "data")
    folder = write_run(settings, RUN)
    (folder / "quarantine_counts.jsonl").write_text('{"source_name": "a", "reason": "is_bot", "row_count": 2}\n')
    refresh_operations(settings)
    assert query(settings, "select run_id, reason, row_count from quarantine_counts") == [("r1", "is_bot", 2)]


def test_the_half_line_of_a_killed_gate_is_left_out(settings: Settings) -> None:
    folder = write_run(settings, RUN)
    line = {"door": "marts", "observed_value": 3, "success": False, "failing_rows": [{"order_id": "o'1"}]}
    (folder / "gate" / "marts.jsonl").write_text(json.dumps(line) + '\n{"door": "marts", "obs')
    refresh_operations(settings)
    rows = query(settings, "select run_id, door, observed_value, failing_rows::varchar from gate_results")
    assert rows == [("r1", "marts", "3", '[{"order_id":"o\'1"}]')]


def test_a_reader_keeps_its_database_over_refreshes(settings: Settings) -> None:
    write_run(settings, RUN)
    refresh_operations(settings)
    with connect_operations(settings) as connection:
        write_run(settings, {**RUN, "run_id": "r2"})
        for _ in range(4):
            refresh_operations(settings)
        assert connection.execute("select count(*) from runs").fetchall() == [(1,)]
    assert query(settings, "select count(*) from runs") == [(2,)]
    assert len(list((settings.published_path / "operations").iterdir())) == 2


@pytest.mark.parametrize("text", ["", '{"run_id": "r2", "stat', "[]", "\x00garbage"])
def test_a_damaged_record_hides_no_other(settings: Settings, text: str) -> None:
    write_run(settings, RUN)
    folder = write_run(settings, RUN | {"run_id": "r2"})
    (folder / "run.json").write_text(text)
    refresh_operations(settings)
    assert query(settings, "select run_id from runs") == [("r1",)]

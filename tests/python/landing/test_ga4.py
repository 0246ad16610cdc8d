"""Exports after the documented schema: https://support.google.com/analytics/answer/7029846."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from shelfwise.landing.declared_tables import declared_tables
from shelfwise.landing.ga4 import import_ga4
from shelfwise.landing.registry import landed_files
from shelfwise.settings import Settings

# BigQuery writes 64-bit integers as text in JSON, and leaves out what is null.
VIEW = {
    "event_date": "20260102",
    "event_timestamp": "1767323045000001",
    "event_name": "view_item",
    "event_params": [
        {"key": "page_location", "value": {"string_value": "https://shop.example/p/1"}},
        {"key": "engagement_time_msec", "value": {"int_value": "120"}},
    ],
    "user_pseudo_id": "1234.5678",
    "device": {"category": "mobile", "web_info": {"browser": "Safari"}},
    "geo": {"country": "Germany"},
    "items": [{"item_id": "P1", "price": 9.5, "quantity": "1"}],
    "privacy_info": {"analytics_storage": "Yes"},
}
LOGIN = {"event_timestamp": "1767323046000001", "event_name": "login", "user_id": "C1"}


def landed_rows(settings: Settings) -> list[dict[str, Any]]:
    return [
        row for file in landed_files(settings, "ga4", "events") for row in pq.ParquetFile(file.path).read().to_pylist()
    ]


def test_json_lines_land_as_text(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "events_20260102.json"
    path.write_text(json.dumps(VIEW) + "\n" + json.dumps(LOGIN) + "\n" + json.dumps(VIEW)[:40])
    result = import_ga4(path, settings)
    assert (result.rows, result.rejected_rows) == (2, 1)
    assert "columns not landed: privacy_info" in result.summary()
    view, login = landed_rows(settings)
    assert view["event_timestamp"] == "1767323045000001"
    for part in ("event_params", "device", "geo", "items"):
        assert json.loads(view[part]) == VIEW[part]
    assert (login["user_id"], login["event_params"], login["user_pseudo_id"]) == ("C1", None, None)
    assert login["source_row"] == 2
    (declared,) = (table for table in declared_tables(settings.project_dir, ["ga4"]) if table.name == "events")
    assert set(view) == set(declared.columns)


def test_parquet_lands_the_same_parts(settings: Settings, tmp_path: Path) -> None:
    event = {**VIEW, "event_timestamp": int(str(VIEW["event_timestamp"]))}
    pq.write_table(pa.Table.from_pylist([event]), tmp_path / "events_20260102-000000000000.parquet")
    assert import_ga4(tmp_path, settings).rows == 1
    (view,) = landed_rows(settings)
    assert view["event_timestamp"] == VIEW["event_timestamp"]
    assert json.loads(view["items"]) == VIEW["items"]
    location, _ = json.loads(view["event_params"])
    assert location["value"]["string_value"] == "https://shop.example/p/1"

"""What is counted, how Prometheus reads it, and what is landed of it."""

from __future__ import annotations

import json
import logging
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pyarrow.parquet as pq
import pytest
import yaml
from live_server import serving, wait_until
from published_shops import publish

from shelfwise.serving.figures import SCHEMA, HourlyFigures
from shelfwise.serving.metrics import Metrics
from shelfwise.serving.workers import Workers
from shelfwise.settings import Settings
from shelfwise.web.logs import JsonFormatter

LINE = re.compile(r'([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\]|\\.)*",?)*)\})? (\S+)$')
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def samples(text: str) -> Samples:
    """Read Prometheus' text format; a line that is none of it fails."""
    found: Samples = {}
    for line in text.splitlines():
        if line.startswith("#"):
            assert re.match(r"# (HELP|TYPE) [a-z_]+ \S", line)
            continue
        match = LINE.match(line)
        assert match, line
        labels = re.findall(r'([a-z_]+)="((?:[^"\\]|\\.)*)"', match[2] or "")
        found[match[1], frozenset(labels)] = float(match[3])
    return found


def of(found: Samples, name: str, **labels: str) -> float:
    """Return the value of a sample."""
    return found[name, frozenset(labels.items())]


def test_requests_lists_and_durations_are_counted(settings: Settings) -> None:
    publish(settings, "run-1")
    with serving(settings) as client:
        client.get("/v1/recommendations", params={"customer_id": "C1"})
        client.get("/v1/recommendations", params={"placement": "cart"})
        client.get("/v1/recommendations", params={"n": 0})
        client.get("/v1/products/P1/similar")
        client.get("/v1/products/P999/similar")
        client.get("/made/up")
        client.get("/made/up/again")
        answer = client.get("/metrics")
        found = samples(answer.text)
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lists, similar = "/v1/recommendations", "/v1/products/{product_id:path}/similar"
    assert of(found, "shelfwise_requests_total", route=lists, status="2xx") == 2
    assert of(found, "shelfwise_requests_total", route=lists, status="4xx") == 1
    assert of(found, "shelfwise_requests_total", route=similar, status="4xx") == 1
    assert of(found, "shelfwise_requests_total", route="unmatched", status="4xx") == 2
    assert of(found, "shelfwise_lists_total", placement="home", fallback="", variant="") == 1
    assert of(found, "shelfwise_lists_total", placement="cart", fallback="popular", variant="") == 1
    assert of(found, "shelfwise_lists_total", placement="similar", fallback="", variant="") == 1
    assert of(found, "shelfwise_request_seconds_count", route=lists) == 3
    assert of(found, "shelfwise_request_seconds_bucket", route=lists, le="+Inf") == 3
    assert 0 < of(found, "shelfwise_request_seconds_sum", route=lists) < 10
    buckets = [
        value
        for (name, labels), value in found.items()
        if name == "shelfwise_request_seconds_bucket" and ("route", lists) in labels
    ]
    assert buckets == sorted(buckets)
    assert of(found, "shelfwise_version_info", run_id="run-1", model_version="model-run-1") == 1
    assert of(found, "process_resident_memory_bytes") > 1e7


def test_no_label_is_made_of_what_clients_send(client: httpx.Client) -> None:
    for number in range(20):
        client.get(f"/nothing/{number}")
        client.get(f"/v1/products/nothing{number}/similar")
        client.get("/v1/recommendations", params={"customer_id": f"someone{number}", "device_id": f"device{number}"})
    text = client.get("/metrics").text
    assert not re.search("nothing[0-9]|someone|device[0-9]", text)


def test_versions_that_do_not_load_are_counted_and_the_served_one_ages(settings: Settings) -> None:
    with serving(settings) as client:
        assert ("shelfwise_version_age_seconds", frozenset()) not in samples(client.get("/metrics").text)
        publish(settings, "run-1")
        wait_until(lambda: client.get("/readyz").status_code == 200, "the version is served")
        publish(settings, "run-2", extra_sql="drop table dim_products")
        wait_until(lambda: client.get("/v1/version").json()["refused"] is not None, "the version is refused")
        found = samples(client.get("/metrics").text)
    assert of(found, "shelfwise_version_load_errors_total") == 1
    age = datetime.now(UTC) - datetime(2026, 11, 22, 4, 10, tzinfo=UTC)
    assert of(found, "shelfwise_version_age_seconds") == pytest.approx(age.total_seconds(), abs=60)


def test_workers_add_up_what_each_has_counted(tmp_path: Path) -> None:
    own, other = Metrics(), Metrics()
    own.count_list("home", None, None)
    other.count_list("home", None, None)
    other.count_request("/v1/recommendations", 200, 0.002)
    workers = Workers(tmp_path)
    (tmp_path / f"{os.getppid()}.json").write_text(json.dumps(list(other.counts.items())))
    (tmp_path / "999999999.json").write_text(json.dumps(list(other.counts.items())))
    workers.share(own.counts)  # removes what a process left that is gone
    total = workers.with_others(own.counts)
    assert total["lists", "home", "", ""] == 2
    assert total["seconds", "/v1/recommendations"] == pytest.approx(0.002)
    assert own.counts["lists", "home", "", ""] == 1
    workers.leave()
    assert [path.name for path in tmp_path.iterdir()] == [f"{os.getppid()}.json"]


def figures_in(folder: Path) -> list[dict[str, object]]:
    """Return all rows below a folder."""
    return [row for path in sorted(folder.rglob("*.parquet")) for row in pq.read_table(path).to_pylist()]


def test_hourly_figures_add_up_to_all_that_was_counted(tmp_path: Path) -> None:
    metrics, start = Metrics(), datetime(2026, 11, 23, 22, 10, tzinfo=UTC)
    figures = HourlyFigures(tmp_path, metrics.counts, hour=start.replace(minute=0))
    metrics.count_list("home", None, "test:a")
    metrics.count_request("/v1/recommendations", 200, 0.0007)
    figures.turn(start + timedelta(minutes=40))
    assert figures_in(tmp_path) == []
    figures.turn(start + timedelta(hours=1))
    metrics.count_list("home", None, "test:a")
    metrics.count_list("cart", "popular", None)
    figures.turn(start + timedelta(hours=2))  # past midnight
    figures.turn(start + timedelta(hours=3))
    metrics.count_list("home", None, None)
    figures.write()
    rows = [row for row in figures_in(tmp_path) if row["figure"] == "lists"]
    assert [(row["hour"], row["placement"], row["fallback"], row["variant"], row["counted"]) for row in rows] == [
        (datetime(2026, 11, 23, 22), "home", None, "test:a", 1),
        (datetime(2026, 11, 23, 23), "cart", "popular", None, 1),
        (datetime(2026, 11, 23, 23), "home", None, "test:a", 1),
        (datetime(2026, 11, 24, 1), "home", None, None, 1),
    ]
    (duration,) = [row for row in figures_in(tmp_path) if row["figure"] == "durations"]
    assert (duration["seconds_up_to"], duration["counted"]) == (0.001, 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2026-11-23", "2026-11-24"]


def test_figures_have_the_declared_columns(project_dir: Path) -> None:
    path = project_dir / "models" / "marts" / "monitoring" / "_serving__sources.yml"
    (table,) = yaml.safe_load(path.read_text())["sources"][0]["tables"]
    assert [column["name"] for column in table["columns"]] == SCHEMA.names


def test_what_could_not_be_written_is_written_later(tmp_path: Path) -> None:
    metrics, start = Metrics(), datetime(2026, 11, 23, 22, tzinfo=UTC)
    figures = HourlyFigures(tmp_path / "figures", metrics.counts, hour=start)
    metrics.count_list("home", None, None)
    (tmp_path / "figures").write_text("in the way")
    with pytest.raises(OSError, match="figures"):
        figures.turn(start + timedelta(hours=1))
    (tmp_path / "figures").unlink()
    figures.turn(start + timedelta(hours=1))
    assert [row["counted"] for row in figures_in(tmp_path)] == [1]


def test_a_server_that_ends_leaves_its_figures(settings: Settings) -> None:
    publish(settings, "run-1")
    with serving(settings) as client:
        client.get("/v1/recommendations", params={"customer_id": "C1"})
    rows = figures_in(settings.serving_path / "figures")
    (listed,) = [row for row in rows if row["figure"] == "lists"]
    assert (listed["placement"], listed["counted"]) == ("home", 1)
    assert not re.search("C1", json.dumps(rows, default=str))


def test_a_line_of_the_log_is_an_object() -> None:
    try:
        raise ValueError("broken\nin two")
    except ValueError:
        record = logging.getLogger("here").makeRecord(
            "here", logging.ERROR, __file__, 1, "it %s", ("failed",), __import__("sys").exc_info()
        )
    line = JsonFormatter().format(record)
    assert "\n" not in line
    told = json.loads(line)
    assert (told["level"], told["logger"], told["message"]) == ("error", "here", "it failed")
    assert "ValueError: broken" in told["traceback"]
    assert datetime.fromisoformat(told["at"]).tzinfo is not None

"""The main job as its users see it: what a run publishes, what goes on while it runs, what a shut gate does."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
import streamlit as st
from small_runs import start_run
from streamlit.testing.v1 import AppTest

from shelfwise.settings import Settings, get_settings
from shelfwise.warehouse.published import connect_current, connect_operations, resolve_current

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.xdist_group("published_shop")]


@pytest.fixture
def open_dashboard(published_shop: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The dashboard's first page, left open."""
    for name in ("SHELFWISE_PROJECT_DIR", "SHELFWISE_DATA_DIR"):
        monkeypatch.setenv(name, published_shop.environment()[name])
    get_settings.cache_clear()
    st.cache_data.clear()
    st.cache_resource.clear()
    yield AppTest.from_file(str(published_shop.project_dir / "dashboards" / "app.py"), default_timeout=60).run()
    get_settings.cache_clear()
    st.cache_data.clear()
    st.cache_resource.clear()


def words_on(page: AppTest) -> str:
    """All text of a page."""
    kinds = (page.markdown, page.caption, page.error, page.warning, page.info, page.success)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def test_publishes_what_the_contract_says(published_shop: Settings) -> None:
    current = published_shop.published_path / "current"
    manifest = json.loads((current / "manifest.json").read_text())

    assert {
        "run_id", "published_at", "data_until", "row_counts", "gate", "model_version", "versions", "checksums"
    } <= manifest.keys()  # fmt: skip
    assert manifest["gate"] == "passed"
    with duckdb.connect(str(current / "warehouse.duckdb"), read_only=True) as connection:
        rows = dict(
            connection.execute(
                "select table_name, estimated_size from duckdb_tables() where schema_name = 'main'"
            ).fetchall()
        )
        unaccounted = connection.execute("select sum(abs(unaccounted_count)) from row_accounting").fetchone()
        landed = connection.execute("select sum(row_count) from row_accounting").fetchone()
    assert {"fct_orders", "fct_events", "dim_products", "daily_metrics", "recommendations"} <= rows.keys()
    assert rows == manifest["row_counts"]["marts"]
    assert unaccounted == (0,)
    assert landed == (manifest["row_counts"]["landing"]["sample_shop"],)


def test_readers_and_a_run_leave_each_other_alone(untested_shop: Settings, open_dashboard: AppTest) -> None:
    before = resolve_current(untested_shop).run_id
    assert before in words_on(open_dashboard)
    done = threading.Event()
    versions: set[str] = set()

    def read_on() -> None:
        while not done.is_set():
            version, connection = connect_current(untested_shop)
            with connection:
                connection.execute("select count(*) from fct_events").fetchall()
            versions.add(version.run_id)
            time.sleep(0.01)

    reader = threading.Thread(target=read_on)
    reader.start()
    try:
        exit_code = start_run(untested_shop).wait(600)
    finally:
        done.set()
        reader.join(60)

    after = resolve_current(untested_shop).run_id
    assert exit_code == 0
    assert not reader.is_alive()
    assert versions == {before, after}
    assert before != after
    assert after in words_on(open_dashboard.run())


def test_a_shut_gate_keeps_the_last_version_and_shows(
    published_shop: Settings, open_dashboard: AppTest, tmp_path: Path
) -> None:
    before = resolve_current(published_shop).run_id
    good = max((published_shop.landing_path / "sample_shop" / "order_lines").rglob("*.parquet"))
    bad = good.with_name("late-export.parquet")
    lines = pq.read_table(good)
    pq.write_table(lines.rename_columns([{"unit_price": "price"}.get(name, name) for name in lines.column_names]), bad)
    screen = tmp_path / "screen.txt"

    try:
        with screen.open("w") as output:
            exit_code = start_run(published_shop, output=output).wait(600)
    finally:
        bad.unlink()

    assert exit_code == 1
    assert "gate landing" in screen.read_text()
    assert resolve_current(published_shop).run_id == before
    with connect_operations(published_shop) as connection:
        last = connection.execute("select status, failed_step from runs order by started_at desc limit 1").fetchall()
    assert last == [("failed", "gate_landing")]
    shown = words_on(open_dashboard.run())
    assert before in shown
    assert "failed" in shown

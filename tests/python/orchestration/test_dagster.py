"""The graph of Dagster's assets: materialised on the sample shop, and held by a door of the gate."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from exhaustive import EXHAUSTIVE

from shelfwise.pipeline.history import read_records
from shelfwise.pipeline.steps import STEPS
from shelfwise.settings import Settings
from shelfwise.warehouse.published import connect_operations, resolve_current

dagster = pytest.importorskip("dagster", reason="Dagster is an extra: pip install -e '.[dagster]'")

from orchestration.definitions import make_definitions  # noqa: E402

pytestmark = [*EXHAUSTIVE, pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.xdist_group("published_shop")]

AMONG_OTHERS = {
    ("sample_shop", "events"),
    ("fct_orders",),
    ("model_output", "customer_scores"),
    ("published_version",),
}


@pytest.fixture
def shop(untested_shop: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The published shop, with data of its own."""
    monkeypatch.setenv("DAGSTER_DISABLE_TELEMETRY", "1")
    monkeypatch.setenv("DAGSTER_HOME", "")
    shutil.copytree(untested_shop.data_path, tmp_path / "data", symlinks=True)
    return untested_shop.model_copy(update={"data_dir": tmp_path / "data"})


@pytest.fixture
def instance() -> Iterator[dagster.DagsterInstance]:
    with dagster.DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


def test_a_run_is_materialised_and_a_fault_is_held_at_the_door(
    shop: Settings, instance: dagster.DagsterInstance
) -> None:
    definitions = make_definitions(shop)
    job = definitions.resolve_job_def("shelfwise_run")
    before = read_records(shop)

    result = job.execute_in_process(instance=instance)

    assert result.success
    (record,) = read_records(shop)[len(before) :]
    assert record.status == "succeeded"
    assert [step.status for step in record.steps] == ["succeeded"] * len(STEPS)
    assert resolve_current(shop).run_id == record.run_id
    with connect_operations(shop) as connection:
        rows = connection.execute("select count(*) from steps where run_id = ? and seconds > 0", [record.run_id])
        assert rows.fetchall() == [(len(STEPS),)]
    made = {tuple(event.asset_key.path) for event in result.get_asset_materialization_events() if event.asset_key}
    assert made == {tuple(key.path) for key in job.asset_layer.executable_asset_keys}
    assert made > AMONG_OTHERS
    checks = result.get_asset_check_evaluations()
    assert len(checks) == 7  # five landed tables, the marts, the recommendations
    assert all(check.metadata["expectations"].value for check in checks)

    plant_a_fault(shop)
    result = job.execute_in_process(instance=instance, raise_on_error=False)

    assert not result.success
    failed = read_records(shop)[-1]
    assert (failed.status, failed.failed_step) == ("failed", "gate_landing")
    assert resolve_current(shop).run_id == record.run_id
    began = {event.step_key for event in result.all_events if event.event_type_value == "STEP_START"}
    assert began == {"land", "gate_landing"}
    made = {tuple(event.asset_key.path) for event in result.get_asset_materialization_events() if event.asset_key}
    assert made == {("sample_shop", table) for table in ("customers", "events", "order_lines", "orders", "products")}
    verdicts = {check.asset_key.path[-1]: check.passed for check in result.get_asset_check_evaluations()}
    assert verdicts == {"customers": True, "events": True, "order_lines": False, "orders": True, "products": True}


def plant_a_fault(shop: Settings) -> None:
    """Land the newest order lines again, with a column renamed."""
    good = max((shop.landing_path / "sample_shop" / "order_lines").rglob("*.parquet"))
    lines = pq.read_table(good)
    renamed = lines.rename_columns([{"unit_price": "price"}.get(name, name) for name in lines.column_names])
    pq.write_table(renamed, good.with_name("late-export.parquet"))


def test_the_graph_is_a_run_in_its_order(shop: Settings) -> None:
    definitions = make_definitions(shop)
    job = definitions.resolve_job_def("shelfwise_run")
    order = [node.name for node in job.graph.nodes_in_topological_order]
    assert order == [step.name for step in STEPS]
    (schedule,) = definitions.get_repository_def().schedule_defs
    assert schedule.cron_schedule == "30 3 * * *"
    policy = job.asset_layer.get(dagster.AssetKey("published_version")).freshness_policy
    assert policy
    assert policy.fail_window.to_timedelta().total_seconds() == 30 * 3600

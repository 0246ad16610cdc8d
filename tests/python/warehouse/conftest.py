from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from shelfwise.settings import Settings

MODELS = {
    "fct_orders": ("public", "table"),
    "dim_products": ("public", "table"),
    "int_secret": ("private", "table"),
    "int_shared": ("public", "ephemeral"),
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(project_dir=tmp_path, data_dir=tmp_path / "data", keep_versions=3, memory_limit="500MB", threads=1)


def write_manifest(settings: Settings, run_id: str) -> None:
    nodes = {
        f"model.shelfwise.{name}": {
            "resource_type": "model",
            "name": name,
            "description": "One row per thing.",
            "path": f"marts/{name}.sql",
            "depends_on": {"nodes": []},
            "schema": "main",
            "alias": name,
            "access": access,
            "config": {"enabled": True, "materialized": materialized},
        }
        for name, (access, materialized) in MODELS.items()
    }
    nodes["test.shelfwise.t"] = {"resource_type": "test", "config": {"enabled": True, "materialized": "test"}}
    folder = settings.runs_path / run_id / "dbt"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"nodes": nodes, "sources": {}}))


def build(settings: Settings, orders: int) -> None:
    settings.data_path.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(settings.build_database)) as connection:
        connection.execute("create schema if not exists landing")
        connection.execute(
            "create or replace table landing.landing_files as "
            f"select * from (values ('a', {orders}, true), ('a', 1, true), ('a', 5, false), ('b', 7, true)) "
            "as t (source_name, row_count, is_active)"
        )
        connection.execute(
            "create or replace table fct_orders as select 'o' || i as order_id, "
            f"timestamp '2026-01-01 10:00:00' + to_days(i::int) as ordered_at, {orders} as batch "
            f"from range({orders}) as t (i)"
        )
        connection.execute("create or replace view dim_products as select 'p''1' as \"product id\"")
        connection.execute("create or replace table int_secret as select 1 as contact")
        connection.execute("comment on view dim_products is 'One row per product.'")
        connection.execute("comment on table fct_orders is 'One row per order; it''s a fact.'")
        connection.execute("comment on column dim_products.\"product id\" is 'Product.'")


@pytest.fixture
def make_run(settings: Settings) -> Callable[..., str]:
    """A run's folder and build database, as dbt leaves them; returns the run id."""

    def make(run_id: str, orders: int = 10, model: str = "weights") -> str:
        build(settings, orders)
        write_manifest(settings, run_id)
        model_folder = settings.runs_path / run_id / "model"
        model_folder.mkdir()
        (model_folder / "ranker.bin").write_text(model)
        return run_id

    return make

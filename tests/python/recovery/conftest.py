"""A small data folder with everything in it that a backup saves."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from recovery_shop import collect, land, publish_whole, record_run

from shelfwise.settings import Settings
from shelfwise.warehouse.operations import refresh_operations


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "dbt_project.yml").touch()
    return Settings(
        project_dir=tmp_path, data_dir=tmp_path / "data", memory_limit="500MB", threads=1, sources=("shop",), api_port=1
    )


@pytest.fixture
def shop(settings: Settings) -> Settings:
    """A shop with landed files, two versions, a run, a model and events that a collector has taken."""
    for day in (date(2026, 3, 1), date(2026, 3, 2)):
        land(settings, "orders", day)
    land(settings, "products", date(2026, 3, 1))
    settings.published_path.mkdir(parents=True)
    publish_whole(settings, "20260301T000000000Z-aaaa")
    publish_whole(settings, "20260302T000000000Z-bbbb")
    record_run(settings)
    settings.model_output_path.mkdir()
    (settings.model_output_path / "model_history.parquet").write_bytes(
        (settings.landing_path / "shop/products/dt=2026-03-01/products-2026-03-01.parquet").read_bytes()
    )
    collect(settings, "m0")
    settings.build_database.write_bytes(b"made again")
    refresh_operations(settings)
    return settings

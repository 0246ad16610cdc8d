"""What the tests of the gate share."""

from __future__ import annotations

from pathlib import Path

import pytest
from landed_days import DAYS, land, order_lines

from shelfwise.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, project_dir: Path) -> Settings:
    """Settings of an empty data folder, with Online Retail switched on."""
    return Settings(project_dir=project_dir, data_dir=tmp_path / "data", sources=("online_retail",))


@pytest.fixture
def landed(settings: Settings) -> Settings:
    """Two good days of Online Retail have landed."""
    for day in DAYS:
        land(settings, day, order_lines(day))
    return settings

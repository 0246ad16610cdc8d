"""What the tests of the collector share."""

from __future__ import annotations

from pathlib import Path

import pytest
from live_collector import settings_in

from shelfwise.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a fresh folder, in which nothing was collected."""
    return settings_in(tmp_path)

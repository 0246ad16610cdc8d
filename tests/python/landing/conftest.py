"""A data folder of its own for every landing test."""

from __future__ import annotations

from pathlib import Path

import pytest
from inbox import Inbox

from shelfwise.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return Inbox(folder)

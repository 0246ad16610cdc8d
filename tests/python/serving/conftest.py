"""What the tests of serving share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from live_server import serving, settings_in
from published_shops import publish

from shelfwise.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a fresh folder, with nothing published."""
    return settings_in(tmp_path)


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a server with one shop published; tests share it and change nothing."""
    settings = settings_in(tmp_path_factory.mktemp("one-shop"))
    publish(settings, "run-1")
    with serving(settings) as client:
        yield client

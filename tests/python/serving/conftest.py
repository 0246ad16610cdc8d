"""What the tests of serving share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from live_server import serving, settings_in
from published_shops import publish
from session_shops import CATALOGUE, SessionShop, train_shop

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


@pytest.fixture(scope="session")
def session_shop(tmp_path_factory: pytest.TempPathFactory) -> SessionShop:
    """A trained shop, published nowhere yet."""
    return train_shop(tmp_path_factory.mktemp("sessions") / "session_index")


@pytest.fixture(scope="session")
def session_client(session_shop: SessionShop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a server with the trained shop published; tests share it and change nothing."""
    settings = settings_in(tmp_path_factory.mktemp("session-shop"))
    publish(settings, "run-1", shops=[], extra_sql=CATALOGUE, session_index=session_shop.folder)
    with serving(settings) as client:
        yield client

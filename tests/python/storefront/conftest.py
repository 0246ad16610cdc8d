"""The whole website on a small published shop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from live_server import running, settings_in
from published_shops import publish

from shelfwise.settings import Settings
from shelfwise.website import create_website


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a data folder with the small shop published."""
    settings = settings_in(tmp_path)
    publish(settings, "run-1")
    return settings


@pytest.fixture
def website(settings: Settings) -> Iterator[httpx.Client]:
    """A client of the website that keeps cookies, and follows redirects, as a browser does."""
    with running(create_website(settings, demo_key="demo-key", demo_secret="demo-secret")) as client:
        client.follow_redirects = True
        yield client

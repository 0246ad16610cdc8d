"""The web endpoint that takes events: a 200 means that they are on disk."""

from __future__ import annotations

from shelfwise.collector.collector import Collector
from shelfwise.collector.routes import collector_router
from shelfwise.collector.server import create_collector_app, run_collector
from shelfwise.collector.write_keys import WriteKey

__all__ = ["Collector", "WriteKey", "collector_router", "create_collector_app", "run_collector"]

"""The recommendation API and the demo storefront, over the published version."""

from __future__ import annotations

from shelfwise.serving.app import create_app
from shelfwise.serving.server import run_server

__all__ = ["create_app", "run_server"]

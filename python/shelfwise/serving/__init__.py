"""The recommendation API over the published version, and the page that shows what it says and why."""

from __future__ import annotations

from shelfwise.serving.app import create_app

__all__ = ["create_app"]

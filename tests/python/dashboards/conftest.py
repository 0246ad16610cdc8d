"""A dashboard over a published directory of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from shelfwise.settings import get_settings

APP = Path(__file__).resolve().parents[3] / "dashboards" / "app.py"
OpenPage = Callable[..., AppTest]


@pytest.fixture
def published_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty published directory that the settings point at."""
    monkeypatch.setenv("SHELFWISE_DATA_DIR", str(tmp_path))
    get_settings.cache_clear()
    st.cache_data.clear()
    st.cache_resource.clear()
    yield get_settings().published_path
    get_settings.cache_clear()
    st.cache_resource.clear()


@pytest.fixture
def open_page() -> OpenPage:
    """Return a function that opens a page of the dashboard, with a query string if given."""

    def open_it(view: str = "today", **query: str | list[str]) -> AppTest:
        app = AppTest.from_file(str(APP), default_timeout=60)
        for name, value in query.items():
            app.query_params[name] = value
        app.run()
        return app.switch_page(f"views/{view}.py").run() if view != "today" else app

    return open_it

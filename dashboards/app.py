"""Entry of the dashboard: ``streamlit run dashboards/app.py``, or ``make dashboard``."""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st

FOLDER = Path(__file__).resolve().parent
if str(FOLDER.parent) not in sys.path:  # Streamlit puts this folder on the path, the package stands in its parent
    sys.path.insert(0, str(FOLDER.parent))

from dashboards import data, filters, layout, login  # noqa: E402
from shelfwise.errors import ShelfwiseError  # noqa: E402


@st.fragment(run_every="10s")
def watch(seen: tuple[str, str]) -> None:
    """Redraw an open page when another version or another run has been published."""
    if data.current_paths() != seen:
        st.rerun()


def rerun_if_new(seen: tuple[str, str]) -> None:
    """Start again when another version was published while this page was being drawn."""
    if data.current_paths() != seen:
        st.rerun()


def context(seen: tuple[str, str]) -> layout.Context:
    """Return what the page is drawn from; a version that cannot be read leaves the run history to be shown."""
    version = selection = problem = None
    try:
        version = data.current_version()
        selection = filters.sidebar(version.warehouse) if version else None
    except ShelfwiseError as error:
        rerun_if_new(seen)
        problem = error
    return layout.Context(version, data.operations(), selection, problem)


def main() -> None:
    """Draw the frame of all pages, then the page that was asked for."""
    icon = str(FOLDER / "logo.svg")
    st.set_page_config(page_title="Shelfwise", page_icon=icon, layout="wide")
    st.logo(icon, size="large")
    try:
        login.require()
    except ShelfwiseError as error:
        layout.broken(error)
        st.stop()
    page = st.navigation(
        [
            st.Page("views/today.py", title="Today", default=True),
            st.Page("views/customers.py", title="Customers"),
            st.Page("views/behaviour.py", title="Behaviour"),
            st.Page("views/products.py", title="Products"),
            st.Page("views/recommendations.py", title="Recommendations"),
            st.Page("views/forecast.py", title="Forecast"),
            st.Page("views/quality.py", title="Data quality & runs"),
            st.Page("views/ask.py", title="Ask"),
        ]
    )
    seen = data.current_paths()
    watch(seen)
    try:
        st.session_state[layout.CONTEXT_KEY] = context(seen)
        page.run()
    except ShelfwiseError as error:
        rerun_if_new(seen)
        layout.broken(error)


main()

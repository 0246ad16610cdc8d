"""Buttons by which people say that an unusual day was none, or that a recommendation is a bad one.

A mark is landed as a row of its own; the next run takes it up. Nothing published changes.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboards import formats
from dashboards.data import Row
from shelfwise.errors import ShelfwiseError
from shelfwise.landing.marks import Mark, land_mark
from shelfwise.settings import get_settings

MARKED_KEY = "marked"  # what was marked in this session, so that a button is not pressed twice
SERIES = ("namespace", "source_name", "table_name", "column_name", "metric", "segment_type", "segment_value")


def bad_recommendation(customer_id: str, product_id: str) -> None:
    """Draw the button that says a product is nothing for a customer."""
    subject = f"{customer_id} {product_id}"
    if is_marked(subject):
        st.caption("✓ Marked: gone with the next run.")
        return
    st.button(
        "✗ Bad one",
        key=f"mark_{subject}",
        help="The product is not recommended to this customer any more from the next run on.",
        type="tertiary",
        on_click=lambda: land(subject, Mark(mark="bad_recommendation", customer_id=customer_id, product_id=product_id)),
    )


def false_alarm(row: Row) -> None:
    """Draw the button that says an unusual day was none."""
    given: dict[str, Any] = {name: None if formats.is_missing(row[name]) else str(row[name]) for name in SERIES}
    day = row["metric_date"].date()
    subject = f"{day} {given}"
    if is_marked(subject):
        st.caption("✓ Marked as a false alarm: taken up by the next run.")
        return
    st.button(
        "False alarm",
        key=f"mark_{subject}",
        help="The day is unusual no more from the next run on, and later days are compared with it.",
        on_click=lambda: land(subject, Mark(mark="false_alarm", metric_date=day, **given)),
    )


def is_marked(subject: str) -> bool:
    """Tell whether this was marked in this session."""
    return subject in st.session_state.get(MARKED_KEY, set())


def land(subject: str, mark: Mark) -> None:
    """Land a mark; say so, or why not."""
    try:
        land_mark(get_settings(), mark)
    except ShelfwiseError as problem:
        st.toast(f"Not marked: {formats.without_folders(problem.message)}. {problem.remedy}.")
        return
    st.session_state[MARKED_KEY] = {*st.session_state.get(MARKED_KEY, set()), subject}
    st.toast("Marked: the next run takes it up.")

"""Pictures of products, as data URIs: nothing is fetched from anywhere."""

from __future__ import annotations

import base64
from html import escape

import streamlit as st


@st.cache_data(max_entries=2000, show_spinner=False)
def picture(title: str) -> str:
    """Return a product's picture as a data URI."""
    svg = _tile(title)
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _tile(title: str) -> str:
    """Draw the title's initials."""
    initials = "".join(word[0] for word in title.split()[:2] if word).upper() or "?"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 120"><rect width="120" height="120" fill="#8A94A0"/>'
        '<text x="60" y="74" font-family="sans-serif" font-size="40" text-anchor="middle" fill="#FFFFFF">'
        f"{escape(initials)}</text></svg>"
    )

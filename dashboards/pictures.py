"""Pictures of products, as data URIs: nothing is fetched from anywhere, whatever a shop's own pictures are."""

from __future__ import annotations

import base64

import streamlit as st

from shelfwise.sample_shop.pictures import product_picture_svg


@st.cache_data(max_entries=2000, show_spinner=False)
def picture(product_id: str, title: str, category_path: str | None) -> str:
    """Return a product's picture as a data URI."""
    svg = product_picture_svg(product_id, title, category_path)
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()

"""Forecast: what will be sold, who will buy again, and how well the past would have been foretold."""

from __future__ import annotations

import streamlit as st

from dashboards import layout
from dashboards.filters import ALL_SHOPS
from dashboards.sections import demand, outlook

PARTS = ["Demand", "Products", "Customers", "Back-test"]


def page() -> None:
    """Draw the page, one part at a time."""
    context = layout.begin("Forecast", "What the coming weeks will bring, and how far such words were right before.")
    shop = layout.require_shop(context)
    status = shop.warehouse.query("forecast/status", **shop.selection.shop_parameter)
    if status.empty:
        st.info("**Nothing is foretold yet.** Forecasts are made in every run: `make run`.")
        return
    part = layout.choose("Part", PARTS, "part")
    namespace = shop.selection.namespace
    if namespace == ALL_SHOPS and part in ("Demand", "Back-test"):
        st.info("Forecasts are made for each shop by itself: choose one beside.")
        return
    if part == "Demand":
        demand.demand(shop, status)
    elif part == "Products":
        demand.products(shop, status)
    elif part == "Customers":
        outlook.outlook(shop, status)
    else:
        demand.back_test(shop, status)


page()

"""How much of the shop the lists show, and whom they serve without knowing them: a section of Recommendations."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import charts, formats, layout, measures
from dashboards.data import records
from dashboards.layout import Shop

TENTHS = {"1": "Tenth that sells most", "10": "Tenth that sells least"}


def coverage(shop: Shop) -> None:
    """Draw which products are recommended, beside what sells, and how new customers are served."""
    st.subheader(
        "Coverage and bias",
        anchor=False,
        help="Whether lists show the whole range or the same few products: what share of all places a part of it "
        "has, beside its share of the orders of the last 90 days.",
    )
    frame = shop.warehouse.query("recommendations/coverage", **shop.selection.shop_parameter)
    whole = records(frame[frame["segment_type"] == "all"])
    if not whole or not whole[0]["place_count"]:
        st.info("Nothing is recommended yet: training makes lists in every run.")
        return
    row = st.container(horizontal=True)
    for label, value in (
        ("Products on offer", formats.count(whole[0]["product_count"])),
        ("Of these recommended", formats.count(whole[0]["recommended_product_count"])),
        ("Coverage", formats.percent(whole[0]["coverage_rate"])),
    ):
        row.metric(label, value, border=True, width="stretch")
    left, right = st.columns(2)
    with left:
        st.markdown("**By how well products sell**")
        tenths = frame[frame["segment_type"] == "popularity"]
        tenths = tenths.assign(order=tenths["segment_value"].astype(int)).sort_values("order")
        layout.chart(
            charts.pairs(beside(tenths, [TENTHS.get(str(n), f"Tenth {n}") for n in tenths["order"]]), share()),
            "Share of list places and of orders, by tenth of the products",
        )
    with right:
        st.markdown("**By category**")
        categories = frame[frame["segment_type"] == "category"].nlargest(10, "order_count")
        layout.chart(
            charts.pairs(beside(categories, list(categories["segment_value"].map(formats.words))), share()),
            "Share of list places and of orders, by category",
        )
    layout.download(frame, "coverage", "A bar of places longer than that of orders: shown more than it sells.")
    cold_start(shop)


def share() -> measures.Measure:
    """Return the measure of both bars."""
    return measures.share("Share")


def beside(frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return places and orders of each segment as rows of their own."""
    return pd.concat(
        [
            pd.DataFrame({"name": names, "series": label, "value": list(frame[column])})
            for label, column in (("Places on lists", "place_share"), ("Orders", "order_share"))
        ]
    ).sort_values("series", ascending=False, kind="stable")


def cold_start(shop: Shop) -> None:
    """Draw how many customers are known how well, and by what they are served."""
    st.subheader(
        "Cold start",
        anchor=False,
        help="Customers by how much is known of them. Who has no list gets what is popular; how well lists "
        "do for customers without a purchase is the slice Cold customers of the offline score.",
    )
    frame = shop.warehouse.query("recommendations/reasons", **shop.selection.shop_parameter)
    left, right = st.columns(2)
    with left:
        st.markdown("**Why products are recommended**")
        named = frame.assign(name=frame["reason_code"].map(formats.words), value=frame["place_count"])
        layout.chart(charts.bars(named, measures.Measure("Places on lists")), "Places on lists by reason")
    with right:
        st.markdown("**How much is known of customers with a list**")
        known = shop.warehouse.query("recommendations/known", **shop.selection.shop_parameter)
        layout.chart(
            charts.bars(known.assign(value=known["member_count"]), measures.Measure("Customers")),
            "Customers with a list, by their orders so far",
        )
    layout.download(frame, "reasons", "Of the lists of this version.")

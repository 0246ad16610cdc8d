"""Behaviour: how far visits get on the way to an order, by device, and where they fail."""

from __future__ import annotations

import streamlit as st

from dashboards import charts, formats, layout, measures
from dashboards.filters import shop_label
from dashboards.layout import Shop


def page() -> None:
    """Draw the page."""
    context = layout.begin("Behaviour", "How far visits get on the way to an order, and what they leave without.")
    shop = layout.require_shop(context)
    clicks = shop.warehouse.query("behaviour/click_days", **shop.selection.shop_parameter).iloc[0]
    if clicks["row_count"] == 0:
        st.info(
            f"**{shop_label(shop.selection.namespace)} has no clicks**, only orders, so there is no funnel to draw."
        )
        return
    funnel(shop)
    trends(shop)
    left, right = st.columns(2)
    with left:
        carts(shop)
    with right:
        searches(shop)


def funnel(shop: Shop) -> None:
    """Draw the share of each device's sessions that reach each step."""
    st.subheader("Funnel", anchor=False)
    frame = shop.warehouse.query("behaviour/funnel", **shop.selection.parameters)
    frame = frame.assign(step=frame["step_name"].map(formats.words), device=frame["device"].map(formats.words))
    layout.chart(
        charts.funnel(frame), "Share of sessions that reach each step, by device", "No sessions in this period."
    )
    if frame.empty:
        return
    with st.expander("The figures"):
        layout.table(
            frame[["device", "step", "session_count", "share", "share_of_previous_step"]],
            column_config={
                "device": "Device",
                "step": "Step",
                "session_count": layout.count_column("Sessions"),
                "share": layout.percent_column("Of all sessions"),
                "share_of_previous_step": layout.percent_column("Of the step before"),
            },
        )
    layout.download(frame, "funnel")


def trends(shop: Shop) -> None:
    """Draw sessions and conversion over the period, by device."""
    frame = shop.warehouse.query("behaviour/trend", **shop.selection.series_parameters)
    frame = frame.assign(series=frame["series"].map(formats.words))
    for column, (field, measure) in zip(
        st.columns(2),
        (("session_count", measures.Measure("Sessions")), ("conversion_rate", measures.share("Conversion"))),
        strict=True,
    ):
        with column:
            st.subheader(measure.title, anchor=False)
            values = frame[["day", "series", field]].rename(columns={field: "value"})
            layout.chart(charts.lines(values, measure, "Device"), f"{measure.title} over the period, by device")
    st.caption(f"By device, {shop.selection.trend_note}.")


def carts(shop: Shop) -> None:
    """List the carts that were left behind, by device."""
    st.subheader("Abandoned carts", anchor=False)
    frame = shop.warehouse.query("behaviour/carts", **shop.selection.parameters)
    if frame.empty:
        st.info("Nothing was put in a cart in this period.")
        return
    frame = frame.assign(device=frame["device"].map(formats.words))
    layout.table(
        frame,
        column_config={
            "device": "Device",
            "cart_count": layout.count_column("Carts"),
            "abandoned_cart_count": layout.count_column("Abandoned"),
            "abandonment_rate": layout.percent_column("Share"),
            "abandoned_cart_value": layout.money_column("Left in them"),
        },
    )
    st.caption("Visits that put something in the cart and bought nothing.")
    layout.download(frame, "abandoned_carts")


def searches(shop: Shop) -> None:
    """List what was searched for without a result, most often first."""
    st.subheader("Searches without a result", anchor=False)
    frame = shop.warehouse.query("behaviour/searches", **shop.selection.parameters)
    if frame.empty:
        st.info("Every search of this period had a result.")
        return
    layout.table(
        frame,
        column_config={
            "search_term": st.column_config.TextColumn("Search", pinned=True),
            "search_count": layout.count_column("Searches"),
            "without_result_count": layout.count_column("Without result"),
            "without_result_rate": layout.percent_column("Share"),
        },
    )
    st.caption("Searches after which the visit saw neither a list nor a product before the next one.")
    layout.download(frame, "searches_without_result")


page()

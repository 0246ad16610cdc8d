"""Behaviour: how far visits get on the way to an order, which way they take, and where they fail."""

from __future__ import annotations

import streamlit as st

from dashboards import charts, formats, layout, measures
from dashboards.filters import shop_label
from dashboards.layout import Shop

# In the order of a visit; a path's steps that the shop does not know are left out.
STEPS = {
    "start": "Visit begins",
    "view_item_list": "List",
    "search": "Search",
    "view_item": "Product",
    "add_to_cart": "Into the cart",
    "begin_checkout": "Checkout",
    "purchase": "Order",
    "end": "Visit ends",
}


def page() -> None:
    """Draw the page."""
    context = layout.begin(
        "Behaviour", "How far visits get on the way to an order, which way they take, and what they leave without."
    )
    shop = layout.require_shop(context)
    clicks = shop.warehouse.query("behaviour/click_days", **shop.selection.shop_parameter).iloc[0]
    if clicks["row_count"] == 0:
        st.info(
            f"**{shop_label(shop.selection.namespace)} has no clicks**, only orders, so there is no funnel to draw. "
            "The page's events come with the collector: docs/collect-events.md."
        )
        return
    funnel(shop)
    trends(shop)
    paths(shop)
    carts(shop)
    searches(shop)


@st.fragment
def funnel(shop: Shop) -> None:
    """Draw the share of sessions that reach each step, by device, category or source of traffic."""
    st.subheader("Funnel", anchor=False)
    by = layout.choose("By", ["Device", "Category", "Source"], "by")
    frame = shop.warehouse.query("behaviour/funnel", by=by, **shop.selection.parameters)
    frame = frame.assign(step=frame["step_name"].map(formats.words), series=frame["series"].map(formats.words))
    layout.chart(
        charts.funnel(frame),
        f"Share of sessions that reach each step, by {by.lower()}",
        "No sessions in this period.",
    )
    if frame.empty:
        return
    if by == "Source" and set(frame["series"]) == {"Untagged"}:
        st.info("No visit of this period began on a tagged link: add `utm_source=…` to the links in mails and ads.")
    with st.expander("The figures"):
        layout.table(
            frame[["series", "step", "session_count", "share", "share_of_previous_step"]],
            column_config={
                "series": by,
                "step": "Step",
                "session_count": layout.count_column("Sessions"),
                "share": layout.percent_column("Of all sessions"),
                "share_of_previous_step": layout.percent_column("Of the step before"),
            },
        )
    note = "Sessions that met a product of the category; one may meet several." if by == "Category" else ""
    layout.download(frame, "funnel", note)


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
    layout.download(frame, "sessions", f"By device, {shop.selection.trend_note}.")


def paths(shop: Shop) -> None:
    """Draw where visits went from each step."""
    st.subheader(
        "Paths",
        anchor=False,
        help="From each step (a row), where visits went next. Rows add up to 100%; a step that repeats itself is one.",
    )
    frame = shop.warehouse.query("behaviour/paths", **shop.selection.parameters)
    order = list(STEPS)
    frame = frame.assign(
        row=frame["from_step"].map(STEPS),
        row_order=frame["from_step"].map(order.index),
        column=frame["to_step"].map(STEPS),
        column_order=frame["to_step"].map(order.index),
        value=frame["share"],
    )
    layout.chart(
        charts.heat(frame, measures.share("Went there next"), "From", "To"),
        "Share of visits that went from each step to each other",
        "No sessions in this period.",
    )
    if not frame.empty:
        columns = ["from_step", "to_step", "transition_count", "share"]
        layout.download(frame[columns], "paths", "Of all visits that left a step, the share that went to each other.")


def carts(shop: Shop) -> None:
    """Draw how many carts were left behind, and list them by device."""
    st.subheader("Abandoned carts", anchor=False)
    frame = shop.warehouse.query("behaviour/carts", **shop.selection.parameters)
    if frame.empty:
        st.info("Nothing was put in a cart in this period.")
        return
    left, right = st.columns(2)
    with left:
        trend = shop.warehouse.query("behaviour/cart_trend", **shop.selection.trend_parameters)
        layout.chart(
            charts.lines(trend, measures.share("Carts left behind"), "Carts"), "Share of carts left behind, over time"
        )
    with right:
        layout.table(
            frame.assign(device=frame["device"].map(formats.words)),
            column_config={
                "device": "Device",
                "cart_count": layout.count_column("Carts"),
                "abandoned_cart_count": layout.count_column("Abandoned"),
                "abandonment_rate": layout.percent_column("Share"),
                "abandoned_cart_value": layout.money_column("Left in them", shop.currency),
            },
        )
    layout.download(frame, "abandoned_carts", "Visits that put something in the cart and bought nothing.")


@st.fragment
def searches(shop: Shop) -> None:
    """List what was searched for, and what without a result."""
    st.subheader("Searches", anchor=False)
    kind = layout.choose("Which", ["All searches", "Without a result"], "searches")
    frame = shop.warehouse.query("behaviour/searches", kind=kind, **shop.selection.parameters)
    if frame.empty:
        nothing = "Nobody searched in this period." if kind == "All searches" else "Every search had a result."
        st.info(nothing)
        return
    layout.table(
        frame,
        column_config={
            "search_term": st.column_config.TextColumn("Search", pinned=True),
            "search_count": layout.count_column("Searches"),
            "clicked_rate": layout.percent_column("Clicked a result"),
            "ordered_rate": layout.percent_column("Ordered after it"),
            "without_result_count": layout.count_column("Without result"),
            "without_result_rate": layout.percent_column("Share without"),
        },
    )
    layout.download(
        frame, "searches", "Without a result: the visit saw neither a list nor a product before the next search."
    )


page()

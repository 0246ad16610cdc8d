"""How recommendations perform in the shop: a section of the page Recommendations."""

from __future__ import annotations

import streamlit as st

from dashboards import charts, formats, layout, measures
from dashboards.layout import Shop

HELP = (
    "Of the lists that pages tell of (view_recommendation, select_recommendation). An order counts for the last list "
    "on which its product was clicked, within a week; bought unclicked is what was only shown before. Figures of the "
    "last week still grow."
)


def performance(shop: Shop) -> None:
    """Draw what the lists of the period brought in: by placement, over time, by position."""
    st.subheader("In the shop", anchor=False, help=HELP)
    placements = shop.warehouse.query("recommendations/performance", **shop.selection.parameters)
    if placements.empty:
        st.info(
            "No page has told of a list of recommendations in this period. Pages tell by the events "
            "`Recommendation Viewed` and `Recommendation Clicked`, with the `recommendation_id` of the API's answer."
        )
        return
    placements = placements.assign(placement=placements["placement"].map(formats.words))
    layout.table(
        placements,
        column_config={
            "placement": "Placement",
            "list_count": layout.count_column("Lists"),
            "impression_count": layout.count_column("Products shown"),
            "click_count": layout.count_column("Clicked"),
            "click_through_rate": layout.percent_column("Click-through"),
            "attributed_order_count": layout.count_column("Orders"),
            "list_conversion_rate": layout.percent_column("Lists that led to one"),
            "revenue_per_list": layout.money_column("Revenue a list"),
            "view_through_order_count": layout.count_column("Bought unclicked"),
            "dismissal_count": layout.count_column("Not for me"),
        },
    )
    layout.download(placements, "recommendation_performance")
    measure = measures.share("Click-through")
    left, right = st.columns(2)
    with left:
        st.markdown("**Click-through over the period**")
        frame = shop.warehouse.query("recommendations/click_through", **shop.selection.trend_parameters)
        frame = frame.assign(series=frame["series"].map(formats.words), value=frame["click_through_rate"])
        layout.chart(charts.lines(frame, measure, "Placement"), "Click-through rate over the period, by placement")
        st.caption(f"By placement, {shop.selection.trend_note}.")
    with right:
        st.markdown("**Click-through by position**")
        frame = shop.warehouse.query("recommendations/positions", **shop.selection.parameters)
        frame = frame.assign(name=frame["position"].astype(str), value=frame["click_through_rate"])
        layout.chart(
            charts.bars(frame, measure), "Click-through rate by position on the list", "No page told of positions."
        )
        st.caption("First places are looked at more, whatever stands there.")

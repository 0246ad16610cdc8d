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
            "revenue_per_list": layout.money_column("Revenue a list", shop.currency),
            "view_through_order_count": layout.count_column("Bought unclicked"),
            "dismissal_count": layout.count_column("Not for me"),
        },
    )
    layout.download(placements, "recommendation_performance", "By placement, over the whole period.")
    courses(shop)


@st.fragment
def courses(shop: Shop) -> None:
    """Draw one figure over time by placement, and by position."""
    known = {
        "Click-through": ("click_through_rate", measures.share("Click-through")),
        "Conversion": ("list_conversion_rate", measures.share("Lists that led to an order")),
        "Revenue": ("revenue_per_list", measures.money("Revenue a list", shop.currency)),
    }
    name = layout.choose("Figure", list(known), "performance")
    column, measure = known[name]
    left, right = st.columns(2)
    with left:
        st.markdown(f"**{measure.title} over the period**")
        frame = shop.warehouse.query("recommendations/performance_trend", **shop.selection.trend_parameters)
        frame = frame.assign(series=frame["series"].map(formats.words), value=frame[column])
        layout.chart(charts.lines(frame, measure, "Placement"), f"{measure.title} over the period, by placement")
        st.caption(f"By placement, {shop.selection.trend_note}.")
    with right:
        st.markdown(f"**{measure.title} by position**")
        frame = shop.warehouse.query("recommendations/positions", **shop.selection.parameters)
        frame = frame.assign(name=frame["position"].astype(str), value=frame[column])
        layout.chart(
            charts.bars(frame, measure), f"{measure.title} by position on the list", "No page told of positions."
        )
        st.caption("First places are looked at more, whatever stands there.")

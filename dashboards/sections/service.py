"""How the recommendation API does: a section of the page Data quality."""

from __future__ import annotations

import streamlit as st

from dashboards import charts, formats, layout, measures
from dashboards.layout import Shop


def service(shop: Shop) -> None:
    """Draw requests, errors and time to answer of the last two weeks."""
    st.subheader(
        "Service",
        anchor=False,
        help="What the recommendation API counted by hour, up to the last run. Times are upper ends of buckets.",
    )
    hours = shop.warehouse.query("quality/requests")
    if hours.empty:
        st.info("The API has not been asked yet: `make serve` starts it; the next run takes up what it counted.")
        return
    left, right = st.columns(2)
    with left:
        st.markdown("**Requests by hour**")
        frame = hours.melt(
            "hour_start", ["request_count", "client_error_count", "server_error_count"], "series", "value"
        ).rename(columns={"hour_start": "day"})
        names = {"request_count": "All", "client_error_count": "4xx", "server_error_count": "5xx"}
        frame = frame.assign(series=frame["series"].map(names))
        layout.chart(charts.hours(frame, measures.Measure("Requests")), "Requests by hour, errors apart")
    with right:
        st.markdown("**99 of 100 answers within**")
        slow = hours.rename(columns={"hour_start": "day"}).assign(
            series="99 of 100", value=hours["p99_seconds_up_to"] * 1000
        )
        layout.chart(charts.hours(slow, measures.Measure("Milliseconds")), "Time within which 99 of 100 answers came")
    routes = shop.warehouse.query("quality/routes")
    layout.table(
        routes,
        column_config={
            "route": st.column_config.TextColumn("Route", width="medium"),
            "request_count": layout.count_column("Requests"),
            "client_error_count": layout.count_column("4xx"),
            "server_error_count": layout.count_column("5xx"),
            "median_seconds_up_to": st.column_config.NumberColumn("Half within, worst hour", format="%.3f s"),
            "p99_seconds_up_to": st.column_config.NumberColumn("99% within, worst hour", format="%.3f s"),
        },
    )
    layout.download(routes, "routes", "The last two weeks that the API counted.")
    lists = shop.warehouse.query("quality/fallbacks")
    if not lists.empty:
        st.markdown("**Where lists came from**")
        layout.table(
            lists.assign(
                placement=lists["placement"].map(formats.words), fallback=lists["fallback"].map(formats.words)
            ),
            column_config={
                "placement": "Placement",
                "fallback": st.column_config.TextColumn("Fallback", help="None: the customer's own list."),
                "list_count": layout.count_column("Lists"),
            },
        )

"""Customers: who comes, who comes back, what they are worth, and who they are by recency, frequency and money."""

from __future__ import annotations

from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from dashboards import charts, formats, layout, measures
from dashboards.layout import Shop

LIST_LENGTH = 500
COHORT_HELP = (
    "Of the customers with their first order in a month (a row): how many ordered again one, two, three months later "
    "(the columns), or what they brought in by then."
)


def page() -> None:
    """Draw the page."""
    context = layout.begin(
        "Customers", "Who comes, who comes back, what they are worth, and which of them to write to."
    )
    shop = layout.require_shop(context)
    acquisition(shop)
    cohorts(shop)
    segments(shop)


def acquisition(shop: Shop) -> None:
    """Draw active customers by month and new ones over the period."""
    left, right = st.columns(2)
    with left:
        st.subheader("Active customers by month", anchor=False)
        months = shop.warehouse.query("customers/monthly", **shop.selection.shop_parameter)
        layout.chart(
            charts.stacked_months(months, measures.Measure("Customers who ordered"), "Customers"),
            "New and returning customers who ordered, by month",
            "No known customer has ordered yet.",
        )
        st.caption("All time; the newest month runs to the last day of the data.")
    with right:
        st.subheader("New customers", anchor=False)
        new = shop.warehouse.query("customers/acquisition", **shop.selection.trend_parameters)
        layout.chart(charts.lines(new, measures.Measure("New customers"), "Customers"), "New customers over the period")
        layout.download(new, "new_customers", f"First orders in the period, {shop.selection.trend_note}.")


@st.fragment
def cohorts(shop: Shop) -> None:
    """Draw how many of each month's new customers ordered again, or what they brought in."""
    st.subheader("Cohorts", anchor=False, help=COHORT_HELP)
    kind = layout.choose("Of each cohort", ["Retention", "Lifetime value"], "cohorts")
    if kind == "Retention":
        frame = shop.warehouse.query("customers/cohorts", **shop.selection.shop_parameter)
        frame = frame.assign(value=frame["retention_rate"])
        measure, note = measures.share("Ordered again"), "Share of a cohort that ordered in the month."
    else:
        frame = shop.warehouse.query("customers/lifetime", **shop.selection.shop_parameter)
        measure = measures.money("Net revenue by customer so far", shop.currency)
        note = "Net revenue up to the month, by customer of the cohort."
    frame = frame.assign(
        cohort=[
            f"{month:%b %Y} · {formats.count(size)} customers"
            for month, size in zip(frame["cohort_month"], frame["cohort_size"], strict=True)
        ]
    )
    layout.chart(
        charts.cohorts(frame, measure),
        f"{measure.title}: each month's new customers by months since their first order",
        "Cohorts need orders from more than one month.",
    )
    if not frame.empty:
        layout.download(frame.drop(columns="cohort"), "cohorts", f"{note} The newest month may not be over.")


@st.fragment
def segments(shop: Shop) -> None:
    """Draw the segments and list the customers of one."""
    st.subheader(
        "Segments",
        anchor=False,
        help="Customers by R, how recently they ordered, F, how often, and M, for how much. Each is scored 1 to 5 by "
        "fifths of the customers, 5 is best; the segment follows from the scores.",
    )
    frame = shop.warehouse.query("customers/segments", **shop.selection.shop_parameter)
    if frame.empty:
        st.info("No known customer has ordered yet.")
        return
    left, right = st.columns(2)
    named = frame.rename(columns={"segment": "name"})
    with left:
        layout.chart(
            charts.bars(named.assign(value=named["member_count"]), measures.Measure("Customers")),
            "Customers by segment",
        )
        st.caption("Customers by segment")
    with right:
        layout.chart(
            charts.bars(named.assign(value=named["net_revenue"]), measures.money("Net revenue", shop.currency)),
            "Revenue by segment",
        )
        st.caption("Net revenue by segment, all time")
    segment = st.selectbox("Customers of the segment", list(frame["segment"]), key="segment", bind="query-params")
    customer_list(shop, str(segment))


def customer_list(shop: Shop, segment: str) -> None:
    """List a segment's customers, the most valuable first, each with a way to what is known of them."""
    customers = shop.warehouse.query("customers/segment_customers", segment=segment, **shop.selection.shop_parameter)
    shown = customers.head(LIST_LENGTH)
    layout.table(
        shown.assign(explore=[explorer(customer_id, shop) for customer_id in shown["customer_id"]]),
        column_config={
            "customer_id": st.column_config.TextColumn("Customer", pinned=True),
            "country": "Country",
            "recency_score": st.column_config.NumberColumn("R", help="Recency score, 5 is best"),
            "frequency_score": st.column_config.NumberColumn("F", help="Frequency score, 5 is best"),
            "monetary_score": st.column_config.NumberColumn("M", help="Monetary score, 5 is best"),
            "recency_days": layout.count_column("Days since"),
            "order_count": layout.count_column("Orders"),
            "net_revenue": layout.money_column("Net revenue", shop.currency),
            "first_order_date": layout.date_column("First order"),
            "last_order_date": layout.date_column("Last order"),
            "explore": st.column_config.LinkColumn("Explore", display_text="history and recommendations"),
        },
    )
    count = f"{formats.count(len(shown))} of {formats.counted(len(customers), 'customer')}, the most valuable first."
    more = " A download has all." if len(customers) > len(shown) else ""
    layout.download(pd.DataFrame(customers), f"customers_{segment.lower().replace(' ', '_')}", f"{count}{more}")


def explorer(customer_id: str, shop: Shop) -> str:
    """Return the address of the page that shows one customer."""
    query = {"part": "Explore", "customer": customer_id, "shop": shop.selection.namespace}
    return f"/recommendations?{urlencode(query)}"


page()

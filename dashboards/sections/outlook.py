"""Who is likely to buy again, and who to lapse: a section of the page Forecast."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import charts, formats, layout, measures
from dashboards.layout import Shop
from dashboards.sections.demand import verdict

LIST_LENGTH = 500


@st.fragment
def outlook(shop: Shop, status: pd.DataFrame) -> None:
    """Draw how many customers have which outlook, and list those of one."""
    st.subheader("Who will buy again", anchor=False)
    verdict(status, "customer")
    frame = shop.warehouse.query("forecast/outlooks", **shop.selection.shop_parameter)
    if frame.empty:
        return
    named = frame.assign(name=frame["outlook"].map(formats.words))
    windows = frame.iloc[0]
    left, right = st.columns(2)
    with left:
        st.markdown("**Customers**")
        layout.chart(
            charts.bars(named.assign(value=named["member_count"]), measures.Measure("Customers")),
            "Customers by outlook",
        )
    with right:
        st.markdown(f"**Expected revenue of {windows['value_window_days']} days**")
        layout.chart(
            charts.bars(named.assign(value=named["expected_value"]), measures.money("Expected", shop.currency)),
            "Expected revenue by outlook",
        )
    chosen = st.selectbox(
        "Customers whose outlook is",
        list(frame["outlook"]),
        format_func=formats.words,
        key="outlook",
        bind="query-params",
    )
    customers = shop.warehouse.query("forecast/customers", outlook=chosen, **shop.selection.shop_parameter)
    layout.table(
        customers.head(LIST_LENGTH),
        column_config={
            "customer_id": st.column_config.TextColumn("Customer", pinned=True),
            "country": "Country",
            "segment": "Segment",
            "days_since_last_order": layout.count_column("Days since"),
            "order_count": layout.count_column("Orders"),
            "net_revenue": layout.money_column("So far", shop.currency),
            "purchase_probability": st.column_config.ProgressColumn(
                f"Orders in {windows['purchase_window_days']} days", format="percent", min_value=0, max_value=1
            ),
            "lapse_probability": layout.percent_column(f"None in {windows['value_window_days']} days"),
            "expected_value": layout.money_column(f"Expected in {windows['value_window_days']} days", shop.currency),
            "value_lower_80": layout.money_column("80% from", shop.currency),
            "value_upper_80": layout.money_column("80% to", shop.currency),
        },
    )
    shown = min(len(customers), LIST_LENGTH)
    layout.download(
        customers,
        f"customers_{chosen}",
        f"{formats.count(shown)} of {formats.counted(len(customers), 'customer')}, the most valuable first.",
    )

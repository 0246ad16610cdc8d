"""One product over time: what it sold, what it cost, whether it was there. A section of the page Products."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import charts, formats, layout, measures
from dashboards.data import Parameter, records
from dashboards.layout import Shop


@st.fragment
def one_product(shop: Shop) -> None:
    """Draw a chosen product's sales and price."""
    st.subheader("One product", anchor=False)
    names = {str(row["product_id"]): str(row["title"]) for row in records(
        shop.warehouse.query("products/names", **shop.selection.parameters)
    )}  # fmt: skip
    if not names:
        st.info("Nothing was sold in this period.")
        return
    chosen = st.selectbox(
        "Product: one of those that sold most, or an id",
        list(names),
        format_func=lambda product_id: f"{names[product_id]} ({product_id})" if product_id in names else product_id,
        accept_new_options=True,
        key="one_product",
        bind="query-params",
    )
    product_id = str(chosen)
    known = records(shop.warehouse.query("recommendations/product", product_id=product_id))
    if not known:
        st.warning(f"There is no product `{product_id}` in this version.")
        return
    days = shop.warehouse.query("products/product_days", product_id=product_id, **without_shop(shop))
    left, right = st.columns(2)
    with left:
        units = pd.concat(
            [
                days[["day"]].assign(series=label, value=days[column])
                for label, column in (("Units sold", "unit_count"), ("Views", "view_count"))
                if days[column].any()
            ]
            or [days[["day"]].assign(series="Units sold", value=0)]
        )
        layout.chart(charts.lines(units, measures.Measure("Units and views"), "Of"), "Units sold and views over time")
    with right:
        prices = shop.warehouse.query("products/prices", product_id=product_id, last_day=shop.selection.last_day)
        currency = formats.Currency(str(known[0]["currency"] or shop.currency.code))
        layout.chart(
            charts.stairs(prices, measures.money("Price", currency)),
            "Price over time",
            "The shop does not tell what it costs.",
        )
    stock = {True: "in stock", False: "**out of stock**"}.get(known[0]["is_in_stock"], "not said whether in stock")
    title = formats.plain(known[0]["title"] or product_id)
    layout.download(days, "product_days", f"{title}: {stock}; {shop.selection.trend_note}; prices of all time.")


def without_shop(shop: Shop) -> dict[str, Parameter]:
    """Return the parameters of a series over the period; an id says which shop it is of."""
    return {name: value for name, value in shop.selection.series_parameters.items() if name != "namespace"}

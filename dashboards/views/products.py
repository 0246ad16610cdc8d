"""Products: what sells, what moves, what sells together, what is missing from the shelf."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import charts, formats, layout, measures, pictures
from dashboards.data import records
from dashboards.layout import Shop
from dashboards.sections import one_product

TOP_LENGTH = 25
GRAPH_LENGTH = 24  # lines that can still be told apart
UNCATEGORISED = "Uncategorised"  # as queries/products/categories.sql calls it
PRODUCT_COLUMNS = [
    "picture",
    "title",
    "net_revenue",
    "net_revenue_change",
    "unit_count",
    "order_count",
    "view_count",
    "price",
    "is_in_stock",
    "category_path",
    "brand",
    "product_id",
]


def page() -> None:
    """Draw the page."""
    context = layout.begin(
        "Products", "What sells, what moves, what sells together, and what is missing from the shelf."
    )
    shop = layout.require_shop(context)
    search(shop)
    top(shop)
    movement(shop)
    one_product.one_product(shop)
    together(shop)
    stock(shop)


def search(shop: Shop) -> None:
    """Find products by words."""
    words = st.text_input(
        "Find a product", placeholder="Title, brand, category or id", key="find", bind="query-params", type="search"
    )
    if not words or not words.strip():
        return
    found = shop.warehouse.query("products/search", words=" ".join(words.split()), **shop.selection.parameters)
    if found.empty:
        st.info(f"No product has all the words of “{words}” in its title, brand, category or id.")
        return
    product_table(found, shop)
    layout.download(found, "found_products", f"{len(found)} products; sales are those of the period.")


def top(shop: Shop) -> None:
    """List the products with most revenue."""
    st.subheader("Top products", anchor=False)
    frame = shop.warehouse.query("products/top", **shop.selection.comparison_parameters)
    if frame.empty:
        st.info("Nothing was sold in this period.")
        return
    product_table(frame.head(TOP_LENGTH), shop)
    layout.download(frame, "top_products", f"A download has the top {len(frame)}.")


def movement(shop: Shop) -> None:
    """Draw what rose and fell, and the categories over time."""
    left, right = st.columns(2)
    with left:
        st.subheader("Movers", anchor=False)
        frame = shop.warehouse.query("products/movers", **shop.selection.comparison_parameters)
        layout.chart(
            charts.changes(frame, measures.money("Change of net revenue", shop.currency)),
            "Products whose revenue rose and fell most",
            "No revenue in this period or the one before.",
        )
        layout.download(frame, "movers", f"Against the {shop.selection.day_count} days before.")
    with right:
        st.subheader("Categories", anchor=False)
        frame = shop.warehouse.query("products/categories", **shop.selection.series_parameters)
        if set(frame["series"]) == {UNCATEGORISED}:
            st.info("This shop does not say which category a product belongs to.")
            return
        layout.chart(
            charts.lines(frame, measures.money("Net revenue", shop.currency), "Category", height=420),
            "Net revenue by category over the period",
        )
        layout.download(frame, "categories", f"The five largest of the period, {shop.selection.trend_note}.")


@st.fragment
def together(shop: Shop) -> None:
    """Draw which products are bought in the same orders, as a graph and as a list."""
    st.subheader("Bought together", anchor=False, help="Pairs that share more orders than chance would have it.")
    frame = shop.warehouse.query("products/affinity", **shop.selection.shop_parameter)
    if frame.empty:
        st.info("No two products were in five orders together yet.")
        return
    noted = frame.assign(
        weight=frame["together_count"],
        note=[
            f"in {formats.counted(int(row['together_count']), 'order')}, {row['lift']:.1f} times as often as by chance"
            for row in records(frame)
        ],
    )
    left, right = st.columns([3, 2])
    with left:
        layout.chart(charts.network(noted.head(GRAPH_LENGTH)), "Products that are bought together, joined by lines")
    with right:
        layout.table(
            frame,
            height=480,
            column_order=["name", "other", "together_count", "lift"],
            column_config={
                "name": "Product",
                "other": "With",
                "together_count": layout.count_column("Orders"),
                "lift": st.column_config.NumberColumn("Lift", format="%.1f", help="1 is what chance would have."),
            },
        )
    layout.download(frame, "bought_together", f"All time; the {GRAPH_LENGTH} pairs in most orders are drawn.")


def stock(shop: Shop) -> None:
    """List what cannot be bought now, what sold best first."""
    st.subheader("Stock", anchor=False)
    counts = shop.warehouse.query("products/stock_counts", **shop.selection.shop_parameter).iloc[0]
    if counts["in_stock_count"] + counts["out_of_stock_count"] == 0:
        st.info("This shop does not say what is in stock.")
        return
    row = st.container(horizontal=True)
    for label, column in (
        ("Products", "product_count"),
        ("In stock", "in_stock_count"),
        ("Out of stock", "out_of_stock_count"),
    ):
        row.metric(label, formats.count(counts[column]), border=True, width="stretch")
    missing = shop.warehouse.query("products/stock", **shop.selection.parameters)
    if missing.empty:
        st.success("Everything is in stock.")
        return
    st.caption("Out of stock, what sold best in the period first.")
    product_table(missing, shop)
    layout.download(missing, "out_of_stock")


def product_table(frame: pd.DataFrame, shop: Shop) -> None:
    """Show products with what is known of their sales."""
    drawn = [
        pictures.picture(row["product_id"], row["title"] or row["product_id"], row["category_path"])
        for row in records(frame)
    ]
    known = [name for name in frame.columns if frame[name].notna().any()]  # a shop may lack stock or categories
    layout.table(
        frame.assign(picture=drawn),
        column_order=[name for name in PRODUCT_COLUMNS if name in ("picture", *known)],
        row_height=48,
        column_config={
            "picture": st.column_config.ImageColumn("", width=60, pinned=True),
            "title": st.column_config.TextColumn("Product", width=300, pinned=True),
            "category_path": "Category",
            "brand": "Brand",
            "price": layout.money_column("Price", shop.currency),
            "is_in_stock": st.column_config.CheckboxColumn("In stock"),
            "net_revenue": layout.money_column("Net revenue", shop.currency),
            "net_revenue_change": layout.percent_column("Change"),
            "unit_count": layout.count_column("Units"),
            "order_count": layout.count_column("Orders"),
            "view_count": layout.count_column("Views"),
            "product_id": "Id",
        },
    )


page()

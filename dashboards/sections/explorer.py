"""What is recommended to one customer or beside one product, and why: a section of the page Recommendations."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from dashboards import formats, layout, pictures
from dashboards.data import Row, records
from dashboards.filters import ALL_SHOPS
from dashboards.formats import Currency
from dashboards.layout import Shop
from dashboards.sections import marks

CARD_COLUMNS = 5
SHELF_LENGTH = 10
TEXT_WIDTH = 145  # of a card's text, which leaves room for the picture beside it on a phone


@st.fragment
def explorer(shop: Shop) -> None:
    """Let one pick a customer or a product."""
    if layout.choose("Of", ["A customer", "A product"], "of") == "A customer":
        customer(shop)
    else:
        product(shop)


def customer(shop: Shop) -> None:
    """Show a customer's purchases and recommendations side by side."""
    sample = shop.warehouse.query("recommendations/customers", **shop.selection.shop_parameter)
    if sample.empty:
        st.info("There are no recommendations for this shop yet.")
        return
    sampled = [str(customer_id) for customer_id in sample["customer_id"]]
    chosen = st.selectbox(
        "Customer: pick one of a sample, or type an id",
        sampled,
        accept_new_options=True,
        key="customer",
        bind="query-params",
    )
    customer_id = full_id(str(chosen), shop.selection.namespace, sampled)
    recommended = shop.warehouse.query("recommendations/customer_recommendations", customer_id=customer_id)
    history = shop.warehouse.query("recommendations/history", customer_id=customer_id)
    if recommended.empty and history.empty:
        st.warning(f"There is no customer `{customer_id}` in this version. Ids look like `{sampled[0]}`.")
        return
    for known in records(shop.warehouse.query("recommendations/customer", customer_id=customer_id)):
        st.caption(
            f"{known['segment']} · {formats.counted(known['order_count'], 'order')} for "
            f"{formats.plain(shop.currency.money(known['net_revenue']))} · "
            f"last on {formats.day(known['last_ordered_at'])}"
        )
    st.markdown("**Recommended**")
    if recommended.empty:
        st.info("No recommendations for this customer.")
    else:
        shelf(shop, recommended, "recommendations", customer_id)
    st.markdown("**Bought before**")
    layout.table(
        history,
        column_order=["order_date", "title", "quantity", "line_amount_reporting", "order_id"],
        column_config={
            "order_date": layout.date_column("Day"),
            "title": "Product",
            "quantity": layout.count_column("Quantity"),
            "line_amount_reporting": layout.money_column("Amount", shop.currency),
            "order_id": "Order",
        },
    )
    st.caption("The newest 50 order lines; a negative quantity is a return.")


def full_id(given: str, namespace: str, examples: list[str]) -> str:
    """Return an id with its shop's prefix, as the API completes it: a bare id is clear where one shop is shown.

    ``examples`` are ids of that shop.
    """
    given = given.strip()
    if ":" in given or namespace == ALL_SHOPS or not examples:
        return given
    return f"{examples[0].partition(':')[0]}:{given}"


def product(shop: Shop) -> None:
    """Show what is similar to a product."""
    known = shop.warehouse.query("recommendations/products", **shop.selection.shop_parameter)
    titles = {str(row["product_id"]): f"{row['title']} ({row['product_id']})" for row in records(known)}
    typed = st.selectbox(
        "Product: pick a popular one, or type an id",
        list(titles),
        format_func=lambda value: titles.get(value, str(value)),
        accept_new_options=True,
        key="product",
        bind="query-params",
    )
    if typed is None:
        st.info("Type a product's id.")
        return
    product_id = full_id(str(typed), shop.selection.namespace, list(titles))
    chosen = shop.warehouse.query("recommendations/product", product_id=product_id)
    if chosen.empty:
        st.warning(f"There is no product `{product_id}` in this version; the page Products finds ids.")
        return
    similar = shop.warehouse.query("recommendations/similar", product_id=product_id)
    st.markdown("**Similar to**")
    layout.cards(records(chosen), CARD_COLUMNS, partial(card, shop.currency))
    if similar.empty:
        st.info("Nothing is known to be similar to this product yet.")
        return
    st.markdown("**Similar products**")
    shelf(shop, similar, "similar_products")


def shelf(shop: Shop, products: pd.DataFrame, name: str, customer_id: str | None = None) -> None:
    """Show the first products of a ranked list as cards, and offer all of them; those for a customer can be marked."""

    def draw(row: Row) -> None:
        card(shop.currency, row)
        if customer_id is not None:
            marks.bad_recommendation(customer_id, str(row["product_id"]))

    layout.cards(records(products.head(SHELF_LENGTH)), CARD_COLUMNS, draw)
    layout.download(products, name, f"The first {min(SHELF_LENGTH, len(products))} of {len(products)}.")


def card(currency: Currency, row: Row) -> None:
    """Show one product: on a phone the text stands beside the picture, on a wide screen below it."""
    title = str(row["title"] or row["product_id"])
    rank = f"{row['rank']} · " if "rank" in row else ""
    price = Currency(str(row["currency"] or currency.code)).money(row["price"], 2)
    with st.container(horizontal=True):
        st.image(pictures.picture(str(row["product_id"]), title, row["category_path"]), width=110, alt=title)
        with st.container(width=TEXT_WIDTH, gap="xsmall"):
            st.markdown(f"{rank}**{formats.plain(title)}**  \n{formats.plain(price)}")
            if not formats.is_missing(row.get("reason")):
                st.caption(formats.plain(row["reason"]))

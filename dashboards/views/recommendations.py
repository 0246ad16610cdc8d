"""Recommendations: how good they are, what they bring in, and what they look like for one customer or one product."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import charts, experiments, feedback, formats, layout, measures, pictures
from dashboards.data import Row, records
from dashboards.filters import ALL_SHOPS, shop_label
from dashboards.layout import Shop

METRICS = {"NDCG": "ndcg", "Recall": "recall", "Hit rate": "hit_rate", "MRR": "mrr"}
SCORE_HELP = (
    "How well lists made from older data foretell what customers then bought, or visitors looked at; 1 is best. NDCG: "
    "hits on the list, those near its top count more. Recall: the share of a customer's purchases on the list. Hit "
    "rate: the share of customers with at least one. MRR: one divided by the rank of the first."
)
SLICES = {
    "all": ("All purchases", "Every product the customer bought in the test window."),
    "new": ("New purchases", "Only products the customer had never bought before."),
    "cold": ("Cold customers", "Customers who had bought nothing before; of some, clicks are known."),
}
SESSION_SLICES = {
    "session_all": ("Next step", "The product a visitor looks at next in the session."),
    "session_new": ("Next new step", "Only products the visitor had not looked at yet in the session."),
    "session_cold": ("Second step", "One step is known of the visitor."),
}
CARD_COLUMNS = 5
SHELF_LENGTH = 10
TEXT_WIDTH = 145  # of a card's text, which leaves room for the picture beside it on a phone


def page() -> None:
    """Draw the page."""
    context = layout.begin(
        "Recommendations", "How good they are, what they bring in, and what they look like for one customer or product."
    )
    shop = layout.require_shop(context)
    scores(shop)
    feedback.performance(shop)
    experiments.experiments(shop)
    st.subheader("Explore", anchor=False)
    customer_tab, product_tab = st.tabs(["By customer", "By product"])
    with customer_tab:
        customer(shop)
    with product_tab:
        product(shop)


def scores(shop: Shop) -> None:
    """Draw the time-split evaluation: ours against the baselines, with intervals."""
    st.subheader("Offline score", anchor=False, help=SCORE_HELP)
    rows = shop.warehouse.query("recommendations/scores", **shop.selection.shop_parameter)
    if rows.empty:
        st.info("No model has been scored yet: training scores it against the baselines in every run.")
        return
    namespace = evaluated_shop(shop, rows)
    rows = rows[rows["namespace"] == namespace]
    controls = st.container(horizontal=True)
    names = [name for name, metric in METRICS.items() if metric in set(rows["metric"])]
    name = (
        controls.segmented_control("Metric", names, default=names[0], required=True, key="score", bind="query-params")
        or names[0]
    )
    lengths = sorted({int(k) for k in rows["k"]})
    length = (
        controls.segmented_control(
            "Length of the list", lengths, default=lengths[-1], required=True, key="k", bind="query-params"
        )
        or lengths[-1]
    )
    chosen = rows[(rows["metric"] == METRICS[name]) & (rows["k"] == length)]
    chosen = chosen.assign(model=chosen["model_name"].map(formats.words), role=chosen["role"].map(formats.words))
    for slices in (SLICES, SESSION_SLICES):
        shown = [key for key in slices if key in set(chosen["slice"])]
        for column, key in zip(st.columns(max(1, len(shown))), shown, strict=False):
            with column:
                slice_scores(chosen[chosen["slice"] == key], slices[key], f"{name}@{length}")
    first = rows.iloc[0]
    st.caption(
        f"{shop_label(namespace)}, model {first['model_version']}, trained {formats.moment(first['trained_at'])}. "
        "Tested on what came after the end of what the model had seen; bars are 95% intervals by customer or session."
    )
    layout.download(rows, "scores")


def evaluated_shop(shop: Shop, rows: pd.DataFrame) -> str:
    """Return the shop whose evaluation to show: the chosen one, or all together where training gave that."""
    available = list(rows["namespace"].unique())
    wanted = shop.selection.namespace
    return wanted if wanted in available else ALL_SHOPS if ALL_SHOPS in available else str(available[0])


def slice_scores(rows: pd.DataFrame, words: tuple[str, str], measure: str) -> None:
    """Draw one slice, and say by how much ours leads."""
    title, explanation = words
    st.markdown(f"**{title}**", help=explanation)
    ours, baselines = rows[rows["role"] == "Ours"], rows[rows["role"] != "Ours"]
    if not ours.empty and not baselines.empty:
        best, rival = (records(group.nlargest(1, "value"))[0] for group in (ours, baselines))
        is_apart = best["lower_bound"] > rival["upper_bound"] or best["upper_bound"] < rival["lower_bound"]
        st.caption(
            f"{best['value'] - rival['value']:+.3f} against {rival['model'].lower()}, "
            f"intervals {'apart' if is_apart else 'overlap'}"
        )
    layout.chart(charts.intervals(rows, measures.score(measure)), f"{measure} of each model, {title.lower()}")


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
            f"{formats.money(known['net_revenue'])} · last on {formats.day(known['last_ordered_at'])}"
        )
    st.markdown("**Recommended**")
    if recommended.empty:
        st.info("No recommendations for this customer.")
    else:
        shelf(recommended, "recommendations")
    st.markdown("**Bought before**")
    layout.table(
        history,
        column_order=["order_date", "title", "quantity", "line_amount_reporting", "order_id"],
        column_config={
            "order_date": layout.date_column("Day"),
            "title": "Product",
            "quantity": layout.count_column("Quantity"),
            "line_amount_reporting": layout.money_column("Amount"),
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
    layout.cards(records(chosen), CARD_COLUMNS, card)
    if similar.empty:
        st.info("Nothing is known to be similar to this product yet.")
        return
    st.markdown("**Similar products**")
    shelf(similar, "similar_products")


def shelf(products: pd.DataFrame, name: str) -> None:
    """Show the first products of a ranked list as cards, and offer all of them."""
    layout.cards(records(products.head(SHELF_LENGTH)), CARD_COLUMNS, card)
    layout.download(products, name, f"Download all {len(products)} as CSV")


def card(row: Row) -> None:
    """Show one product: on a phone the text stands beside the picture, on a wide screen below it."""
    title = str(row["title"] or row["product_id"])
    rank = f"{row['rank']} · " if "rank" in row else ""
    with st.container(horizontal=True):
        st.image(pictures.picture(str(row["product_id"]), title, row["category_path"]), width=110, alt=title)
        with st.container(width=TEXT_WIDTH, gap="xsmall"):
            st.markdown(f"{rank}**{formats.plain(title)}**  \n{formats.money(row['price'], 2)}")
            if not formats.is_missing(row.get("reason")):
                st.caption(formats.plain(row["reason"]))


page()

"""How good the model is, measured on what came after what it had seen: a section of the page Recommendations."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import charts, formats, layout, measures
from dashboards.data import records
from dashboards.filters import ALL_SHOPS, shop_label
from dashboards.layout import Context, Shop
from shelfwise.errors import ShelfwiseError

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


@st.fragment
def scores(context: Context, shop: Shop) -> None:
    """Draw the time-split evaluation: ours against the baselines, with intervals, and from version to version."""
    st.subheader("Offline score", anchor=False, help=SCORE_HELP)
    rows = shop.warehouse.query("recommendations/scores", **shop.selection.shop_parameter)
    if rows.empty:
        st.info("No model has been scored yet: training scores it against the baselines in every run.")
        return
    namespace = evaluated_shop(shop, rows)
    rows = rows[rows["namespace"] == namespace]
    with st.container(horizontal=True):
        names = [name for name, metric in METRICS.items() if metric in set(rows["metric"])]
        name = layout.choose("Metric", names, "score")
        lengths = sorted({int(k) for k in rows["k"]}, reverse=True)
        length = int(layout.choose("Length of the list", [f"{each} products" for each in lengths], "k").split()[0])
    chosen = rows[(rows["metric"] == METRICS[name]) & (rows["k"] == length)]
    chosen = chosen.assign(model=chosen["model_name"].map(formats.words), role=chosen["role"].map(formats.words))
    for slices in (SLICES, SESSION_SLICES):
        shown = [key for key in slices if key in set(chosen["slice"])]
        for column, key in zip(st.columns(max(1, len(shown))), shown, strict=False):
            with column:
                slice_scores(chosen[chosen["slice"] == key], slices[key], f"{name}@{length}")
    first = rows.iloc[0]
    layout.download(
        rows,
        "scores",
        f"{shop_label(namespace)}, model {first['model_version']}, trained {formats.moment(first['trained_at'])}. "
        "Tested on what came after the end of what the model had seen; bars are 95% intervals by customer or session.",
    )
    history(context, namespace, METRICS[name], f"{name}@{length}", length)


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


def history(context: Context, namespace: str, metric: str, measure: str, length: int) -> None:
    """Draw the score of each run's model, so that a night on which it fell is seen."""
    st.markdown("**From version to version**")
    if context.operations is None:
        st.info("The record of runs has not been written yet.")
        return
    try:
        frame = context.operations.query(
            "recommendations/score_history", namespace=namespace, metric=metric, length=length
        )
    except ShelfwiseError as problem:
        layout.broken(problem)
        return
    frame = frame.assign(series=frame["slice"].map(lambda key: {**SLICES, **SESSION_SLICES}.get(key, (key, ""))[0]))
    layout.chart(
        charts.versions(frame, measures.score(measure)),
        f"{measure} of each version's model, with intervals",
        "No earlier version's scores are known.",
    )
    if not frame.empty:
        layout.download(frame, "score_history", f"{measure} of each run's model; shaded: 95% intervals.")

"""Objectives against their targets: a section of the page Today."""

from __future__ import annotations

import streamlit as st

from dashboards import formats, layout
from dashboards.data import Row, records
from dashboards.filters import shop_label
from dashboards.layout import Shop

STATUSES = {"met": ("green", "✓ Met"), "missed": ("red", "✗ Missed"), "no_data": ("gray", "— No data")}


def objectives(shop: Shop) -> None:
    """Draw a card for each objective, the missed ones first."""
    st.subheader("Objectives", anchor=False)
    rows = records(shop.warehouse.query("today/objectives", **shop.selection.shop_parameter))
    if not rows:
        st.info("No objective is set for this shop: add a line to `seeds/objectives.csv`.")
        return
    layout.cards(rows, 3, lambda row: objective_card(shop, row))


def objective_card(shop: Shop, row: Row) -> None:
    """Draw an objective: status, figure against target, owner, and the decision that depends on it."""
    color, status = STATUSES[row["status"]]
    parts = [] if formats.is_missing(row["segment_value"]) else [formats.words(row["segment_value"])]
    parts += [] if formats.is_missing(row["namespace"]) else [shop_label(str(row["namespace"]))]
    direction = formats.words(row["direction"]).lower()
    actual, target = (metric_value(shop, row["metric"], row[name]) for name in ("actual_value", "target_value"))
    st.markdown(f"**{formats.words(row['objective_id'])}** :{color}-badge[{status}]")
    st.markdown(f"**{formats.plain(actual)}** · {direction} {formats.plain(target)} over {row['window_days']} days")
    if parts:
        st.caption(" · ".join(parts))
    st.caption(
        f"Owner **{formats.plain(row['owner'])}**, until {formats.day(row['due_date'])}. "
        f"Decides: {formats.plain(row['decision_served'])}"
    )


def metric_value(shop: Shop, metric: str, value: float | None) -> str:
    """Write a value of the metric in its unit."""
    if metric.endswith("_rate"):
        return formats.percent(value, 2)
    if metric.endswith(("revenue", "value")):
        return shop.currency.money(value, 2 if metric.endswith("value") else 0)
    return formats.count(value)

"""Today: how the shop does against the period before and against its objectives, and whether the night went well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pandas as pd
import streamlit as st

from dashboards import charts, formats, layout, measures
from dashboards.data import Row, records
from dashboards.layout import Shop


@dataclass(frozen=True)
class Figure:
    """A figure of the period: the column it stands in, how it is written and compared."""

    label: str
    column: str
    write: Callable[[formats.Number], str]
    compare: Callable[[formats.Number, formats.Number], str | None]
    explanation: str


FIGURES = (
    Figure("Net revenue", "net_revenue", formats.money, formats.change, "Sales less returns."),
    Figure("Orders", "order_count", formats.count, formats.change, "Orders placed; cancellations are not counted."),
    Figure("New customers", "new_customer_count", formats.count, formats.change, "Customers with their first order."),
    Figure(
        "Conversion",
        "conversion_rate",
        partial(formats.percent, decimals=2),
        formats.change_in_points,
        "Sessions with a purchase, of all sessions. A dash where the shop has no clicks.",
    ),
    Figure(
        "Average order",
        "average_order_value",
        partial(formats.money, decimals=2),
        formats.change,
        "Sales before returns, by order.",
    ),
)
TRENDS = {
    "Revenue": ("net_revenue", measures.money("Net revenue")),
    "Orders": ("order_count", measures.Measure("Orders")),
    "New customers": ("new_customer_count", measures.Measure("New customers")),
    "Sessions": ("session_count", measures.Measure("Sessions")),
    "Conversion": ("conversion_rate", measures.share("Conversion")),
}
STATUSES = {"met": ("green", "✓ Met"), "missed": ("red", "✗ Missed"), "no_data": ("gray", "— No data")}


def page() -> None:
    """Draw the page."""
    context = layout.begin("Today", "How the shop does, against the period before and against its objectives.")
    layout.last_run(context)
    shop = layout.require_shop(context)
    selection = shop.selection
    parameters = {**selection.series_parameters, **selection.comparison_parameters, "day_count": selection.day_count}
    trend = shop.warehouse.query("today/trend", **parameters)
    figures(shop, trend)
    trend_chart(shop, trend)
    objectives(shop)


def figures(shop: Shop, trend: pd.DataFrame) -> None:
    """Draw the figures of the period, each with its change and its course."""
    rows = records(shop.warehouse.query("today/periods", **shop.selection.comparison_parameters))
    periods = {row["period"]: row for row in rows}
    if "this" not in periods:
        st.info("No orders and no sessions in this period: choose another one.")
        return
    now, before = periods["this"], periods.get("previous")
    # A period before that the data only covers in part would make every change look like growth.
    if before is not None and before["first_metric_date"].date() != shop.selection.previous_first_day:
        before = None
    course = trend[trend["period"] == "This period"]
    for column, figure in zip(st.columns(len(FIGURES), gap="small"), FIGURES, strict=True):
        values = list(course[figure.column].dropna())
        column.metric(
            figure.label,
            figure.write(now[figure.column]),
            None if before is None else figure.compare(now[figure.column], before[figure.column]),
            help=figure.explanation,
            border=True,
            height="stretch",
            chart_data=values if len(values) > 1 else None,
            chart_type="area",
        )
    if before is None:
        st.caption("The data does not reach back over the whole period before, so there is nothing to compare with.")
    else:
        st.caption(f"Change against the {shop.selection.day_count} days before.")


def trend_chart(shop: Shop, trend: pd.DataFrame) -> None:
    """Draw the course of one figure over the period and the one before."""
    st.subheader("Trend", anchor=False)
    usable = [name for name, (column, _) in TRENDS.items() if trend[column].fillna(0).any()]
    if not usable:
        st.info("Nothing to draw in this period.")
        return
    name = st.segmented_control(
        "Figure",
        usable,
        default=usable[0],
        required=True,
        key="figure",
        bind="query-params",
        label_visibility="collapsed",
    )
    column, measure = TRENDS[name or usable[0]]
    frame = trend[["day", "period", column]].rename(columns={column: "value"})
    layout.chart(charts.trend(frame, measure), f"{measure.title} over the period and the one before it")
    left, right = st.columns([4, 1], vertical_alignment="center")
    before = f" Dashed: the {shop.selection.day_count} days before, moved onto the same days."
    left.caption(
        f"{measure.title}, {shop.selection.trend_note}.{before if 'Previous period' in set(trend['period']) else ''}"
    )
    with right:
        layout.download(trend, "trend")


def objectives(shop: Shop) -> None:
    """Draw a card for each objective, the missed ones first."""
    st.subheader("Objectives", anchor=False)
    rows = shop.warehouse.query("today/objectives", **shop.selection.shop_parameter)
    if rows.empty:
        st.info("No objective is set for this shop: add a line to `seeds/objectives.csv`.")
        return
    layout.cards(records(rows), 3, objective_card)


def objective_card(row: Row) -> None:
    """Draw an objective: status, figure against target, owner, and the decision that depends on it."""
    color, status = STATUSES[row["status"]]
    segment = "" if formats.is_missing(row["segment_value"]) else f" · {formats.words(row['segment_value'])}"
    direction = formats.words(row["direction"]).lower()
    st.markdown(f"**{formats.words(row['objective_id'])}** :{color}-badge[{status}]")
    st.markdown(
        f"**{metric_value(row['metric'], row['actual_value'])}** · {direction} "
        f"{metric_value(row['metric'], row['target_value'])} over {row['window_days']} days{segment}"
    )
    st.caption(f"{row['owner']}, until {formats.day(row['due_date'])}. Decides: {row['decision_served']}")


def metric_value(metric: str, value: float | None) -> str:
    """Write a value of the metric in its unit."""
    if metric.endswith("_rate"):
        return formats.percent(value, 2)
    if metric.endswith(("revenue", "value")):
        return formats.money(value, 2 if metric.endswith("value") else 0)
    return formats.count(value)


page()

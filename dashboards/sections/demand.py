"""What will be sold in the weeks ahead, and how well the past was foretold: sections of the page Forecast."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import charts, formats, layout, measures
from dashboards.data import records
from dashboards.layout import Shop
from dashboards.measures import Measure

METRICS = {"Revenue": "net_revenue", "Units": "unit_count"}
MEASURES = {
    "scaled_error": "Error, as a share of the usual change from week to week",
    "relative_error": "Error, as a share of what came",
    "coverage_80": "Within the 80% interval",
    "coverage_95": "Within the 95% interval",
}
SUBJECTS = {"category": "Categories and the shop", "product": "Products", "customer": "Customers"}


def verdict(status: pd.DataFrame, subject: str, metric: str | None = None) -> bool:
    """Say by what forecasts are made and why so; return whether there are any."""
    rows = status[status["subject"] == subject]
    rows = rows if metric is None else rows[rows["metric"] == metric]
    is_there = False
    for row in records(rows):
        sentence = formats.plain(row["reason"])
        if row["status"] == "not_enough_history":
            st.info(f"**No forecast.** {sentence}")
            continue
        is_there = True
        color, name = ("green", "✓ our model") if row["status"] == "model" else ("orange", "! a baseline")
        st.markdown(
            f":{color}-badge[{name}] **{formats.plain(formats.words(row['metric']))}:** {sentence} "
            f":small[Known until {formats.day(row['trained_until'])}; version {formats.plain(row['model_version'])}.]"
        )
    return is_there


def measure_of(shop: Shop, metric: str) -> Measure:
    """Return the measure of a metric."""
    return measures.money("Net revenue", shop.currency) if metric == "net_revenue" else Measure("Units sold")


def choose_series(shop: Shop) -> tuple[str, str] | None:
    """Return the metric and the category to look at; None where nothing is foretold."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        metric = METRICS[layout.choose("Metric", list(METRICS), "metric")]
        categories = shop.warehouse.query("forecast/categories", metric=metric, **shop.selection.shop_parameter)
        names = [str(name) for name in categories["category"]]
        if not names:
            return None
        category = st.selectbox(
            "Category",
            names,
            format_func=lambda name: "The whole shop" if name == "all" else formats.words(name),
            key="category",
            bind="query-params",
            width=260,
        )
    return metric, str(category)


@st.fragment
def demand(shop: Shop, status: pd.DataFrame) -> None:
    """Draw the weeks ahead of one category or the whole shop, with intervals, after the weeks that were."""
    st.subheader("The next four weeks", anchor=False)
    chosen = choose_series(shop)
    if chosen is None:
        verdict(status, "category")
        return
    metric, category = chosen
    verdict(status, "category", metric)
    frame = shop.warehouse.query("forecast/weeks", metric=metric, category=category, **shop.selection.shop_parameter)
    measure = measure_of(shop, metric)
    layout.chart(charts.forecast(frame, measure), f"{measure.title} by week, and what is foretold with intervals")
    ahead = frame[frame["forecast_value"].notna()]
    layout.table(
        ahead,
        column_order=["week", "forecast_value", "lower_80", "upper_80", "lower_95", "upper_95"],
        column_config={
            "week": layout.date_column("Week from"),
            **{
                name: number_column(label, shop, metric)
                for name, label in (
                    ("forecast_value", "Foretold"),
                    ("lower_80", "80% from"),
                    ("upper_80", "80% to"),
                    ("lower_95", "95% from"),
                    ("upper_95", "95% to"),
                )
            },
        },
    )
    layout.download(frame, "forecast", "Weeks from Monday to Sunday. Shaded: where 80% and 95% of weeks should fall.")


def number_column(label: str, shop: Shop, metric: str) -> object:
    """Return a table's column in the unit of the metric."""
    if metric == "net_revenue":
        return layout.money_column(label, shop.currency, decimals=0)
    return units_column(label)


def units_column(label: str) -> object:
    """Return a table's column of expected units, which are no whole numbers."""
    return st.column_config.NumberColumn(label, format="%,.1f")


def products(shop: Shop, status: pd.DataFrame) -> None:
    """List what products will sell."""
    st.subheader("Products", anchor=False)
    verdict(status, "product")
    frame = shop.warehouse.query("forecast/products", **shop.selection.shop_parameter)
    if frame.empty:
        return
    out = frame[~frame["is_in_stock"].fillna(value=True).astype(bool)]
    if not out.empty:
        st.warning(
            f"**{formats.counted(len(out), 'product')} of these cannot be bought now:** "
            f"{', '.join(formats.plain(title) for title in out['title'].head(5))}{' …' if len(out) > 5 else ''}"
        )
    layout.table(
        frame,
        column_order=[
            "title", "forecast_value", "next_week", "next_week_lower", "next_week_upper", "is_in_stock", "category",
            "product_id",
        ],
        column_config={
            "title": st.column_config.TextColumn("Product", width=280, pinned=True),
            "forecast_value": units_column("Units, four weeks"),
            "next_week": units_column("Next week"),
            "next_week_lower": units_column("80% from"),
            "next_week_upper": units_column("80% to"),
            "is_in_stock": st.column_config.CheckboxColumn("In stock"),
            "category": "Category",
            "product_id": "Id",
        },
    )  # fmt: skip
    layout.download(frame, "product_forecasts", f"The {formats.counted(len(frame), 'product')} that sold most lately.")


@st.fragment
def back_test(shop: Shop, status: pd.DataFrame) -> None:
    """Draw what would have been foretold in the past beside what came, and how it compares with baselines."""
    st.subheader(
        "Back-test",
        anchor=False,
        help="For weeks of the past: what would have been foretold with what was known a number of weeks before.",
    )
    chosen = choose_series(shop)
    if chosen is None:
        verdict(status, "category")
        return
    metric, category = chosen
    ahead = int(layout.choose("Weeks ahead", ["1 week ahead", "2 weeks ahead", "4 weeks ahead"], "ahead")[0])
    frame = shop.warehouse.query(
        "forecast/backtest", metric=metric, category=category, week_number=ahead, **shop.selection.shop_parameter
    )
    measure = measure_of(shop, metric)
    layout.chart(
        charts.forecast(frame, measure),
        f"{measure.title} by week: foretold then, and what came",
        "There was too little history for a back-test.",
    )
    if not frame.empty:
        layout.download(frame, "back_test", "Grey: what came. Blue: what was foretold then, with its intervals.")
    comparison(shop)


def comparison(shop: Shop) -> None:
    """Draw by how much ours is better than each baseline, and list errors and coverage."""
    scores = shop.warehouse.query("forecast/scores", **shop.selection.shop_parameter)
    if scores.empty:
        return
    together = scores[(scores["week_number"] == 0)]
    st.markdown("**Better than the baselines?** Right of zero ours is.")
    gains = together[together["gain"].notna()]
    names = gains["model_name"].map(formats.words) + ", " + gains["subject"] + ": " + gains["metric"].map(formats.step)
    frame = gains.assign(
        name=names, value=gains["gain"], lower_bound=gains["gain_lower_bound"], upper_bound=gains["gain_upper_bound"]
    )
    layout.chart(
        charts.gains(frame[["name", "value", "lower_bound", "upper_bound"]], "Its error less ours"),
        "By how much the model's error is below each baseline's",
        "No baseline could be compared.",
    )
    with st.expander("Errors, and how often the intervals held"):
        known = together[together["measure"].isin(list(MEASURES))]
        layout.table(
            known.assign(
                subject=known["subject"].map(SUBJECTS),
                measure=known["measure"].map(MEASURES),
                model_name=known["model_name"].map(formats.words),
                metric=known["metric"].map(formats.words),
            ),
            column_order=[
                "subject", "metric", "measure", "model_name", "is_served", "value", "lower_bound", "upper_bound",
                "cutoff_count",
            ],
            column_config={
                "subject": "Of",
                "metric": "What",
                "measure": st.column_config.TextColumn("Measure", width="large"),
                "model_name": "Model",
                "is_served": st.column_config.CheckboxColumn("Served"),
                "value": st.column_config.NumberColumn("Value", format="%.3f"),
                "lower_bound": st.column_config.NumberColumn("From", format="%.3f"),
                "upper_bound": st.column_config.NumberColumn("To", format="%.3f"),
                "cutoff_count": layout.count_column("Cutoffs"),
            },
        )  # fmt: skip
    layout.download(scores, "forecast_scores", "Intervals are 95%.")

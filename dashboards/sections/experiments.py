"""What experiments with recommendations say: a section of the page Recommendations."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import formats, layout
from dashboards.data import Row, records
from dashboards.formats import Currency
from dashboards.layout import Shop

METRICS = {
    "click_through_rate": "Click-through",
    "conversion_rate": "Visitors who order",
    "revenue_per_unit": "Revenue a visitor",
}
MONEY = {"revenue_per_unit"}
HELP = (
    "Visitors are split by a hash of their id; each arm is compared with the control. Intervals are 95% and hold for "
    "one look, on a day fixed beforehand: who looks every day and stops at the first success finds one where none is."
)


def experiments(shop: Shop) -> None:
    """Draw each experiment: what decides, who took part, and the verdict in words."""
    st.subheader("Experiments", anchor=False, help=HELP)
    results = shop.warehouse.query("recommendations/experiments", **shop.selection.shop_parameter)
    if results.empty:
        st.info("No experiment is set up: one is a few lines in `seeds/experiments.csv` (docs/experiments.md).")
        return
    for name, rows in results.groupby("experiment_name", sort=False):
        experiment(shop, str(name), rows)
    layout.download(results, "experiment_results")


def experiment(shop: Shop, name: str, rows: pd.DataFrame) -> None:
    """Draw one experiment."""
    first = records(rows)[0]
    until = f"to {formats.day(first['ends_on'])}" if not formats.is_missing(first["ends_on"]) else "on"
    st.markdown(f"**{formats.plain(formats.words(name))}**")
    st.caption(
        f"From {formats.day(first['starts_on'])} {until}, by {first['unit']} · "
        f"{formats.counted(first['day_count'], 'day')} of data"
    )
    if (rows["verdict"].str.startswith("sample ratio")).any():
        st.warning(
            "**Sample ratio is off: do not read.** The arms do not have the shares of visitors that they should have: "
            "something loses visitors of one of them. Look there first."
        )
    layout.table(
        pd.DataFrame([written(row, shop.currency) for row in records(rows)]),
        column_config={"Metric": st.column_config.TextColumn(pinned=True)},
    )


def written(row: Row, currency: Currency) -> dict[str, str]:
    """Return a result as people read it: rates as percentages, differences of rates in points."""
    money = currency if row["metric"] in MONEY else None
    metric = METRICS.get(str(row["metric"]), formats.words(row["metric"]))
    return {
        "Metric": metric if row["metric_role"] == "decision" else f"{metric} (guardrail)",
        "Arm": formats.words(row["arm"]),
        "Visitors": formats.count(row["unit_count"]),
        "Value": currency.money(row["metric_value"], 2) if money else formats.percent(row["metric_value"], 2),
        "Difference": amount(row["difference"], money, sign=True),
        "95% interval": interval(row, money),
        "Lift": formats.MISSING if formats.is_missing(row["relative_lift"]) else f"{row['relative_lift']:+.1%}",
        "Would be found from": amount(row["minimum_detectable_difference"], money, sign=False),
        "Verdict": formats.words(row["verdict"]),
    }


def amount(value: float | None, money: Currency | None, *, sign: bool) -> str:
    """Return a difference of money, or of rates in percentage points."""
    if value is None or formats.is_missing(value):
        return formats.MISSING
    written = money.money(value, 2) if money else f"{value * 100:.2f} pp"
    return f"+{written}" if sign and value > 0 else written


def interval(row: Row, money: Currency | None) -> str:
    """Return the ends of the difference's interval."""
    if formats.is_missing(row["lower_bound"]):
        return formats.MISSING
    return " to ".join(amount(row[end], money, sign=True) for end in ("lower_bound", "upper_bound"))

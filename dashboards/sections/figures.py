"""The key figures of a period: a section of the page Today."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pandas as pd
import streamlit as st

from dashboards import charts, formats, layout, measures
from dashboards.data import Row, records
from dashboards.filters import ALL_SHOPS
from dashboards.formats import Currency
from dashboards.layout import Shop
from dashboards.measures import Measure


@dataclass(frozen=True)
class Figure:
    """A figure of the period: the column it stands in, how it is written and compared, how a day of it is drawn."""

    label: str
    column: str
    write: Callable[[formats.Number], str]
    compare: Callable[[formats.Number, formats.Number], str | None]
    measure: Measure
    explanation: str


def known_figures(currency: Currency) -> list[Figure]:
    """Return the figures in their order."""
    return [
        Figure(
            "Net revenue",
            "net_revenue",
            currency.money,
            formats.change,
            measures.money("Net revenue", currency),
            "Sales less returns.",
        ),
        Figure(
            "Orders",
            "order_count",
            formats.count,
            formats.change,
            Measure("Orders"),
            "Orders placed; cancellations are not counted.",
        ),
        Figure(
            "New customers",
            "new_customer_count",
            formats.count,
            formats.change,
            Measure("New customers"),
            "Customers with their first order.",
        ),
        Figure(
            "Conversion",
            "conversion_rate",
            partial(formats.percent, decimals=2),
            formats.change_in_points,
            measures.share("Conversion"),
            "Sessions with a purchase, of all sessions. A dash where the shop has no clicks.",
        ),
        Figure(
            "Average order",
            "average_order_value",
            partial(currency.money, decimals=2),
            formats.change,
            measures.money("Average order", currency),
            "Sales before returns, by order.",
        ),
        Figure(
            "Sessions",
            "session_count",
            formats.count,
            formats.change,
            Measure("Sessions"),
            "Visits: a device's clicks without a pause of half an hour.",
        ),
    ]


def figures(shop: Shop) -> None:
    """Draw the figures of the period with change and expected range, and the course of one of them."""
    selection = shop.selection
    parameters = {**selection.series_parameters, **selection.comparison_parameters, "day_count": selection.day_count}
    trend = shop.warehouse.query("today/trend", **parameters)
    expected = shop.warehouse.query("today/expected", **selection.parameters)
    rows = records(shop.warehouse.query("today/periods", **selection.comparison_parameters))
    periods = {row["period"]: row for row in rows}
    if "this" not in periods:
        st.info("No orders and no sessions in this period: choose another one.")
        return
    now, before = periods["this"], periods.get("previous")
    # A period before that the data only covers in part would make every change look like growth.
    if before is not None and before["first_metric_date"].date() != selection.previous_first_day:
        before = None
    last_day = expected[expected["day"] == pd.Timestamp(selection.last_day)].set_index("metric")
    course = trend[trend["period"] == "This period"]
    known = known_figures(shop.currency)
    for line in (known[:3], known[3:]):
        for column, figure in zip(st.columns(3, gap="small"), line, strict=True):
            with column.container(border=True, height="stretch"):
                card(figure, now, before, course, usual(figure, last_day))
    if before is None:
        st.caption("The data does not reach back over the whole period before, so there is nothing to compare with.")
    else:
        st.caption(f"Change against the {formats.counted(selection.day_count, 'day')} before.")
    trend_chart(shop, trend, expected)


def card(figure: Figure, now: Row, before: Row | None, course: pd.DataFrame, note: str) -> None:
    """Draw one figure: the period's value, its change, its course, and what the last day was beside what is usual."""
    st.metric(
        figure.label,
        figure.write(now[figure.column]),
        None if before is None else figure.compare(now[figure.column], before[figure.column]),
        help=figure.explanation,
    )
    drawing = charts.spark(
        course[["day", figure.column]].rename(columns={figure.column: "value"}).dropna(), figure.measure
    )
    if drawing is not None:
        st.altair_chart(drawing, alt=f"{figure.label} over the period")
    if note:
        st.caption(note)


def usual(figure: Figure, last_day: pd.DataFrame) -> str:
    """Say what the last day was beside what is usual for such a day."""
    if figure.column not in last_day.index:
        return ""
    [row] = records(last_day.loc[[figure.column]])
    mark = "**unusual**," if row["is_anomaly"] else "as usual,"
    bounds = f"{figure.write(row['lower_value'])} to {figure.write(row['upper_value'])}"
    return f"Last day {figure.write(row['observed_value'])}: {mark} {bounds} expected".replace("$", "\\$")


@st.fragment
def trend_chart(shop: Shop, trend: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Draw the course of one figure over the period and the one before, and what was to be expected."""
    st.subheader("Trend", anchor=False)
    usable = {each.label: each for each in known_figures(shop.currency) if trend[each.column].fillna(0).any()}
    if not usable:
        st.info("Nothing to draw in this period.")
        return
    figure = usable[layout.choose("Figure", list(usable), "figure")]
    measure = figure.measure
    frame = trend[["day", "period", figure.column]].rename(columns={figure.column: "value"})
    band = expected[expected["metric"] == figure.column] if shop.selection.bucket_days == 1 else expected.head(0)
    layout.chart(charts.trend(frame, band, measure), f"{measure.title} over the period and the one before it")
    parts = [f"{measure.title}, {shop.selection.trend_note}."]
    if not band.empty:
        parts.append("Grey: what is usual for the day; a ring: an unusual day.")
    if "Previous period" in set(trend["period"]):
        parts.append(f"Dashed: the {shop.selection.day_count} days before, moved onto the same days.")
    if shop.selection.namespace == ALL_SHOPS:
        parts.append("What is usual is known of each shop alone: choose one.")
    layout.download(trend, "trend", " ".join(parts))

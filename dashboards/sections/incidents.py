"""What is unusual, and why it may be so: a section of the pages Today and Data quality."""

from __future__ import annotations

import streamlit as st

from dashboards import formats, layout
from dashboards.data import Row, records
from dashboards.filters import shop_label
from dashboards.layout import Shop

CAUSES = {
    "silence": "A table has no more rows: ask who sends it whether it still does.",
    "whole_shop": "Many figures of the shop moved together: traffic, a campaign, or a file that is missing.",
    "one_table": "Only this table is concerned: look at its last files and at who writes them.",
    "one_series": "A single figure moved by itself.",
    "several_series": "Several figures moved, in more than one table.",
}
SEVERITIES = {"critical": ("red", "✗ Critical"), "warning": ("orange", "! Warning")}


def incidents(shop: Shop) -> None:
    """Draw a card for each incident of the period, the latest first."""
    st.subheader(
        "Unusual",
        anchor=False,
        help="Days far from what their own history and the rest of the shop let expect; alarms that belong together "
        "are one incident. The page Data quality lists each, and takes false alarms back.",
    )
    rows = records(shop.warehouse.query("today/incidents", **shop.selection.parameters))
    if not rows:
        st.success("Nothing unusual in this period.")
        return
    layout.cards(rows[:6], 3, lambda row: incident_card(shop, row))
    if len(rows) > 6:
        st.caption("The six latest; more stand on the page Data quality.")


def incident_card(shop: Shop, row: Row) -> None:
    """Draw an incident: when, how far, what it looks like."""
    color, severity = SEVERITIES[row["severity"]]
    st.markdown(f"**{formats.plain(subject(row))}** :{color}-badge[{severity}]")
    observed, expected = write(shop, row, "observed_value"), write(shop, row, "expected_value")
    st.markdown(f"**{formats.plain(observed)}** instead of about {formats.plain(expected)}")
    others = int(row["series_count"]) - 1
    together = f" {formats.counted(others, 'other figure').capitalize()} with it." if others else ""
    event = "" if formats.is_missing(row["event_name"]) else f" In the calendar: {formats.plain(row['event_name'])}."
    where = shop_label(str(row["namespace"])) if not formats.is_missing(row["namespace"]) else row["source_name"]
    st.caption(f"{formats.days(row['first_date'], row['last_date'])} · {formats.words(where)}")
    st.caption(f"{CAUSES.get(row['cause'], formats.words(row['cause']))}{together}{event}")


def subject(row: Row) -> str:
    """Say which figure it is: of a segment, of a column, or of a table."""
    name = formats.words(row["metric"]).removesuffix(" count").removesuffix(" rate")
    if not formats.is_missing(row["segment_value"]) and row["segment_type"] != "all":
        return f"{name}, {str(row['segment_value']).lower()}"
    if row["table_name"] == "daily_metrics":
        return name
    place = [str(row[part]) for part in ("table_name", "column_name") if not formats.is_missing(row[part])]
    return f"{name} of {'.'.join(place)}"


def write(shop: Shop, row: Row, column: str) -> str:
    """Write a value of an incident in the unit of its metric."""
    value, metric = row[column], str(row["metric"])
    if metric.endswith("_rate"):
        return formats.percent(value, 2)
    if metric.endswith(("revenue", "value")):
        return shop.currency.money(value, 2 if metric.endswith("value") else 0)
    return formats.amount(value)

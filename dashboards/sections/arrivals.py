"""Where landed rows went, how fresh tables are, how much came: a section of the page Data quality."""

from __future__ import annotations

import streamlit as st

from dashboards import charts, formats, layout, measures
from dashboards.layout import Shop


def books(shop: Shop, source: str) -> None:
    """Show where every landed row went."""
    st.subheader("Row accounting", anchor=False)
    rows = shop.warehouse.query("quality/accounting", source=source)
    if rows.empty:
        st.info("Nothing has landed yet.")
        return
    open_rows = int(rows["unaccounted_count"].abs().sum())
    if open_rows:
        st.error(f"**The books do not close:** {formats.count(open_rows)} rows are not accounted for.")
    layout.table(
        rows,
        column_config={
            "source_name": "Source",
            "table_name": "Table",
            **{
                name: layout.count_column(label)
                for name, label in (
                    ("file_count", "Files"),
                    ("row_count", "Rows landed"),
                    ("fact_count", "Facts"),
                    ("duplicate_count", "Duplicates"),
                    ("quarantined_count", "Quarantined"),
                    ("superseded_count", "Superseded"),
                    ("unaccounted_count", "Unaccounted"),
                )
            },
        },
    )
    closed = "✓ The books close: every landed row is a fact, a duplicate, in quarantine, or superseded."
    layout.download(rows, "row_accounting", "" if open_rows else closed)


def arrivals(shop: Shop, source: str) -> None:
    """Show how fresh each table is and how many rows came for each day."""
    st.subheader("Freshness", anchor=False)
    layout.table(
        shop.warehouse.query("quality/freshness", source=source),
        column_config={
            "source_name": "Source",
            "table_name": "Table",
            "row_count": layout.count_column("Rows"),
            "latest_occurred_at": layout.moment_column("Newest row (UTC)"),
            "latest_loaded_at": layout.moment_column("Loaded (UTC)"),
        },
    )
    st.subheader("Volume", anchor=False)
    period = {name: value for name, value in shop.selection.series_parameters.items() if name != "namespace"}
    frame = shop.warehouse.query("quality/volume", source=source, **period)
    layout.chart(charts.lines(frame, measures.Measure("Rows"), "Table"), "Rows by table over the period")
    layout.download(frame, "volume", f"Rows by table, {shop.selection.trend_note}.")

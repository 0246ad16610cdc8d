"""Unusual days, each with the button that takes it back: a section of the page Data quality."""

from __future__ import annotations

import streamlit as st

from dashboards import formats, layout
from dashboards.data import Row, records
from dashboards.layout import Shop
from dashboards.sections import incidents, marks

CARDS = 9


@st.fragment
def unusual(shop: Shop, source: str) -> None:
    """List the unusual values of the period, the latest as cards that can be marked."""
    st.subheader(
        "Unusual days",
        anchor=False,
        help="Values far from what their own history and the rest of the shop let expect. Score: distance in usual "
        "distances. Who knows why a day was as it was marks it: from the next run on it is no alarm any more.",
    )
    rows = shop.warehouse.query("quality/unusual", source=source, **shop.selection.parameters)
    if rows.empty:
        st.success("Nothing unusual in this period, or too little history to tell: six weeks are needed.")
        return
    alarms = records(rows[~rows["is_marked"]])

    def draw(row: Row) -> None:
        color, severity = incidents.SEVERITIES[str(row["severity"])]
        observed, expected = (incidents.write(shop, row, name) for name in ("observed_value", "expected_value"))
        st.markdown(f"**{formats.plain(incidents.subject(row))}** :{color}-badge[{severity}]")
        st.markdown(f"**{formats.plain(observed)}** instead of about {formats.plain(expected)}")
        st.caption(f"{formats.day(row['metric_date'])} · {formats.words(row['origin'])} · score {row['score']:+.1f}")
        marks.false_alarm(row)

    layout.cards(alarms[:CARDS], 3, draw)
    with st.expander(f"All of the period ({len(rows)}), with what was marked", expanded=not alarms):
        layout.table(
            rows,
            column_order=[
                "metric_date", "origin", "table_name", "column_name", "segment_value", "metric", "observed_value",
                "expected_value", "score", "severity",
            ],
            column_config={
                "metric_date": layout.date_column("Day"),
                "origin": "Shop or source",
                "table_name": "Table",
                "column_name": "Column",
                "segment_value": "Segment",
                "metric": "Metric",
                "observed_value": st.column_config.NumberColumn("Observed", format="localized"),
                "expected_value": st.column_config.NumberColumn("Expected", format="localized"),
                "score": st.column_config.NumberColumn("Score", format="%.1f"),
                "severity": "Severity",
            },
        )  # fmt: skip
    layout.download(rows, "unusual_days")

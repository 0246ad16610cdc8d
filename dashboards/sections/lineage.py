"""What a table is made from: a section of the page Data quality."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import charts, formats, layout
from dashboards.layout import Shop

FILE = "lineage.json"  # beside the published warehouse


@st.cache_data(max_entries=4, show_spinner=False)
def graph(folder: str) -> dict[str, dict[str, Any]]:
    """Return the published graph, {name: layer, grain, reads}; empty where the version has none."""
    path = Path(folder) / FILE
    try:
        return dict(json.loads(path.read_bytes())) if path.is_file() else {}
    except json.JSONDecodeError:
        return {}


@st.fragment
def lineage(shop: Shop) -> None:
    """Draw what a chosen table is made from, and list what is made from it."""
    st.subheader("Lineage", anchor=False, help="What each published table is made from, back to the landed files.")
    known = graph(str(Path(shop.warehouse.path).parent))
    marts = sorted(name for name, node in known.items() if node["layer"] == "marts")
    if not marts:
        st.info("This version does not say what its tables are made from: publish again with `make run`.")
        return
    first = marts.index("daily_metrics") if "daily_metrics" in marts else 0
    chosen = str(st.selectbox("Table", marts, index=first, key="lineage", bind="query-params"))
    names = above(known, chosen)
    nodes = pd.DataFrame([{"name": name, **known[name]} for name in names])
    edges = pd.DataFrame([(name, other) for name in names for other in known[name]["reads"]], columns=["name", "reads"])
    st.caption(f"{formats.plain(known[chosen]['grain'])}.")
    layout.chart(charts.lineage(nodes, edges, chosen), f"The tables that {chosen} is made from, by layer")
    readers = sorted(name for name, node in known.items() if chosen in node["reads"])
    st.markdown(f"**Read by** {', '.join(f'`{name}`' for name in readers)}" if readers else "No other table reads it.")
    layout.download(edges, "lineage", f"{chosen} and the {formats.counted(len(names) - 1, 'table')} above it.")


def above(known: dict[str, dict[str, Any]], chosen: str) -> list[str]:
    """Return a table and all that it is made from."""
    found, waiting = [], [chosen]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.append(name)
            waiting += known[name]["reads"]
    return found

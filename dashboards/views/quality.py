"""Data quality and runs: what the gate found, whether the books close, how fresh the data is, how runs went."""

from __future__ import annotations

import streamlit as st

from dashboards import formats, layout
from dashboards.layout import Context
from dashboards.sections import arrivals, gate, lineage, nights, service, unusual

ALL_SOURCES = "all"
PARTS = ["A run", "Over time", "Data", "Unusual", "Service", "Lineage"]
OF_RUNS = ("A run", "Over time")  # these need no published version


def page() -> None:
    """Draw the page, one part at a time; those of runs show even where nothing has ever been published."""
    context = layout.begin("Data quality & runs", "What the gate found, whether the books close, and how runs went.")
    has_history = layout.last_run(context)
    part = layout.choose("Part", PARTS, "part")
    if part in OF_RUNS:
        if has_history or context.operations is None:
            runs_part(context, part)
        if context.version is None or context.problem is not None:
            layout.require_shop(context)
        return
    shop = layout.require_shop(context)
    if part == "Data":
        source = choose_source(context)
        arrivals.books(shop, source)
        arrivals.arrivals(shop, source)
    elif part == "Unusual":
        unusual.unusual(shop, choose_source(context))
    elif part == "Service":
        service.service(shop)
    else:
        lineage.lineage(shop)


def runs_part(context: Context, part: str) -> None:
    """Draw one run, or many."""
    if context.operations is None:
        st.info("**No run yet: run `make run`.** What it checks and how long it takes then stands here.")
        return
    runs = context.operations.query("quality/runs")
    if part == "Over time":
        gate.over_time(context.operations)
        nights.history(context.operations, runs)
        return
    run_id = nights.choose_run(runs)
    if run_id is not None:
        nights.run_figures(context.operations, runs, run_id)
        gate.gate(context.operations, run_id)
        nights.quarantine(context.operations, run_id, choose_source(context))


def choose_source(context: Context) -> str:
    """Return the landed source to look at; several make one shop, so it is not the sidebar's shop that is asked."""
    if context.version is None or context.selection is None:
        return ALL_SOURCES
    names = [str(name) for name in context.version.warehouse.query("quality/sources")["source_name"]]
    if len(names) < 2:
        return ALL_SOURCES
    return str(
        st.selectbox(
            "Landed source",
            [ALL_SOURCES, *names],
            format_func=lambda name: "All sources" if name == ALL_SOURCES else formats.words(name),
            key="source",
            bind="query-params",
        )
    )


page()

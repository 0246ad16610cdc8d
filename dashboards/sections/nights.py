"""One run, and how long runs take: a section of the page Data quality."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import charts, formats, layout, measures
from dashboards.data import Database, records

RUN_STATUSES = {"succeeded": "✓ succeeded", "failed": "✗ failed", "running": "… running"}


def choose_run(runs: pd.DataFrame) -> str | None:
    """Return the run to look at, the last one unless another is chosen."""
    if runs.empty:
        return None
    told = {
        str(run["run_id"]): f"{formats.moment(run['started_at'])}, {run['status']} ({run['run_id']})"
        for run in records(runs)
    }
    return st.selectbox("Run", list(told), format_func=lambda run_id: told[run_id], key="run", bind="query-params")


def run_figures(operations: Database, runs: pd.DataFrame, run_id: str) -> None:
    """Draw the run's figures."""
    run = records(runs[runs["run_id"] == run_id])[0]
    checks = operations.query("quality/gate", run_id=run_id)
    outcomes = checks["outcome"].value_counts()
    row = st.container(horizontal=True)
    for label, value in (
        ("Status", formats.words(run["status"])),
        ("Duration", formats.seconds(run["seconds"])),
        ("Checks passed", f"{outcomes.get('passed', 0)} of {len(checks)}"),
        ("Errors", formats.count(outcomes.get("error", 0))),
        ("Warnings", formats.count(outcomes.get("warning", 0))),
    ):
        row.metric(label, value, border=True, width="stretch")


def quarantine(operations: Database, run_id: str, source: str) -> None:
    """Draw quarantined rows by reason."""
    st.subheader("Quarantine", anchor=False)
    rows = operations.query("quality/quarantine", run_id=run_id, source=source)
    names = rows["table_name"] + ": " + rows["reason"].map(formats.words)
    layout.chart(
        charts.bars(rows.assign(name=names, value=rows["row_count"]).head(12), measures.Measure("Rows")),
        "Quarantined rows by table and reason",
        "This run put no row in quarantine.",
    )
    if not rows.empty:
        layout.download(rows, "quarantine", "Set aside with a reason; nothing is dropped.")


def history(operations: Database, runs: pd.DataFrame) -> None:
    """Draw how long the steps of recent runs took, and list the runs."""
    st.subheader("Runs", anchor=False)
    steps = operations.query("quality/steps")
    steps = steps.assign(step=steps["step"].map(formats.step))
    layout.chart(charts.timings(steps.dropna(subset=["seconds"])), "Seconds of each step, by run", "No run yet.")
    layout.table(
        runs.assign(
            status=runs["status"].map(lambda status: RUN_STATUSES.get(status, status)),
            failed_step=runs["failed_step"].map(formats.step),
            sources=[", ".join(names) if names is not None else "" for names in runs["sources"]],
        ),
        column_order=["started_at", "status", "seconds", "failed_step", "message", "sources", "published", "run_id"],
        column_config={
            "started_at": layout.moment_column("Started (UTC)"),
            # Widths that show all columns on a desktop; a click on a cell shows what a long message says.
            "status": st.column_config.TextColumn("Status", width=100),
            "seconds": st.column_config.NumberColumn("Seconds", format="%.0f", width=70),
            "failed_step": st.column_config.TextColumn("Failed at", width=125),
            "message": st.column_config.TextColumn("Message", width=195),
            "sources": st.column_config.TextColumn("Sources", width=110),
            "published": st.column_config.CheckboxColumn("Published", width=80),
            "run_id": st.column_config.TextColumn("Run", width=140),
        },
    )
    layout.download(runs, "runs")

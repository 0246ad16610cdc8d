"""Data quality and runs: what the gate found, whether the books close, how fresh the data is, how runs went."""

from __future__ import annotations

import json

import pandas as pd
import streamlit as st

from dashboards import charts, formats, layout, measures
from dashboards.data import Database, Row, records
from dashboards.layout import Context, Shop

DOORS = {"landing": "Landing", "marts": "Marts", "recommendations": "Recommendations"}
OUTCOMES = {"passed": "✓ passed", "warning": "! warning", "error": "✗ error"}
ALL_SOURCES = "all"
RUN_STATUSES = {"succeeded": "✓ succeeded", "failed": "✗ failed", "running": "… running"}


def page() -> None:
    """Draw the page: the runs' part shows even where nothing has ever been published."""
    context = layout.begin("Data quality & runs", "What the gate found, whether the books close, and how runs went.")
    has_history = layout.last_run(context)
    source = choose_source(context)
    if context.operations is None:
        st.info("**No run yet: run `make run`.** What it checks and how long it takes then stands here.")
    elif has_history:
        runs = context.operations.query("quality/runs")
        run_id = choose_run(runs)
        if run_id is not None:
            run_figures(context.operations, runs, run_id)
            gate(context.operations, run_id)
            quarantine(context.operations, run_id, source)
            unusual_days(context.operations, run_id)
        history(context.operations, runs)
    shop = layout.require_shop(context)
    books(shop, source)
    arrivals(shop, source)


def choose_source(context: Context) -> str:
    """Return the landed source to look at; several make one shop, so it is not the sidebar's shop that is asked."""
    if context.version is None or context.selection is None:
        return ALL_SOURCES
    names = [str(name) for name in context.version.warehouse.query("quality/sources")["source_name"]]
    if len(names) < 2:
        return ALL_SOURCES
    return st.selectbox(
        "Landed source",
        [ALL_SOURCES, *names],
        format_func=lambda name: "All sources" if name == ALL_SOURCES else formats.words(name),
        key="source",
        bind="query-params",
    )


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


def gate(operations: Database, run_id: str) -> None:
    """List the checks of each door, what failed first, with the failing rows."""
    st.subheader("Gate", anchor=False)
    checks = operations.query("quality/gate", run_id=run_id)
    if checks.empty:
        st.info("This run did not come as far as the gate.")
        return
    for door, title in DOORS.items():
        of_door = checks[checks["door"] == door]
        failed = of_door[of_door["outcome"] != "passed"]
        if of_door.empty:
            st.markdown(f"**{title}** :gray-badge[not reached]")
            continue
        color = "red" if "error" in set(failed["outcome"]) else "orange" if len(failed) else "green"
        st.markdown(f"**{title}** :{color}-badge[{len(of_door) - len(failed)} of {len(of_door)} passed]")
        for check in records(failed):
            failure(check)
        with st.expander(f"{title}: {formats.counted(len(of_door), 'check')}"):
            check_table(of_door)
    layout.download(checks, "gate_results")


def failure(check: Row) -> None:
    """Show a failed check: what it means, how many rows, who owns it, and some of the rows."""
    where = f"{check['table_name']}" + ("" if formats.is_missing(check["column_name"]) else f".{check['column_name']}")
    with st.expander(
        f"{OUTCOMES[str(check['outcome'])]} · {where}: {formats.plain(check['description'] or check['expectation'])}",
        expanded=check["outcome"] == "error",
    ):
        st.markdown(
            f"`{check['expectation']}` · owner **{check['owner']}** · {formats.count(check['unexpected_count'])} of "
            f"{formats.count(check['element_count'])} rows · observed `{check['observed_value']}`"
        )
        rows = json.loads(str(check["failing_rows"])) if not formats.is_missing(check["failing_rows"]) else []
        if rows:
            layout.table(pd.DataFrame(rows))
        else:
            st.caption("No rows were kept for this check.")


def check_table(checks: pd.DataFrame) -> None:
    """List checks in brief."""
    layout.table(
        checks.assign(outcome=checks["outcome"].map(OUTCOMES)),
        column_order=[
            "outcome",
            "table_name",
            "column_name",
            "description",
            "unexpected_count",
            "owner",
            "expectation",
        ],
        column_config={
            "outcome": st.column_config.TextColumn("Outcome", pinned=True),
            "table_name": "Table",
            "column_name": "Column",
            "description": st.column_config.TextColumn("Meaning", width="large"),
            "unexpected_count": layout.count_column("Rows"),
            "owner": "Owner",
            "expectation": "Expectation",
        },
    )


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
        layout.download(rows, "quarantine")


def unusual_days(operations: Database, run_id: str) -> None:
    """List the values of the last four weeks that lie far from what the weeks before let expect."""
    st.subheader("Unusual days", anchor=False)
    rows = operations.query("quality/unusual", run_id=run_id)
    if rows.empty:
        st.info("Nothing unusual in the four weeks before, or too little history to tell: six weeks are needed.")
        return
    layout.table(
        rows.assign(metric=rows["metric"].map(formats.words)),
        column_config={
            "metric_date": layout.date_column("Day"),
            "origin": "Shop or source",
            "watched": "Table",
            "metric": "Metric",
            "observed_value": st.column_config.NumberColumn("Observed", format="localized"),
            "expected_value": st.column_config.NumberColumn("Expected", format="localized"),
            "score": st.column_config.NumberColumn(
                "Score", format="%.1f", help="Distance from what was expected in usual distances; unusual beyond 4."
            ),
            "severity": "Severity",
        },
    )
    layout.download(rows, "unusual_days")


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
    if not open_rows:
        st.caption("✓ The books close: every landed row is a fact, a duplicate, in quarantine, or superseded.")
    layout.download(rows, "row_accounting")


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
    st.caption(f"Rows by table, {shop.selection.trend_note}.")


page()

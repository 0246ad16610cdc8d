"""What the gate found, in one run and over many: a section of the page Data quality."""

from __future__ import annotations

import json

import pandas as pd
import streamlit as st

from dashboards import charts, formats, layout
from dashboards.data import Database, Row, records

DOORS = {"landing": "Landing", "marts": "Marts", "recommendations": "Recommendations"}
OUTCOMES = {"passed": "✓ passed", "warning": "! warning", "error": "✗ error"}


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


def over_time(operations: Database) -> None:
    """Draw the checks of the newest runs by outcome, and list those that failed."""
    st.subheader("Gate over time", anchor=False)
    layout.chart(
        charts.gate_nights(operations.query("quality/gate_nights")), "Checks of each run by outcome", "No run yet."
    )
    failing = operations.query("quality/failing_checks")
    if failing.empty:
        st.success("No check failed in the newest runs.")
        return
    layout.table(
        failing.assign(severity=failing["severity"].map({"error": "✗ error", "warn": "! warning"})),
        column_order=[
            "severity",
            "table_name",
            "column_name",
            "description",
            "failed_run_count",
            "run_count",
            "last_failed_at",
            "owner",
        ],
        column_config={
            "severity": st.column_config.TextColumn("Severity", width=95),
            "table_name": "Table",
            "column_name": "Column",
            "description": st.column_config.TextColumn("Meaning", width="large"),
            "failed_run_count": layout.count_column("Failed in"),
            "run_count": layout.count_column("Of runs"),
            "last_failed_at": layout.moment_column("Last (UTC)"),
            "owner": "Owner",
        },
    )
    layout.download(failing, "failing_checks", "Checks that failed in one of the thirty newest runs.")
